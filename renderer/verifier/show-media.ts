import type { CheckedPackage } from '../../src/evidence-format/check-package.ts';
import type { ManifestFile } from '../../src/evidence-format/manifest.ts';
import { element } from './element.ts';
import { blobOf, mediaType } from './picked-file.ts';
import { type Say, timeText } from './words.ts';

export interface MediaQuestion {
  readonly checked: CheckedPackage;
  readonly file: Blob;
  readonly isEncrypted: boolean;
  readonly say: Say;
  /** Keeps an address until the page shows something else. */
  readonly addressOf: (blob: Blob) => string;
}

const atOnce = 60;

/** Pictures and clips that are as they were sealed; of the others only their names. */
export function mediaSection(question: MediaQuestion): HTMLElement | null {
  const { checked, say } = question;
  const files = (checked.result.manifest?.files ?? []).filter(({ name }) => mediaType(name));
  if (files.length === 0) return null;
  const grid = element('div', { className: 'media', test: 'media' });
  const more = element('button', { type: 'button' });
  let shown = 0;
  const showMore = () => {
    for (const one of files.slice(shown, shown + atOnce)) grid.append(figure(one, question));
    shown = Math.min(files.length, shown + atOnce);
    more.hidden = shown === files.length;
    more.textContent = say('verifier.more', { count: files.length - shown });
  };
  more.onclick = showMore;
  showMore();
  return element('section', {}, element('h2', {}, say('verifier.pictures')), grid, more);
}

function figure(listed: ManifestFile, question: MediaQuestion): HTMLElement {
  const { checked, say } = question;
  const caption = element(
    'figcaption',
    {},
    ...captionLines(listed, say).map((line) => element('div', {}, line)),
  );
  const isWhole = checked.result.files.some(({ name, ok }) => ok && name === listed.name);
  const entry = checked.entries.find(({ name }) => name === listed.name);
  if (!isWhole || !entry || !checked.source) {
    return element(
      'figure',
      { className: 'bad' },
      element('p', {}, say('verifier.notShown')),
      caption,
    );
  }
  const { source } = checked;
  const made = element('figure', { className: listed.alteredFrom ? 'copy' : '' }, caption);
  const fail = (text: string) => made.prepend(element('p', { className: 'other' }, text));
  const show = async () => {
    const blob = await blobOf(question.file, source, entry, question.isEncrypted);
    const address = question.addressOf(blob);
    const save = element('a', { href: address, className: 'button' }, say('verifier.save'));
    save.download = listed.name.slice(listed.name.lastIndexOf('/') + 1);
    caption.append(element('p', { className: 'no-print' }, save));
    if (blob.type.startsWith('image/')) {
      made.prepend(element('img', { src: address, alt: listed.name, loading: 'lazy' }));
      return;
    }
    const video = element('video', { src: address, controls: true, preload: 'metadata' });
    video.onerror = () => {
      video.remove();
      fail(say('verifier.noPlayer'));
    };
    made.prepend(video);
  };
  const start = () => {
    show().catch((error: unknown) => fail(say('verifier.failed', { reason: String(error) })));
  };
  // Decrypting a long clip takes its time: only when it is asked for.
  if (question.isEncrypted && mediaType(listed.name)?.startsWith('video/')) {
    const button = element('button', { type: 'button' }, `▶ ${say('verifier.open')}`);
    button.onclick = () => {
      button.remove();
      start();
    };
    made.prepend(button);
  } else start();
  return made;
}

function captionLines(listed: ManifestFile, say: Say): string[] {
  const lines = [listed.name];
  const facts = listed.capture?.facts;
  if (facts) {
    const { camera } = facts;
    lines.push([camera.name, camera.site, camera.province].filter(Boolean).join(', '));
    const at = timeText(facts.takenAt);
    lines.push(
      facts.takenUntil === null
        ? say('record.taken', { at })
        : say('record.takenUntil', { at, until: timeText(facts.takenUntil) }),
    );
    lines.push(
      facts.cameraTime !== null && facts.offsetMs !== null
        ? say('record.cameraClock', {
            at: timeText(facts.cameraTime),
            offset: (facts.offsetMs / 1000).toFixed(1),
          })
        : say('record.cameraClockUnknown'),
    );
    lines.push(
      `${say(`quality.${facts.quality}`)}, ${facts.codec.toUpperCase()} ${facts.width}×${facts.height}`,
    );
    if (facts.ageMs !== null && facts.ageMs >= 1000) {
      lines.push(say('record.age', { seconds: Math.round(facts.ageMs / 1000) }));
    }
    if (facts.hold) lines.push(say('record.hold', { hold: facts.hold }));
  }
  if (listed.alteredFrom) {
    const how = listed.alteredFrom.how.map((one) => say(`how.${one}`)).join(', ');
    lines.push(say('record.altered', { how, of: listed.alteredFrom.of }));
    const { note, sha256 } = listed.alteredFrom;
    if (note) lines.push(note);
    if (sha256) lines.push(say('record.originalDigest', { sha256 }));
  }
  return lines;
}
