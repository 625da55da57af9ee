import { codecName } from '../reports/survey-cells.ts';
import { surveyWords } from '../reports/survey-words.ts';
import type { SurveyJson } from '../survey/survey-json.ts';
import type { Words } from './words.ts';

const signs: Record<string, string> = { pass: '✔', usable: '▲', 'cannot-connect': '✘' };

/** The result of one device as lines for a person. */
export function surveyText(result: SurveyJson, { t, language }: Words): string {
  const survey = surveyWords(language);
  const { manufacturer, model, firmware, serial } = result.device;
  const verdict = survey.t(`verdict.${result.verdict}`);
  const lines = [`${signs[result.verdict] ?? '?'} ${result.address}  ${verdict}`];
  if (result.error) {
    lines.push(`  ${result.error.message} [${result.error.code}]`);
    lines.push(`  ${t('hint')}: ${result.error.hint}`);
  }
  const device = [
    [manufacturer, model].filter(Boolean).join(' '),
    firmware && `FW ${firmware}`,
    serial && `SN ${serial}`,
  ].filter(Boolean);
  if (device.length > 0) lines.push(`  ${survey.t('column.device')}: ${device.join(', ')}`);
  if (result.onvif.services.length > 0) {
    const { version, services, auth } = result.onvif;
    lines.push(`  ONVIF ${version} (${auth}): ${services.join(', ')}`);
  }
  if (result.clock.offsetMs !== null) {
    lines.push(`  ${t('probe.clock', { offset: result.clock.offsetMs })}`);
  }
  for (const { name, token, codec, width, height, fps, kbps } of result.profiles) {
    if (!width) continue;
    lines.push(
      `  ${name || token}: ${codecName(codec)}, ${width}×${height}, ${fps ?? '?'} fps, ${kbps ?? '?'} kbit/s`,
    );
  }
  if (result.recording?.oldest) {
    const day = result.recording.oldest.slice(0, 10).split('-').reverse().join('/');
    lines.push(`  ${survey.t('column.recording')}: ${survey.t('recording.since', { day })}`);
  }
  for (const { message, next, weight } of result.reasons) {
    lines.push(`  - ${message}${weight === 'note' ? '' : ` → ${next}`}`);
  }
  return lines.join('\n');
}
