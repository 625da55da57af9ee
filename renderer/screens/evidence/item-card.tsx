import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { saveFile } from '../manage/save-file.ts';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useWords } from '../product.tsx';
import { codecNames } from '../tile-details.tsx';
import { useRefusal } from './evidence-rights.ts';
import {
  isVideo,
  lengthText,
  momentTyped,
  offsetText,
  sizeText,
  usePage,
  utcText,
} from './evidence-words.ts';
import { LookDialog } from './look-dialog.tsx';
import { PackDialog } from './pack-dialog.tsx';
import { RegionsDialog } from './regions-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { KindBadge } from './shelf-columns.tsx';
import { useWholeFile } from './use-whole-file.ts';

/** A clip larger than this is fetched only when somebody asks for it. */
const fetchedAtOnce = 48 * 1000 * 1000;

/** One item: what it shows, everything that is known of it, and what can be made of it. */
export function ItemCard({ item }: { item: EvidenceItem }) {
  const { shelf } = useProduct();
  const words = useWords();
  const p = usePage();
  const [asked, setAsked] = useState(item.bytes <= fetchedAtOnce);
  const [dialog, setDialog] = useState<'look' | 'pack' | 'remove' | 'regions' | null>(null);
  const file = useWholeFile(item, asked);
  const refusal = useRefusal('evidence.export');
  const { busy, cause, run } = useTry();
  const video = isVideo(item);
  const original = item.alteredFrom === null ? null : shelf.find(item.alteredFrom);
  const close = () => setDialog(null);
  return (
    <aside className="card evidence-card" aria-label={item.name}>
      <header className="card-head">
        <div>
          <p className="card-kind">
            <KindBadge words={words} item={item} />
          </p>
          <h2 title={item.cameraName}>{item.cameraName}</h2>
          <p className="dim">{item.siteName}</p>
        </div>
        <Button
          className="bar-button"
          aria-label={words.t('dialog.close')}
          onPress={() => shelf.open(null)}
        >
          <Icon name="close" />
        </Button>
      </header>
      <div className="card-body">
        {item.alteredFrom === null ? null : (
          <div className="altered" role="note">
            <Icon name="region" />
            <p>
              {p(item.how.includes('caption') ? 'altered.caption' : 'altered.text')}{' '}
              {original ? (
                <button type="button" className="link" onClick={() => shelf.open(original)}>
                  {p('altered.original', { name: original.name })}
                </button>
              ) : (
                p('altered.elsewhere')
              )}
            </p>
          </div>
        )}
        <div className="evidence-look">
          {file.url && video ? (
            // biome-ignore lint/a11y/useMediaCaption: footage as the camera sent it has no captions
            <video src={file.url} controls preload="metadata" />
          ) : file.url ? (
            <button
              type="button"
              className="evidence-large"
              aria-label={p('look.large')}
              onClick={() => setDialog('look')}
            >
              <img src={file.url} alt={item.cameraName} />
            </button>
          ) : asked ? (
            file.cause ? (
              <CauseNote cause={file.cause} />
            ) : (
              <progress value={file.done} max={item.bytes} aria-label={p('look.fetching')} />
            )
          ) : (
            <Button className="button" onPress={() => setAsked(true)}>
              <Icon name="download" />
              {p('look.fetch', { size: sizeText(words, item.bytes) })}
            </Button>
          )}
        </div>
        <CauseNote cause={item.cause} />
        <Facts item={item} />
      </div>
      <footer className="card-foot">
        <CauseNote cause={cause} />
        {refusal ? <p className="dim">{refusal}</p> : null}
        <div className="card-buttons">
          <Button
            className="button"
            data-small
            data-primary
            isDisabled={refusal !== null}
            onPress={() => setDialog('pack')}
          >
            <Icon name="box" />
            {p('pack.one')}
          </Button>
          {item.alteredFrom === null ? (
            <Button
              className="button"
              data-small
              isDisabled={refusal !== null || item.cause !== null}
              onPress={() => setDialog('regions')}
            >
              <Icon name="region" />
              {p('copy.open')}
            </Button>
          ) : null}
          {item.alteredFrom === null && !video ? (
            <Button
              className="button"
              data-small
              isDisabled={busy || refusal !== null || item.cause !== null}
              onPress={() => void run(() => shelf.caption(item.id))}
            >
              <Icon name="sheet" />
              {p('copy.caption')}
            </Button>
          ) : null}
          {file.blob ? (
            <Button
              className="button"
              data-small
              isDisabled={refusal !== null}
              onPress={() => file.blob && saveFile(file.blob, item.name)}
            >
              <Icon name="download" />
              {p('look.save')}
            </Button>
          ) : null}
          <Button
            className="button"
            data-small
            data-danger
            isDisabled={refusal !== null}
            onPress={() => setDialog('remove')}
          >
            <Icon name="trash" />
            {p('remove.open')}
          </Button>
        </div>
      </footer>
      {dialog === 'look' && file.url ? (
        <LookDialog item={item} url={file.url} onClose={close} />
      ) : null}
      {dialog === 'pack' ? <PackDialog only={item} onClose={close} /> : null}
      {dialog === 'remove' ? <RemoveDialog ids={[item.id]} onClose={close} /> : null}
      {dialog === 'regions' ? <RegionsDialog item={item} file={file} onClose={close} /> : null}
    </aside>
  );
}

