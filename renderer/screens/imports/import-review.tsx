import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import {
  type ImportPreview,
  type ImportRow,
  importVerdicts,
} from '../../../src/contract/import-schemas.ts';
import { rowAt } from '../../stores/register/paged.ts';
import { Check, Chips, Choice } from '../manage/fields.tsx';
import { EmptyNote, FailedNote, LoadingNote } from '../manage/notes.tsx';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { ImportColumns } from './import-columns.tsx';
import { rowColumns } from './row-columns.tsx';

/** What the file would do: what each column means, and the verdict of each row. */
export function ImportReview({ preview, busy }: { preview: ImportPreview; busy: boolean }) {
  const { imports } = useProduct();
  const { number, in: texts } = useWords();
  const c = useTexts('connect');
  const filter = useStore(imports, (model) => model.filter);
  const rows = useStore(imports, (model) => model.rows);
  const leaveOut = useStore(imports, (model) => model.leaveOutErrors);
  const [part, setPart] = useState<'rows' | 'columns'>('rows');
  const i = texts('import');
  const columns = useMemo(() => rowColumns(c, i), [c, i]);
  const { counts } = preview;
  const useful = counts.new + counts.changed;
  const unmapped = preview.columns.filter(({ field }) => field === null).length;
  return (
    <>
      <div className="import-head">
        <p className="import-file">
          <strong>{preview.fileName}</strong>{' '}
          <span className="dim">
            {c('imports.rows', { count: counts.rows, number: number(counts.rows) })}
            {preview.encoding ? ` · ${preview.encoding}` : ''}
          </span>
        </p>
        {preview.sheets.length > 1 ? (
          <Choice
            label={c('imports.sheet')}
            value={preview.sheet}
            options={preview.sheets.map((sheet) => ({ value: sheet, text: sheet }))}
            onChange={(sheet) => {
              if (sheet !== null) void imports.setSheet(sheet);
            }}
          />
        ) : null}
        <Chips
          label={c('imports.parts')}
          value={part}
          options={[
            { value: 'rows', text: c('imports.partRows') },
            {
              value: 'columns',
              text: c('imports.partColumns'),
              ...(unmapped > 0 ? { count: c('imports.unmapped', { count: unmapped }) } : {}),
            },
          ]}
          onChange={(value) => value && setPart(value)}
        />
      </div>
      {part === 'columns' ? (
        <ImportColumns preview={preview} busy={busy} />
      ) : (
        <>
          <Chips
            label={c('imports.filter')}
            clearable
            value={filter}
            options={importVerdicts.map((value) => ({
              value,
              text: c(`imports.verdict.${value}`),
              count: number(counts[value]),
            }))}
            onChange={imports.setFilter}
          />
          {rows.known ? (
            <VirtualTable<ImportRow>
              label={c('imports.partRows')}
              columns={columns}
              count={rows.total}
              rowAt={(index) => rowAt(rows, index)}
              idOf={(row) => String(row.line)}
              onLook={imports.look}
              resetKey={`${preview.planId} ${filter}`}
              rowTone={(row) => (row.verdict === 'error' ? 'bad' : undefined)}
              empty={<EmptyNote icon="check" title={c('imports.noRows')} />}
            />
          ) : rows.cause ? (
            <FailedNote cause={rows.cause} onRetry={() => imports.setFilter(filter)} />
          ) : (
            <LoadingNote />
          )}
        </>
      )}
      <footer className="import-foot">
        <div className="import-sum">
          <p role="status">
            {c('imports.sum', {
              sites: number(counts.sites.new),
              cameras: number(counts.cameras.new),
              changed: number(counts.changed),
              same: number(counts.same),
            })}
          </p>
          {counts.logins > 0 ? (
            <p className="dim">{c('imports.logins', { count: counts.logins })}</p>
          ) : null}
          {counts.error > 0 ? (
            <Check
              label={c('imports.leaveOut', { count: counts.error, number: number(counts.error) })}
              help={c('imports.leaveOutHelp')}
              on={leaveOut}
              onChange={imports.setLeaveOutErrors}
            />
          ) : null}
        </div>
        <Button className="button" onPress={() => void imports.cancel()}>
          {c('imports.other')}
        </Button>
        <Button
          className="button"
          data-primary
          isDisabled={busy || useful === 0 || (counts.error > 0 && !leaveOut)}
          onPress={() => void imports.run()}
        >
          {c('imports.run', { count: useful, number: number(useful) })}
        </Button>
      </footer>
    </>
  );
}
