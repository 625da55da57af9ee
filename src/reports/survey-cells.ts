import type { SurveyReason, SurveyRow, SurveyStream } from '../contract/survey-schemas.ts';
import { dayText } from './dates.ts';
import type { SurveyWords } from './survey-words.ts';

/** How the parts of a survey's row read, on paper and in tables. */
export function streamText(stream: SurveyStream | null, words: SurveyWords): string {
  if (!stream || stream.cause) return words.t('no');
  const gop = stream.gopSeconds === null ? '' : `, GOP ${figure(stream.gopSeconds, words)} s`;
  const loss = stream.lossPercent > 0 ? `, −${figure(stream.lossPercent, words)} %` : '';
  const size = `${stream.width}×${stream.height}`;
  return `${codecName(stream.codec)} ${size}, ${figure(stream.fps, words)} fps, ${stream.kbps} kbit/s${gop}${loss}`;
}

/** As people write them: `H.264`. */
export function codecName(codec: string | null): string {
  const names: Record<string, string> = {
    h264: 'H.264',
    h265: 'H.265',
    mjpeg: 'MJPEG',
    mpeg4: 'MPEG-4',
  };
  return names[codec ?? ''] ?? codec ?? '';
}

export function figure(value: number, { language }: SurveyWords, digits = 1): string {
  return new Intl.NumberFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
    maximumFractionDigits: digits,
  }).format(value);
}

export function ptzText(row: SurveyRow, { t }: SurveyWords): string {
  if (!row.ptz) return t('ptz.none');
  const { continuous, absolute, relative, home, presets } = row.ptz;
  const parts = [
    continuous && t('ptz.continuous'),
    absolute && t('ptz.absolute'),
    relative && t('ptz.relative'),
    home && t('ptz.home'),
    presets.length > 0 && t('ptz.presets', { count: presets.length }),
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(', ') : t('ptz.none');
}

export function recordingText(row: SurveyRow, { t }: SurveyWords): string {
  if (row.recording) {
    const { oldest } = row.recording;
    return oldest === null ? t('recording.some') : t('recording.since', { day: dayText(oldest) });
  }
  const none = row.reasons.some(({ code }) => code === 'recording-missing');
  return none ? t('recording.none') : t('unknown');
}

export function deviceText(row: SurveyRow, { t }: SurveyWords): string {
  if (!row.device) return t('unknown');
  const { manufacturer, model, firmware, serial } = row.device;
  const name = [manufacturer, model].filter(Boolean).join(' ');
  return [name, firmware && `FW ${firmware}`, serial && `SN ${serial}`].filter(Boolean).join('\n');
}

export function verdictText(row: SurveyRow, { t }: SurveyWords): string {
  return t(`verdict.${row.verdict ?? 'none'}`);
}

/** What must be put right; notes only where there is nothing else. */
export function obstacles(row: SurveyRow): SurveyReason[] {
  return row.reasons.filter(({ weight }) => weight !== 'note');
}

/** `Quý I, An Hải`; empty parts left out. */
export function areaText(row: SurveyRow): string {
  return [row.district, row.province].filter(Boolean).join(', ');
}

/** Rows by their site, in their order. */
export function bySite(rows: readonly SurveyRow[]): SurveyRow[][] {
  const sites = new Map<string, SurveyRow[]>();
  for (const row of rows) {
    const site = sites.get(row.siteId);
    if (site) site.push(row);
    else sites.set(row.siteId, [row]);
  }
  return [...sites.values()];
}
