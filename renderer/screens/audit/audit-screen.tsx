import { useEffect, useMemo } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { AuditRecordRow } from '../../../src/contract/audit-schemas.ts';
import { rowAt } from '../../stores/register/paged.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { EmptyNote, FailedNote, LoadingNote } from '../manage/notes.tsx';
import { saveFile } from '../manage/save-file.ts';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useCameras, useProduct, useTexts, useWords } from '../product.tsx';
import { AuditCard } from './audit-card.tsx';
import { AuditCheckNote } from './audit-check-note.tsx';
import { auditColumns } from './audit-columns.tsx';
import { AuditFilters } from './audit-filters.tsx';

/** Who did what, when, with which camera; and whether anybody changed what is written of it. */
export function AuditScreen() {
  const { audit } = useProduct();
  const words = useWords();
  const a = useTexts('audit');
  useEffect(() => audit.watch(), [audit]);
  const rows = useStore(audit, (model) => model.rows);
  const filter = useStore(audit, (model) => model.filter);
  const openRow = useStore(audit, (model) => model.openRow);
  const fresh = useStore(audit, (model) => model.fresh);
  const cause = useStore(audit, (model) => model.cause);
  const byId = useCameras((model) => model.byId);
  const columns = useMemo(
    () => auditColumns(words, (cameraId) => byId.get(cameraId)?.name ?? null),
    [words, byId],
  );
  return (
    <div className="room" data-register>
      <section className="room-main" aria-label={a('room')}>
        <header className="screen-head">
          <div>
            <h2>{a('title')}</h2>
            <p className="dim">{a('text')}</p>
          </div>
          <AuditButtons />
        </header>
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
      </section>
      {openRow ? <AuditCard row={openRow} /> : null}
    </div>
  );
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
