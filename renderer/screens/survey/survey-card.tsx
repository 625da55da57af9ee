import { Button } from 'react-aria-components';
import type { SurveyRow, SurveyStream } from '../../../src/contract/survey-schemas.ts';
import { dateText, timeText, type Words } from '../../i18n.ts';
import { Icon } from '../icon.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { codecNames } from '../tile-details.tsx';
import { reasonNext, reasonText, VerdictBadge } from './survey-columns.tsx';

type Texts = ReturnType<typeof useTexts>;

/** Whom it was issued to, until when, whether it is trusted, and its fingerprint for comparing. */
function certificateText(c: Texts, certificate: NonNullable<SurveyRow['certificate']>): string {
  const { subject, validFrom, validUntil, trusted, fingerprint } = certificate;
  return [
    c(trusted ? 'survey.trusted' : 'survey.untrusted'),
    subject,
    validFrom ? c('survey.validFrom', { date: dateText(validFrom) }) : '',
    validUntil ? c('survey.validUntil', { date: dateText(validUntil) }) : '',
    fingerprint,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Everything that was found of one camera. */
export function SurveyCard({ row }: { row: SurveyRow }) {
  const { survey, commands, register } = useProduct();
  const words = useWords();
  const { t, number } = words;
  const c = useTexts('connect');
  const yes = (value: boolean | null) =>
    value === null ? c('survey.notKnown') : c(value ? 'survey.yes' : 'survey.no');
  const facts: [name: string, value: string][] = [
    [c('survey.fact.address'), row.address],
    [c('survey.fact.reachable'), yes(row.reachable)],
    [
      c('survey.fact.device'),
      row.device
        ? [row.device.manufacturer, row.device.model, row.device.firmware].filter(Boolean).join(' ')
        : c('survey.notKnown'),
    ],
    [c('survey.fact.serial'), row.device?.serial || c('survey.notKnown')],
    [
      c('survey.fact.onvif'),
      row.onvif ? `${row.onvif.version} · ${row.onvif.auth}` : c('survey.notKnown'),
    ],
    [c('survey.fact.main'), streamText(words, row.main)],
    [c('survey.fact.sub'), streamText(words, row.sub)],
    [c('survey.fact.subSmaller'), yes(row.subSmaller)],
    [
      c('survey.fact.clock'),
      row.clock ? `${number(row.clock.offsetMs / 1000, 1)} s` : c('survey.notKnown'),
    ],
    [
      c('survey.fact.recording'),
      row.recording
        ? row.recording.oldest
          ? c('survey.recordedSince', { date: dateText(row.recording.oldest) })
          : c('survey.recorded')
        : c('survey.notKnown'),
    ],
    [c('survey.fact.ptz'), row.ptz ? ptzText(words, row.ptz) : c('survey.notKnown')],
    [
      c('survey.fact.certificate'),
      row.certificate ? certificateText(c, row.certificate) : c('survey.noCertificate'),
    ],
  ];
  return (
    <aside className="card" aria-label={row.cameraName}>
      <header className="card-head">
        <div>
          <p className="card-kind">{row.siteName}</p>
          <h2 title={row.cameraName}>{row.cameraName}</h2>
        </div>
        <Button
          className="bar-button"
          aria-label={t('dialog.close')}
          onPress={() => survey.open(null)}
        >
          <Icon name="close" />
        </Button>
      </header>
      <div className="card-body">
        <p className="survey-verdict">
          {row.verdict ? (
            <VerdictBadge verdict={row.verdict} words={words} />
          ) : (
            c(`survey.step.${row.step}`)
          )}
          {row.at ? (
            <span className="dim">
              {timeText(row.at)} {dateText(row.at)}
            </span>
          ) : null}
        </p>
        {row.reasons.length > 0 ? (
          <ul className="reasons">
            {row.reasons.map((reason) => (
              <li key={reason.code} data-weight={reason.weight}>
                <p>{reasonText(words, reason)}</p>
                <p className="dim">{reasonNext(words, reason)}</p>
              </li>
            ))}
          </ul>
        ) : null}
        <dl className="fact-list">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <footer className="card-foot">
        <div className="card-buttons">
          <Button
            className="button"
            data-small
            onPress={() => void survey.start({ cameraIds: [row.cameraId] })}
          >
            <Icon name="refresh" />
            {c('survey.again')}
          </Button>
          <Button
            className="button"
            data-small
            onPress={() => {
              commands.openManage('register');
              void register.card.open({ kind: 'camera', id: row.cameraId, siteId: row.siteId });
            }}
          >
            <Icon name="sites" />
            {c('survey.toRegister')}
          </Button>
        </div>
      </footer>
    </aside>
  );
}

function streamText(words: Words, stream: SurveyStream | null): string {
  const c = words.in('connect');
  if (!stream) return c('survey.notKnown');
  if (stream.cause) return words.causeText(stream.cause);
  const { number } = words;
  return [
    `${codecNames[stream.codec ?? ''] ?? stream.codec ?? '?'} ${stream.width}×${stream.height}`,
    `${number(stream.fps, 1)} fps`,
    `${number(stream.kbps)} kbit/s`,
    stream.gopSeconds === null ? '' : `GOP ${number(stream.gopSeconds, 1)} s`,
    c('survey.loss', { percent: number(stream.lossPercent, 1) }),
  ]
    .filter(Boolean)
    .join(', ');
}

function ptzText(words: Words, ptz: NonNullable<SurveyRow['ptz']>): string {
  const c = words.in('connect');
  const able = (['continuous', 'absolute', 'relative', 'home'] as const).filter(
    (each) => ptz[each],
  );
  const list = able.map((each) => c(`survey.ptz.${each}`));
  return [...list, c('survey.ptz.presets', { count: ptz.presets.length })].join(', ');
}
