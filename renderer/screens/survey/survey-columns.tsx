import type {
  SurveyReason,
  SurveyRow,
  SurveyVerdict,
} from '../../../src/contract/survey-schemas.ts';
import type { Words } from '../../i18n.ts';
import { Badge } from '../manage/notes.tsx';
import type { Column } from '../manage/table-head.tsx';
import { codecNames } from '../tile-details.tsx';

const tones = { pass: 'good', usable: 'warn', 'cannot-connect': 'bad' } as const;
const icons = { pass: 'check', usable: 'warning', 'cannot-connect': 'close' } as const;

export function VerdictBadge({ verdict, words }: { verdict: SurveyVerdict; words: Words }) {
  return (
    <Badge tone={tones[verdict]} icon={icons[verdict]}>
      {words.in('connect')(`survey.verdict.${verdict}`)}
    </Badge>
  );
}

/** What was found, in words. */
export function reasonText(words: Words, { code, params }: SurveyReason): string {
  return words.maybe('survey', `reason.${code}.text`, params) ?? code;
}

/** What to do about it. */
export function reasonNext(words: Words, { code, params }: SurveyReason): string {
  return words.maybe('survey', `reason.${code}.next`, params) ?? '';
}

export function surveyColumns(words: Words): Column<SurveyRow>[] {
  const c = words.in('connect');
  return [
    {
      key: 'camera',
      title: c('survey.camera'),
      width: 'minmax(130px, 1.4fr)',
      cell: (row) => <span title={row.address}>{row.cameraName}</span>,
    },
    {
      key: 'site',
      title: c('survey.site'),
      width: 'minmax(110px, 1.2fr)',
      cell: (row) => (
        <span title={[row.siteName, row.district, row.province].filter(Boolean).join(' · ')}>
          {row.siteName}
        </span>
      ),
    },
    {
      key: 'verdict',
      title: c('survey.verdictOf'),
      width: '152px',
      cell: (row) =>
        row.verdict ? (
          <VerdictBadge verdict={row.verdict} words={words} />
        ) : row.step === 'done' ? (
          <span className="dim">{c('survey.givenUp')}</span>
        ) : (
          <span className="step-now" data-step={row.step}>
            {c(`survey.step.${row.step}`)}
          </span>
        ),
    },
    {
      key: 'reason',
      title: c('survey.reason'),
      width: 'minmax(180px, 2.2fr)',
      cell: (row) => {
        const [first, ...others] = row.reasons;
        if (!first) return row.verdict === 'pass' ? <span className="dim">–</span> : null;
        const text = reasonText(words, first);
        return (
          <span title={row.reasons.map((reason) => reasonText(words, reason)).join('\n')}>
            {text}
            {others.length > 0 ? <span className="dim"> +{others.length}</span> : null}
          </span>
        );
      },
    },
    {
      key: 'next',
      title: c('survey.next'),
      width: 'minmax(160px, 1.8fr)',
      cell: (row) => {
        const first = row.reasons[0];
        const text = first ? reasonNext(words, first) : '';
        return <span title={text}>{text}</span>;
      },
    },
    {
      key: 'stream',
      title: c('survey.stream'),
      width: 'minmax(120px, 1fr)',
      cell: ({ main }) =>
        main && main.width > 0 ? (
          <span title={`${words.number(main.kbps)} kbit/s`}>
            {codecNames[main.codec ?? ''] ?? main.codec} {main.width}×{main.height} @
            {words.number(main.fps)}
          </span>
        ) : (
          <span className="dim">–</span>
        ),
    },
  ];
}