function Facts({ item }: { item: EvidenceItem }) {
  const words = useWords();
  const p = usePage();
  const facts: [name: string, value: string | null][] = [
    [p('fact.takenAt'), momentTyped(item.takenAt)],
    [p('fact.takenUntil'), item.takenUntil === null ? null : momentTyped(item.takenUntil)],
    [p('fact.utc'), utcText(item.takenAt)],
    [
      p('fact.cameraTime'),
      item.cameraTime === null ? p('fact.unknown') : momentTyped(item.cameraTime),
    ],
    [p('fact.offset'), item.offsetMs === null ? null : offsetText(words, item.offsetMs)],
    [
      p('fact.age'),
      item.ageMs === null
        ? null
        : p('fact.ageValue', { seconds: words.number(item.ageMs / 1000, 1) }),
    ],
    [
      p('fact.length'),
      item.takenUntil === null ? null : lengthText(item.takenUntil - item.takenAt),
    ],
    [
      p('fact.gap'),
      item.takenUntil === null
        ? null
        : item.gapMs > 0
          ? p('fact.gapValue', { seconds: words.number(item.gapMs / 1000, 1) })
          : p('fact.noGap'),
    ],
    [
      p('fact.picture'),
      `${codecNames[item.codec.toLowerCase()] ?? item.codec} ${item.width}×${item.height}, ${p(`quality.${item.quality}`)}`,
    ],
    [p('fact.bytes'), sizeText(words, item.bytes)],
    [p('fact.operator'), item.operatorName],
    [p('fact.reason'), item.reason],
    [p('fact.madeAt'), momentTyped(item.madeAt)],
    [p('fact.file'), item.name],
    [
      p('fact.packages'),
      item.packages.length > 0 ? item.packages.join('\n') : p('fact.noPackages'),
    ],
  ];
  return (
    <>
      <dl className="fact-list">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="audit-value">{value}</dd>
            </div>
          ),
        )}
      </dl>
      <Copyable label={p('fact.sha256')} text={item.sha256} />
    </>
  );
}

/** A long text that is compared or pasted elsewhere. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const p = usePage();
  const [copied, setCopied] = useState(false);
  return (
    <div className="copyable-line">
      <span className="copyable-label">{label}</span>
      <code>{text}</code>
      <Button
        className="button"
        data-small
        aria-label={`${p('copyText')}: ${label}`}
        onPress={() => {
          navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        <Icon name={copied ? 'check' : 'copy'} />
        {copied ? p('copied') : p('copyText')}
      </Button>
    </div>
  );
}
