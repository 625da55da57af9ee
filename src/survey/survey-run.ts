import type {
  SurveyCounts,
  SurveyRow,
  SurveyStep,
  SurveyVerdict,
} from '../contract/survey-schemas.ts';
import type { SurveyCamera, SurveyDevice, SurveyParts } from './survey.types.ts';
import { surveyLimits } from './survey.types.ts';
import { surveyDevice } from './survey-device.ts';
import { failedRow, finishedRow, type SurveyEntry, waitingRow } from './survey-rows.ts';
import { SiteTurns } from './turns.ts';

/** A device to be looked at, and the words of the cameras that it carries. */
export interface SurveyGroup {
  readonly device: SurveyDevice;
  readonly entries: readonly SurveyEntry[];
}

export interface SurveyRunOptions {
  readonly parts: SurveyParts;
  readonly signal: AbortSignal;
  /** Told of each row when it changed; the same object is never told twice. */
  readonly onRow: (row: SurveyRow) => void;
}

/** A survey of many cameras: its rows are there from the start and are filled while it runs. */
export class SurveyRun {
  readonly #rows = new Map<string, SurveyRow>();
  readonly #groups: readonly SurveyGroup[];
  readonly #options: SurveyRunOptions;

  constructor(groups: readonly SurveyGroup[], options: SurveyRunOptions) {
    this.#groups = groups;
    this.#options = options;
    for (const { entries } of groups) {
      for (const entry of entries) this.#rows.set(entry.camera.id, waitingRow(entry));
    }
  }

  /** In the order in which they were asked for. */
  rows(): SurveyRow[] {
    return [...this.#rows.values()];
  }

  counts(): SurveyCounts {
    return countRows(this.#rows.values());
  }

  /** Never rejects: what failed stands in the rows. Aborted, the rows not done stay without a verdict. */
  async run(): Promise<void> {
    const { parts, signal } = this.#options;
    const limits = { ...surveyLimits, ...parts.limits };
    const turns = new SiteTurns(limits.perSite, limits.total);
    // A device holds its credential and its table while it waits: a few more than can be served.
    const queue = roundRobin(this.#groups);
    const worker = async () => {
      for (let group = queue.shift(); group && !signal.aborted; group = queue.shift()) {
        await this.#look(group, turns);
      }
    };
    const workers = Math.min(limits.total * 2, queue.length);
    await Promise.all(Array.from({ length: workers }, worker));
  }

  async #look({ device, entries }: SurveyGroup, turns: SiteTurns): Promise<void> {
    const { parts, signal } = this.#options;
    const now = parts.now ?? Date.now;
    const entryOf = (camera: SurveyCamera) => entries.find((entry) => entry.camera === camera);
    const step = (entry: SurveyEntry, to: SurveyStep) => {
      const row = this.#rows.get(entry.camera.id);
      if (row && row.at === null && row.step !== to) this.#put({ ...row, step: to });
    };
    try {
      const found = await surveyDevice(device, parts, {
        turns,
        signal,
        onStep: (camera, to) => {
          for (const entry of entries) if (!camera || entry.camera === camera) step(entry, to);
        },
        onCamera: (camera, whole, one) => {
          const entry = entryOf(camera);
          if (entry) this.#put(finishedRow(entry, whole, one, now()));
        },
      });
      // Once more: what came last (the ONVIF of a recorder, say) is true for each of its cameras.
      for (const one of found.cameras) {
        const entry = one.camera && entryOf(one.camera);
        if (entry && this.#rows.get(entry.camera.id)?.at === null) {
          this.#put(finishedRow(entry, found, one, now()));
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        parts.log.error('a device could not be surveyed', { reason: String(error) });
      }
      for (const entry of entries) {
        const row = this.#rows.get(entry.camera.id);
        if (row?.at !== null) continue;
        this.#put(signal.aborted ? waitingRow(entry) : failedRow(entry, now()));
      }
    }
  }

  #put(row: SurveyRow): void {
    this.#rows.set(row.cameraId, row);
    this.#options.onRow(row);
  }
}

/** Sites take turns, so that a province is not waiting for its largest site's last camera. */
function roundRobin(groups: readonly SurveyGroup[]): SurveyGroup[] {
  const bySite = new Map<string, SurveyGroup[]>();
  for (const group of groups) {
    const site = bySite.get(group.device.siteId);
    if (site) site.push(group);
    else bySite.set(group.device.siteId, [group]);
  }
  const order: SurveyGroup[] = [];
  const sites = [...bySite.values()];
  const longest = Math.max(0, ...sites.map((site) => site.length));
  for (let index = 0; index < longest; index++) {
    for (const site of sites) if (site[index]) order.push(site[index]!);
  }
  return order;
}

export function countRows(rows: Iterable<SurveyRow>): SurveyCounts {
  const counts = { total: 0, done: 0, pass: 0, usable: 0, cannotConnect: 0 };
  const field: Record<SurveyVerdict, 'pass' | 'usable' | 'cannotConnect'> = {
    pass: 'pass',
    usable: 'usable',
    'cannot-connect': 'cannotConnect',
  };
  for (const row of rows) {
    counts.total++;
    if (row.at !== null) counts.done++;
    if (row.verdict) counts[field[row.verdict]]++;
  }
  return counts;
}
