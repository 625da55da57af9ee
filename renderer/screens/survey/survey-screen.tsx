import { useEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import {
  type SurveyFormat,
  type SurveyRow,
  surveyVerdicts,
} from '../../../src/contract/survey-schemas.ts';
import { rowAt } from '../../stores/register/paged.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { Chips } from '../manage/fields.tsx';
import { EmptyNote, FailedNote, LoadingNote, Progress } from '../manage/notes.tsx';
import { saveFile } from '../manage/save-file.ts';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { LetterheadDialog } from './letterhead-dialog.tsx';
import { SurveyCard } from './survey-card.tsx';
import { surveyColumns } from './survey-columns.tsx';
import { SurveyStart } from './survey-start.tsx';

/** Commissioning: each camera looked at, with a verdict, its reason and the next step. */
export function SurveyScreen() {
  const { survey } = useProduct();
  const words = useWords();
  const c = useTexts('connect');
  useEffect(() => survey.watch(), [survey]);
  const rows = useStore(survey, (model) => model.rows);
  const counts = useStore(survey, (model) => model.counts);
  const verdict = useStore(survey, (model) => model.verdict);
  const openRow = useStore(survey, (model) => model.openRow);
  const job = useStore(survey, (model) => model.job);
  const cause = useStore(survey, (model) => model.cause);
  const columns = useMemo(() => surveyColumns(words), [words]);
  const running = job !== null && job.endedAt === null;
  const count = (key: string) =>
    key === 'pass' ? counts?.pass : key === 'usable' ? counts?.usable : counts?.cannotConnect;
  return (
    <div className="room" data-register>
      <section className="room-main" aria-label={c('rooms.survey')}>
        <header className="screen-head">
          <div>
            <h2>{c('survey.title')}</h2>
            <p className="dim">{c('survey.text')}</p>
          </div>
          <SurveyStart running={running} />
        </header>
        <CauseNote cause={cause} />
        {running && counts ? (
          <Progress label={c('survey.running')} done={counts.done} total={counts.total} />
        ) : null}
        <div className="tools-line">
          <Chips
            label={c('survey.filter')}
            clearable
            value={verdict}
            options={surveyVerdicts.map((value) => ({
              value,
              text: c(`survey.verdict.${value}`),
              count: words.number(count(value) ?? 0),
            }))}
            onChange={survey.setVerdict}
          />
          <SurveyExports />
        </div>
        {!rows.known ? (
          rows.cause ? (
            <FailedNote cause={rows.cause} onRetry={survey.retry} />
          ) : cause ? null : (
            <LoadingNote />
          )
        ) : (
          <VirtualTable<SurveyRow>
            label={c('survey.table')}
            columns={columns}
            count={rows.total}
            rowAt={(index) => rowAt(rows, index)}
            idOf={(row) => row.cameraId}
            onLook={survey.look}
            onOpen={survey.open}
            openId={openRow?.cameraId ?? null}
            resetKey={`${job?.jobId} ${verdict}`}
            rowTone={(row) => (row.verdict === 'cannot-connect' ? 'bad' : undefined)}
            empty={
              <EmptyNote
                icon="survey"
                title={c(verdict ? 'survey.noneOf' : 'survey.none')}
                {...(verdict ? {} : { text: c('survey.noneText') })}
              />
            }
          />
        )}
      </section>
      {openRow ? <SurveyCard row={openRow} /> : null}
    </div>
  );
}

function SurveyExports() {
  const { survey } = useProduct();
  const c = useTexts('connect');
  const exporting = useStore(survey, (model) => model.exporting);
  const exported = useStore(survey, (model) => model.exported);
  const empty = useStore(survey, (model) => model.rows.total === 0);
  const [asking, setAsking] = useState<SurveyFormat | null>(null);
  return (
    <div className="tools-end">
      <p className="dim" role="status">
        {exporting ? c('exports.busy') : exported ? c('exports.done', { file: exported }) : ''}
      </p>
      <Button
        className="button"
        data-small
        isDisabled={empty || exporting !== null}
        onPress={() => void survey.exportAs('xlsx', null, saveFile)}
      >
        <Icon name="download" />
        {c('survey.xlsx')}
      </Button>
      <Button
        className="button"
        data-small
        isDisabled={empty || exporting !== null}
        onPress={() => setAsking('pdf-sheet')}
      >
        <Icon name="file" />
        {c('survey.sheet')}
      </Button>
      <Button
        className="button"
        data-small
        isDisabled={empty || exporting !== null}
        onPress={() => setAsking('pdf-rollup')}
      >
        <Icon name="file" />
        {c('survey.rollup')}
      </Button>
      {asking ? <LetterheadDialog format={asking} onClose={() => setAsking(null)} /> : null}
    </div>
  );
}
