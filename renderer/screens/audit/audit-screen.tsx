import { useEffect, useMemo } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { AuditRecordRow } from '../../../src/contract/audit-schemas.ts';
import { rowAt } from '../../stores/register/paged.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { Chips } from '../manage/fields.tsx';
import { EmptyNote, FailedNote, LoadingNote } from '../manage/notes.tsx';
import { saveFile } from '../manage/save-file.ts';
import type { Column } from '../manage/table-head.tsx';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useCameras, useProduct, useTexts, useWords } from '../product.tsx';
import { AuditCard } from './audit-card.tsx';
import { AuditCheckNote } from './audit-check-note.tsx';
import { auditColumns } from './audit-columns.tsx';
import { AuditFilters } from './audit-filters.tsx';
import type { AuditNames } from './audit-words.ts';
import { CoveragePart } from './coverage-part.tsx';

/** Who did what, when, with which camera; and whether anybody changed what is written of it. */
export function AuditScreen() {
  const { audit } = useProduct();
  const words = useWords();
  const a = useTexts('audit');
  useEffect(() => audit.watch(), [audit]);
  const openRow = useStore(audit, (model) => model.openRow);
  const part = useStore(audit, (model) => model.part);
  const names = useAuditNames();
  const columns = useMemo(() => auditColumns(words, names), [words, names]);
  return (
    <div className="room" data-register>
      <section className="room-main" aria-label={a('room')}>
        <header className="screen-head">
          <div>
            <h2>{a('title')}</h2>
            <p className="dim">{a(part === 'records' ? 'text' : 'coverage.text')}</p>
          </div>
          {part === 'records' ? <AuditButtons /> : null}
        </header>
        <div className="tools-line">
          <Chips
            label={a('coverage.parts')}
            value={part}
            options={[
              { value: 'records', text: a('coverage.records') },
              { value: 'coverage', text: a('coverage.picture') },
            ]}
            onChange={(value) => value && audit.setPart(value)}
          />
        </div>
        {part === 'coverage' ? <CoveragePart /> : <AuditRecords columns={columns} />}
      </section>
      {openRow && part === 'records' ? <AuditCard row={openRow} names={names} /> : null}
    </div>
  );
}

function AuditRecords({ columns }: { columns: Column<AuditRecordRow>[] }) {
  const { audit } = useProduct();
  const a = useTexts('audit');
  const rows = useStore(audit, (model) => model.rows);
  const filter = useStore(audit, (model) => model.filter);
  const openRow = useStore(audit, (model) => model.openRow);
  const fresh = useStore(audit, (model) => model.fresh);
  const cause = useStore(audit, (model) => model.cause);
  return (
    <>
      <CauseNote cause={cause} />
      <AuditCheckNote />
      <AuditFilters />
      {fresh > 0 ? (
        <Button className="button" data-small onPress={audit.restart}>
          <Icon name="refresh" />
          {a('fresh', { count: fresh })}
        </Button>
      ) : null}
      {!rows.known ? (
        rows.cause ? (
          <FailedNote cause={rows.cause} onRetry={audit.restart} />
        ) : (
          <LoadingNote />
        )
      ) : (
        <VirtualTable<AuditRecordRow>
          label={a('table')}
          columns={columns}
          count={rows.total}
          rowAt={(index) => rowAt(rows, index)}
          idOf={(row) => String(row.seq)}
          onLook={audit.look}
          onOpen={audit.open}
          openId={openRow ? String(openRow.seq) : null}
          resetKey={JSON.stringify(filter)}
          rowTone={(row) => (row.outcome === 'done' ? undefined : 'bad')}
          empty={<EmptyNote icon="survey" title={a('none')} text={a('noneText')} />}
        />
      )}
    </>
  );
}

/** By the cameras of the wall, then by the register. */
function useAuditNames(): AuditNames {
  const { audit } = useProduct();
  const byId = useCameras((model) => model.byId);
  const siteNames = useStore(audit, (model) => model.siteNames);
  return useMemo(() => {
    const sites = new Map([...byId.values()].map(({ siteId, siteName }) => [siteId, siteName]));
    return {
      camera: (id) => byId.get(id)?.name ?? null,
      site: (id) => siteNames.get(id) ?? sites.get(id) ?? null,
    };
  }, [byId, siteNames]);
}

function AuditButtons() {
  const { audit } = useProduct();
  const a = useTexts('audit');
  const exporting = useStore(audit, (model) => model.exporting);
  const exported = useStore(audit, (model) => model.exported);
  const verifying = useStore(audit, (model) => model.verifying);
  return (
    <div className="tools-end">
      <p className="dim" role="status">
        {exporting ? a('exporting') : exported ? a('exported', { file: exported }) : ''}
      </p>
      <Button
        className="button"
        data-small
        isDisabled={verifying}
        onPress={() => void audit.verify()}
      >
        <Icon name="check" />
        {a('verify')}
      </Button>
      {(['csv', 'json'] as const).map((format) => (
        <Button
          key={format}
          className="button"
          data-small
          isDisabled={exporting !== null}
          onPress={() => void audit.exportAs(format, saveFile)}
        >
          <Icon name="download" />
          {a(format)}
        </Button>
      ))}
    </div>
  );
}
