import encodeQr from 'qr';
import { spokenFingerprint } from '../evidence-format/keys.ts';
import type { Manifest, ManifestFile } from '../evidence-format/manifest.ts';
import { dateParts, minuteText } from '../reports/dates.ts';
import {
  contentWidth,
  finish,
  fontSizes,
  keepTogether,
  openPage,
  type PdfDocument,
  plain,
  section,
  signatures,
} from '../reports/official-page.ts';
import { surveyWords } from '../reports/survey-words.ts';
import { table } from '../reports/table.ts';
import type { ClockState } from './clock-note.ts';
import type { EvidenceWords } from './evidence-words.ts';

export interface RecordFacts {
  readonly manifest: Manifest;
  /** Files that were handed in; the package's own ones are not in the table. */
  readonly files: readonly ManifestFile[];
  readonly manifestSha256: string;
  readonly at: number;
  readonly clock: ClockState;
  readonly auditRecords: number;
  readonly words: EvidenceWords;
}

/** What the QR code says: short, so that any telephone reads it off paper. */
export function qrText(manifestSha256: string): string {
  return `VONGGAC-EVIDENCE-1:SHA256:${manifestSha256.toUpperCase()}`;
}

/** "Biên bản trích xuất dữ liệu hình ảnh" as PDF, to be printed and signed by hand. */
export async function extractionRecord(facts: RecordFacts): Promise<Uint8Array> {
  const { manifest, words } = facts;
  const { t } = words;
  // The head of the page is the same as of every official paper.
  const page = surveyWords(words.language);
  const doc = openPage({
    words: page,
    letterhead: null,
    landscape: false,
    title: t('record.title'),
    subtitle: '',
    at: facts.at,
  });
  const { workstation } = manifest;
  paragraph(doc, t('record.opening', { ...dateParts(facts.at), workstation: workstation.name }));

  section(doc, t('record.parties'));
  const unknown = t('record.unknown');
  line(doc, t('record.operator'), manifest.operator?.name ?? unknown);
  line(doc, t('record.recipient'), manifest.recipient ?? unknown);
  line(doc, t('record.legalBasis'), manifest.legalBasis ?? unknown);
  line(doc, t('record.reason'), manifest.reason ?? unknown);
  line(doc, t('record.workstation'), `${workstation.name} (${workstation.id})`);
  line(doc, t('record.software'), `${manifest.software.name} ${manifest.software.version}`);

  section(doc, t('record.contents'));
  const total = facts.files.reduce((sum, { size }) => sum + size, 0);
  const count = { files: facts.files.length, size: sizeText(total, words.language) };
  paragraph(doc, t('record.count', count));
  table(
    doc,
    [
      { heading: t('record.number'), share: 6, align: 'center' },
      { heading: t('record.file'), share: 21 },
      { heading: t('record.source'), share: 34 },
      { heading: t('record.size'), share: 11, align: 'right' },
      { heading: t('record.sha256'), share: 30 },
    ],
    facts.files.map((file, index) => ({
      cells: [
        String(index + 1),
        shortName(file.name),
        sourceText(file, words),
        sizeText(file.size, words.language),
        spokenFingerprint(file.sha256),
      ],
      ...(file.alteredFrom ? { shade: '#f2f2f2' } : {}),
    })),
    fontSizes.small,
  );

  sealing(doc, facts);
  paragraph(doc, t('record.copies'));
  signatures(doc, [
    { title: t('record.giver'), hint: t('record.sign'), name: manifest.operator?.name ?? '' },
    { title: t('record.receiver'), hint: t('record.sign'), name: '' },
    { title: t('record.witness'), hint: t('record.sign'), name: '' },
  ]);
  return finish(doc, page);
}

const qrSide = 108;

/** Digest, fingerprint, QR code and the places to sign stand together on one page. */
function sealing(doc: PdfDocument, facts: RecordFacts): void {
  const { manifest, words } = facts;
  const { t } = words;
  keepTogether(doc, 350);
  section(doc, t('record.sealing'));
  const { left } = doc.page.margins;
  const top = doc.y;
  const width = contentWidth(doc) - qrSide - 14;
  const lines: [string, string][] = [
    [t('record.manifest'), spokenFingerprint(facts.manifestSha256)],
    [t('record.fingerprint'), spokenFingerprint(manifest.key.fingerprint)],
    [t('record.key'), t(`kept.${manifest.key.kept}`)],
    [t('record.clock'), clockText(facts.clock, words)],
    [
      t('record.audit'),
      facts.auditRecords === 0
        ? t('record.auditNone')
        : t('record.auditCount', { count: facts.auditRecords }),
    ],
  ];
  for (const [label, value] of lines) {
    doc
      .font('regular')
      .fontSize(fontSizes.body)
      .text(plain(`- ${label}: `), left, doc.y, { width });
    doc.font('bold').text(plain(value), left + 10, doc.y, { width: width - 10 });
    doc.y += 2;
  }
  const below = doc.y;
  drawQr(doc, qrText(facts.manifestSha256), left + contentWidth(doc) - qrSide, top);
  doc.x = left;
  doc.y = Math.max(below, top + qrSide) + 6;
  doc
    .font('italic')
    .fontSize(fontSizes.body - 0.5)
    .text(plain(t('record.howTo')), left, doc.y, { width: contentWidth(doc) });
  doc.y += 6;
}

