import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import { dateText, type Texts, timeText, type Words } from '../../i18n.ts';
import type { ReplayModel } from '../../stores/evidence/replay-store.ts';
import { useProduct, useTexts } from '../product.tsx';

/** The texts of these screens: `page.` of `evidence.json`. */
export function usePage(): Texts {
  const e = useTexts('evidence');
  return useMemo(() => (key, values) => e(`page.${key}`, values), [e]);
}

export function useReplay<T>(select: (model: ReplayModel) => T): T {
  return useStore(useProduct().replay, select);
}

/** `dd/MM/yyyy HH:mm:ss` in Viet Nam. */
export function momentText(at: number): string {
  return `${dateText(at)} ${timeText(at)}`;
}

/** With milliseconds, cut off and not rounded: a picture was not before it was. */
export function exactTime(at: number): string {
  const ms = String(((Math.floor(at) % 1000) + 1000) % 1000).padStart(3, '0');
  return `${timeText(at)}.${ms}`;
}

export function utcText(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

export function sizeText(words: Words, bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${words.number(value, unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}

/** `4:05`, `1:02:03`. */
export function lengthText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** With its sign; plus is ahead of this workstation. */
export function offsetText(words: Words, ms: number): string {
  const sign = ms < 0 ? '−' : '+';
  return `${sign}${words.number(Math.abs(ms) / 1000, 3)} s`;
}

export function clipLength(item: EvidenceItem): string | null {
  return item.takenUntil === null ? null : lengthText(item.takenUntil - item.takenAt);
}

export function isVideo(item: EvidenceItem): boolean {
  return item.mediaType.startsWith('video/');
}

const zoneMs = 7 * 3_600_000;
const typed =
  /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?\s*$/u;

/** A moment as people type it, `22/11/2026 10:15:03.250` in Viet Nam; null where it is none. */
export function momentOf(text: string): number | null {
  const found = typed.exec(text);
  if (!found) return null;
  const [, day, month, year, hour, minute, second = '0', fraction = '0'] = found;
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.padEnd(3, '0')),
  );
  // A 31st of a month that has none becomes another day.
  const same = new Date(at).getUTCDate() === Number(day) && Number(hour) < 24;
  return same && Number(minute) < 60 && Number(second) < 60 ? at - zoneMs : null;
}

export function momentTyped(at: number): string {
  return `${dateText(at)} ${exactTime(at)}`;
}
