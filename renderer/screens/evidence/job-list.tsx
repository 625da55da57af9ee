import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { EvidenceJob, PackageCheck } from '../../../src/contract/evidence-schemas.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon, type IconName } from '../icon.tsx';
import { Badge } from '../manage/notes.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { useRefusal } from './evidence-rights.ts';
import { lengthText, momentText, sizeText, usePage } from './evidence-words.ts';
import { Copyable } from './item-card.tsx';

/** Work that takes a while, the newest first; it goes on whatever room is open. */
export function JobList() {
  const { jobs } = useProduct();
  const p = usePage();
  const all = useStore(jobs, (model) => model.jobs);
  const cause = useStore(jobs, (model) => model.cause);
  if (all.length === 0 && !cause) return null;
  const ended = all.some((job) => job.endedAt !== null);
  return (
    <section className="jobs" aria-label={p('job.list')}>
      <header>
        <h3>{p('job.list')}</h3>
        {ended ? (
          <Button className="button" data-small onPress={() => jobs.dismiss(null)}>
            {p('job.dismissAll')}
          </Button>
        ) : null}
      </header>
      <CauseNote cause={cause} />
      <ul>
        {[...all]
          .sort((a, b) => b.startedAt - a.startedAt)
          .map((job) => (
            <Job key={job.id} job={job} />
          ))}
      </ul>
    </section>
  );
}

const icons: Readonly<Record<EvidenceJob['kind'], IconName>> = {
  clip: 'cut',
  package: 'box',
  copy: 'region',
  check: 'seal',
};
const tones = {
  waiting: 'plain',
  running: 'info',
  done: 'good',
  failed: 'bad',
  cancelled: 'warn',
} as const;

function Job({ job }: { job: EvidenceJob }) {
  const { jobs, shelf } = useProduct();
  const p = usePage();
  const refusal = useRefusal('evidence.export');
  const { id, kind, phase, check } = job;
  const under = phase === 'waiting' || phase === 'running';
  const broken = check !== null && !check.ok;
  const made = job.itemIds.map((itemId) => shelf.find(itemId)).find((item) => item !== null);
  return (
    <li className="job" data-phase={phase} data-broken={broken || undefined}>
      <Icon name={icons[kind]} />
      <div className="job-text">
        <p>
          <strong>{p(`job.kind.${kind}`)}</strong> {job.title}{' '}
          {check ? null : <Badge tone={tones[phase]}>{p(`job.phase.${phase}`)}</Badge>}
        </p>
        {under ? <Running job={job} /> : null}
        {job.cause && phase !== 'cancelled' ? <CauseNote cause={job.cause} /> : null}
        {phase === 'done' && job.path && !check ? (
          <>
            <Copyable label={p('job.path')} text={job.path} />
            {job.sha256 ? <Copyable label={p('fact.sha256')} text={job.sha256} /> : null}
          </>
        ) : null}
        {check ? <Checked check={check} path={job.path} /> : null}
      </div>
      <div className="job-buttons">
        {under ? (
          <Button className="button" data-small onPress={() => jobs.cancel(id)}>
            {p('job.cancel')}
          </Button>
        ) : null}
        {made ? (
          <Button className="button" data-small onPress={() => shelf.open(made)}>
            {p('job.look')}
          </Button>
        ) : null}
        {phase === 'done' && kind === 'package' && job.path ? <CheckAgain path={job.path} /> : null}
        {phase === 'failed' || phase === 'cancelled' ? (
          <span title={refusal ?? undefined}>
            <Button
              className="button"
              data-small
              isDisabled={refusal !== null}
              onPress={() => jobs.retry(id)}
            >
              <Icon name="refresh" />
              {p('job.retry')}
            </Button>
          </span>
        ) : null}
        {under ? null : (
          <Button
            className="bar-button"
            aria-label={p('job.dismiss')}
            onPress={() => jobs.dismiss(id)}
          >
            <Icon name="close" />
          </Button>
        )}
      </div>
    </li>
  );
}

function Running({ job }: { job: EvidenceJob }) {
  const words = useWords();
  const e = useTexts('evidence');
  const p = usePage();
  const { kind, stage, done, total } = job;
  const amount = (value: number) => (kind === 'clip' ? lengthText(value) : sizeText(words, value));
  const label = stage
    ? (words.maybe('evidence', `stage.${stage}`) ??
      words.maybe('evidence', `page.stage.${stage}`) ??
      stage)
    : p(`job.phase.${job.phase}`);
  return (
    <div className="progress">
      <p className="progress-text">
        <span>{label}</span>
        {kind === 'copy' || (done === 0 && total === null) ? null : (
          <span>{total === null ? amount(done) : `${amount(done)} / ${amount(total)}`}</span>
        )}
      </p>
      <progress
        aria-label={e('page.job.progress', { name: job.title })}
        {...(total === null ? {} : { max: Math.max(1, total), value: Math.min(done, total) })}
      />
    </div>
  );
}

/** In Viet Nam, as everywhere on the page; what a strange package says instead of a time stays as it is. */
function sealedAt(text: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : momentText(at);
}

/** What a check found: whole or not, by whose key, and each place that differs. */
function Checked({ check, path }: { check: PackageCheck; path: string | null }) {
  const words = useWords();
  const e = useTexts('evidence');
  const p = usePage();
  const { ok, compared, problems } = check;
  const password = problems.some(({ reason }) => reason.startsWith('password-'));
  return (
    <div className="checked" data-ok={ok} role={ok ? 'status' : 'alert'}>
      <p className="checked-result">
        <Icon name={ok ? 'check' : 'warning'} />
        <strong>
          {ok ? e('verifier.whole') : password ? e('verifier.unreadable') : e('verifier.broken')}
        </strong>
        <span className="dim">{path}</span>
      </p>
      {ok ? (
        <p className={compared === 'other' ? 'field-error' : 'dim'}>
          {p(`check.${compared}`)} {p('check.files', { count: check.files })}
        </p>
      ) : (
        <ul>
          {problems.map(({ reason, name }) => (
            <li key={`${reason} ${name}`}>
              {name ? <code>{name}</code> : null}{' '}
              {words.maybe('evidence', `problem.${reason}`) ?? reason}
            </li>
          ))}
        </ul>
      )}
      {check.signedAt ? (
        <p className="dim">
          {p('check.by', {
            operator: check.operator ?? p('fact.unknown'),
            workstation: check.workstation ?? p('fact.unknown'),
            at: sealedAt(check.signedAt),
          })}
        </p>
      ) : null}
      {check.fingerprint ? <Copyable label={p('key.of')} text={check.fingerprint} /> : null}
    </div>
  );
}

/** A package that has a password is checked where that can be typed. */
function CheckAgain({ path }: { path: string }) {
  const { jobs } = useProduct();
  const p = usePage();
  const [busy, setBusy] = useState(false);
  return (
    <Button
      className="button"
      data-small
      isDisabled={busy}
      onPress={() => {
        setBusy(true);
        jobs
          .check(path, null)
          .catch(() => {})
          .finally(() => setBusy(false));
      }}
    >
      <Icon name="check" />
      {p('job.checkAgain')}
    </Button>
  );
}