function drawQr(doc: PdfDocument, text: string, x: number, y: number): void {
  const rows = encodeQr(text, 'raw', { ecc: 'quartile', border: 4 });
  const step = qrSide / rows.length;
  rows.forEach((row, rowAt) => {
    row.forEach((isDark, columnAt) => {
      // A little over, so that no printer leaves hairlines between modules.
      if (isDark) doc.rect(x + columnAt * step, y + rowAt * step, step + 0.05, step + 0.05);
    });
  });
  doc.fill('#000');
}

function sourceText(file: ManifestFile, { t, language }: EvidenceWords): string {
  const lines: string[] = [];
  const facts = file.capture?.facts;
  if (facts) {
    const { camera } = facts;
    lines.push([camera.name, camera.site, camera.province].filter(Boolean).join(', '));
    const at = secondText(facts.takenAt);
    lines.push(
      facts.takenUntil === null
        ? t('record.taken', { at })
        : t('record.takenUntil', { at, until: secondText(facts.takenUntil) }),
    );
    lines.push(
      facts.cameraTime !== null && facts.offsetMs !== null
        ? t('record.cameraClock', {
            at: secondText(facts.cameraTime),
            offset: secondsText(facts.offsetMs, language),
          })
        : t('record.cameraClockUnknown'),
    );
    lines.push(
      `${t(`quality.${facts.quality}`)}, ${facts.codec.toUpperCase()} ${facts.width}×${facts.height}`,
    );
    if (facts.ageMs !== null && facts.ageMs >= 1000) {
      lines.push(t('record.age', { seconds: Math.round(facts.ageMs / 1000) }));
    }
    if (facts.hold) lines.push(t('record.hold', { hold: facts.hold }));
  } else lines.push(t(`kind.${file.kind}`));
  if (file.alteredFrom) {
    const how = file.alteredFrom.how.map((one) => t(`how.${one}`)).join(', ');
    lines.push(t('record.altered', { how, of: shortName(file.alteredFrom.of) }));
    const { note, sha256 } = file.alteredFrom;
    if (note) lines.push(note);
    if (sha256) lines.push(t('record.originalDigest', { sha256 }));
  }
  return lines.join('\n');
}

export function clockText(clock: ClockState, { t }: EvidenceWords): string {
  if (clock.synchronised === null) return t('record.clockUnknown');
  if (!clock.synchronised) return t('record.clockFree');
  return t('record.clockSynchronised', { source: clock.source ?? 'NTP' });
}

function secondText(unixMs: number): string {
  const seconds = Math.floor((((unixMs % 60_000) + 60_000) % 60_000) / 1000);
  return `${minuteText(unixMs)}:${String(seconds).padStart(2, '0')}`;
}

function secondsText(ms: number, language: 'vi' | 'en'): string {
  const format = { maximumFractionDigits: 1, signDisplay: 'exceptZero' } as const;
  return new Intl.NumberFormat(language === 'vi' ? 'vi-VN' : 'en-GB', format).format(ms / 1000);
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

export function sizeText(bytes: number, language: 'vi' | 'en'): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = { maximumFractionDigits: unit === 0 ? 0 : 1 };
  const text = new Intl.NumberFormat(language === 'vi' ? 'vi-VN' : 'en-GB', digits).format(value);
  return `${text} ${units[unit]}`;
}

function paragraph(doc: PdfDocument, text: string): void {
  doc
    .font('regular')
    .fontSize(fontSizes.body)
    .text(plain(text), doc.page.margins.left, doc.y, {
      width: contentWidth(doc),
      align: 'justify',
    });
  doc.y += 4;
}

function line(doc: PdfDocument, label: string, value: string): void {
  const { left } = doc.page.margins;
  const width = contentWidth(doc);
  doc.font('regular').fontSize(fontSizes.body);
  doc.text(plain(`- ${label}: `), left, doc.y, { width, continued: true });
  doc.font('bold').text(plain(value));
  doc.x = left;
  doc.y += 2;
}
