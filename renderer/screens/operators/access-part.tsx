import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import {
  accessFieldName,
  accessFieldText,
  rightsText,
  type SiteNames,
} from '../../../src/contract/access-words.ts';
import type { AccessChange, OperatorRow } from '../../../src/contract/operator-schemas.ts';
import { dateText, timeText } from '../../i18n.ts';
import { type Access, stateOfRow } from '../../stores/operators/access-store.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { Check } from '../manage/fields.tsx';
import { Badge, EmptyNote } from '../manage/notes.tsx';
import { saveFile } from '../manage/save-file.ts';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { operatorColumns } from './account-columns.tsx';

interface PartProps {
  readonly access: Access;
  readonly sites: SiteNames;
  readonly mayExport: boolean;
}

/** Who may do what where, by which document, until when; what changed since it was submitted. */
export function AccessPart({ access, sites, mayExport }: PartProps) {
  const product = useProduct();
  const words = useWords();
  const o = useTexts('operators');
  const [soonOnly, setSoonOnly] = useState(false);
  const cause = useStore(product.access, (model) => model.cause);
  const columns = useMemo(() => {
    const all = operatorColumns(words, sites);
    const rights = {
      key: 'rights',
      title: o('column.rights'),
      width: 'minmax(160px, 2fr)',
      cell: ({ operator }: OperatorRow) => {
        const text = rightsText(operator.role, o);
        return <span title={text}>{text}</span>;
      },
    };
    const [fullName, name, role] = [all['fullName'], all['name'], all['role']];
    const rest = [all['scope'], all['validity'], all['state'], all['document']];
    return [fullName, name, role, rights, ...rest].flatMap((column) => column ?? []);
  }, [words, sites, o]);
  const rows = soonOnly
    ? access.rows.filter((row) => ['soon', 'over'].includes(stateOfRow(row)))
    : access.rows;
  return (
    <>
      <CauseNote cause={cause} />
      <AccessChanges access={access} sites={sites} />
      <div className="tools-line">
        <Check label={o('access.soonOnly')} on={soonOnly} onChange={setSoonOnly} />
        {mayExport ? <AccessExports /> : null}
      </div>
      <VirtualTable<OperatorRow>
        label={o('access.table')}
        columns={columns}
        count={rows.length}
        rowAt={(index) => rows[index] ?? null}
        idOf={(row) => row.operator.id}
        resetKey={String(soonOnly)}
        rowTone={(row) => (stateOfRow(row) === 'soon' ? 'warn' : undefined)}
        empty={<EmptyNote icon="person" title={o('room.none')} text={o('room.noneText')} />}
      />
    </>
  );
}

function AccessExports() {
  const { access } = useProduct();
  const o = useTexts('operators');
  const [submitted, setSubmitted] = useState(true);
  const exporting = useStore(access, (model) => model.exporting);
  const exported = useStore(access, (model) => model.exported);
  return (
    <div className="tools-end">
      <p className="dim" role="status">
        {exporting
          ? o('access.exporting')
          : exported
            ? o('access.exported', { file: exported })
            : ''}
      </p>
      <span title={o('access.submittedHelp')}>
        <Check label={o('access.submitted')} on={submitted} onChange={setSubmitted} />
      </span>
      {(['xlsx', 'csv'] as const).map((format) => (
        <Button
          key={format}
          className="button"
          data-small
          isDisabled={exporting !== null}
          onPress={() => void access.exportAs(format, submitted, saveFile)}
        >
          <Icon name="download" />
          {o(`access.${format}`)}
        </Button>
      ))}
    </div>
  );
}

const tones = { added: 'good', changed: 'warn', removed: 'bad' } as const;

function AccessChanges({ access, sites }: { access: Access; sites: SiteNames }) {
  const o = useTexts('operators');
  const { submission, changes } = access;
  if (!submission) return <p className="dim access-last">{o('access.neverSubmitted')}</p>;
  const { at, by, fileName: file } = submission;
  return (
    <section className="access-last" aria-label={o('access.changeLabel')}>
      <p className="dim">
        {o('access.last', { at: `${dateText(at)} ${timeText(at).slice(0, 5)}`, by, file })}
      </p>
      <p>
        <strong>
          {changes.length === 0
            ? o('access.noChanges')
            : o('access.changes', { count: changes.length })}
        </strong>
      </p>
      {changes.length > 0 ? (
        <ul className="access-changes">
          {changes.map((change) => (
            <li key={`${change.what} ${change.entry.id}`}>
              <Badge tone={tones[change.what]}>{o(`access.${change.what}`)}</Badge>
              <strong>{change.entry.fullName || change.entry.name}</strong>
              <span>{changeText(change, sites, o)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function changeText(
  { entry, before, fields }: AccessChange,
  sites: SiteNames,
  o: (key: string, values?: Record<string, string | number>) => string,
): string {
  if (!before) return `${o(`role.${entry.role}`)} · ${accessFieldText(entry, 'scope', sites, o)}`;
  return fields
    .map((field) =>
      o('access.fieldLine', {
        field: accessFieldName(field, o),
        before: accessFieldText(before, field, sites, o) || o('access.empty'),
        after: accessFieldText(entry, field, sites, o) || o('access.empty'),
      }),
    )
    .join(' · ');
}
