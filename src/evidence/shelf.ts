import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { AsideFile, fileFault } from '../clips/clip-file.ts';
import type { EvidenceFilter, EvidenceItem, Region } from '../contract/evidence-schemas.ts';
import { evidenceFolder } from '../evidence-format/manifest.ts';
import { evidenceName } from '../evidence-format/names.ts';
import { Fault } from '../std/fault.ts';
import { fold, foldedWords } from '../std/fold.ts';
import type { Logger } from '../std/log.ts';
import type { CaptureFacts } from './capture.types.ts';
import { localTime } from './clock-note.ts';

/**
 * What was taken at this workstation, as it was taken: files in one folder, their facts in the
 * database. A file comes to the shelf whole or not at all, and is never written again.
 */
export interface ShelfOptions {
  readonly database: DatabaseSync;
  /** Null: nothing can be kept here (a wall that is given). */
  readonly folder: string | null;
  readonly log: Logger;
  readonly now?: () => number;
}

/** What the core knows of a capture beside its bytes; the rest of an item follows from it. */
export interface Capture {
  readonly kind: EvidenceItem['kind'];
  readonly mediaType: string;
  readonly facts: CaptureFacts;
  readonly siteId: string;
  readonly gapMs: number;
  readonly groupId: string | null;
  readonly alteredFrom: string | null;
  readonly how: EvidenceItem['how'];
  /** What was masked at the camera when it was taken. */
  readonly masked: readonly Region[];
  /** What of that cannot be seen in its pictures any more: of a copy. */
  readonly hidden: readonly Region[];
}

export interface Shelved {
  readonly item: EvidenceItem;
  readonly facts: CaptureFacts;
  readonly path: string;
  readonly masked: readonly Region[];
  readonly hidden: readonly Region[];
}

type Row = Readonly<Record<string, unknown>>;

const endings: Readonly<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'video/mp4': '.mp4',
};
const filePiece = 1024 * 1024;

export class Shelf {
  readonly #db: DatabaseSync;
  readonly #folder: string | null;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #opened: number;

  constructor({ database, folder, log, now = Date.now }: ShelfOptions) {
    this.#db = database;
    this.#folder = folder;
    this.#log = log;
    this.#now = now;
    this.#opened = now();
    if (folder !== null) void this.#tidy(folder);
  }

  /**
   * Where the file of a capture will lie, with a name that sorts by time and every system can write.
   * @throws {Fault} `evidence.no-shelf`
   */
  place(cameraName: string, takenAt: number, mediaType: string): string {
    const folder = this.#open();
    const time = localTime(takenAt).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
    const tag = randomBytes(3).toString('hex');
    const ending = endings[mediaType] ?? '.bin';
    const stem = `${time}_${cameraName}`.slice(0, 90);
    const name = evidenceName(`${stem}_${tag}${ending}`, new Set()).slice(evidenceFolder.length);
    return join(folder, name);
  }

  /** @throws {Fault} `evidence.no-shelf`, `file.full`, `file.failed` */
  async put(capture: Capture, bytes: Uint8Array): Promise<EvidenceItem> {
    const { camera, takenAt } = capture.facts;
    const file = new AsideFile(this.place(camera.name, takenAt, capture.mediaType));
    try {
      await file.open();
      await file.write(bytes, 0);
      await file.sync();
      const sha256 = await file.sha256();
      if (sha256 !== createHash('sha256').update(bytes).digest('hex')) {
        throw new Fault('file.failed', 'read back differently', { reason: 'EIO' });
      }
      await file.publish();
      return this.#enter(capture, file.path, bytes.length, sha256);
    } catch (error) {
      await file.discard();
      throw error;
    }
  }

  /** Takes a file that was written into the folder of the shelf by `place`. */
  enter(capture: Capture, path: string, bytes: number, sha256: string): EvidenceItem {
    return this.#enter(capture, path, bytes, sha256);
  }

  items(
    filter: EvidenceFilter,
    offset: number,
    limit: number,
    /** Only of sites that this lets through. */
    isShown: (siteId: string) => boolean = () => true,
  ): { rows: EvidenceItem[]; total: number; bytes: number } {
    const hidden = this.#read('select distinct site_id as id from evidence_item')
      .map((row) => String(row['id']))
      .filter((siteId) => !isShown(siteId));
    const { where, values } = conditions(filter, hidden);
    const rows = this.#read(
      `select item from evidence_item ${where} order by taken_at desc, made_at desc limit ? offset ?`,
      ...values,
      limit,
      offset,
    ).map(itemOf);
    const [sum] = this.#read(`select count(*) as n from evidence_item ${where}`, ...values);
    const [all] = this.#read('select coalesce(sum(bytes), 0) as bytes from evidence_item');
    return { rows, total: Number(sum?.['n']), bytes: Number(all?.['bytes']) };
  }

  get size(): number {
    return Number(this.#read('select count(*) as n from evidence_item')[0]?.['n']);
  }

  /** @throws {Fault} `input.unknown` */
  get(id: string): Shelved {
    const [row] = this.#read('select * from evidence_item where id = ?', id);
    if (!row) throw new Fault('input.unknown', 'no such item');
    const item = itemOf(row);
    const facts = JSON.parse(String(row['facts'])) as CaptureFacts;
    const regions = (name: string) => JSON.parse(String(row[name])) as Region[];
    const path = join(this.#open(), item.name);
    return { item, facts, path, masked: regions('masked'), hidden: regions('hidden') };
  }

  /** Copies that were made from an item, the newest first. */
  copiesOf(id: string): Shelved[] {
    return this.#read(
      "select id from evidence_item where kind = 'copy' and json_extract(item, '$.alteredFrom') = ? order by made_at desc",
      id,
    ).map((row) => this.get(String(row['id'])));
  }

  /**
   * A piece of an item's file.
   * @throws {Fault} `input.unknown`, `evidence.source` where the file is gone, `evidence.changed`
   */
  async read(id: string, offset: number): Promise<{ bytes: Uint8Array; size: number }> {
    const { item, path } = this.get(id);
    const missing = (error: unknown) => {
      this.#complain(item, 'evidence.source');
      return new Fault('evidence.source', 'no such file', { file: item.name }, error);
    };
    const handle = await open(path, 'r').catch((error) => {
      throw missing(error);
    });
    try {
      const { size } = await handle.stat();
      if (size !== item.bytes) {
        this.#complain(item, 'evidence.changed');
        throw new Fault('evidence.changed', 'another size', { file: item.name });
      }
      const bytes = new Uint8Array(Math.max(0, Math.min(filePiece, size - offset)));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
      return { bytes: bytes.subarray(0, bytesRead), size };
    } finally {
      await handle.close();
    }
  }

  /**
   * The item whose bytes are what they were when they were taken.
   * @throws {Fault} `input.unknown`, `evidence.source`, `evidence.changed`
   */
  async proved(id: string): Promise<Shelved> {
    const shelved = this.get(id);
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(shelved.path, { highWaterMark: 1 << 20 })) {
        hash.update(chunk as Buffer);
      }
    } catch (error) {
      this.#complain(shelved.item, 'evidence.source');
      throw new Fault('evidence.source', 'no such file', { file: shelved.item.name }, error);
    }
    if (hash.digest('hex') !== shelved.item.sha256) {
      this.#complain(shelved.item, 'evidence.changed');
      throw new Fault('evidence.changed', 'another content', { file: shelved.item.name });
    }
    return shelved;
  }

  /** Remembers in which package items left. */
  left(ids: readonly string[], packageName: string): void {
    for (const id of ids) {
      const { item } = this.get(id);
      const packages = [...item.packages.filter((name) => name !== packageName), packageName];
      this.#save({ ...item, packages: packages.slice(-50) });
    }
  }

  /** Files and rows; a file that is gone already is no problem. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const { path } = this.get(id);
      await rm(path, { force: true }).catch((error) => {
        throw fileFault(error);
      });
      this.#read('delete from evidence_item where id = ?', id);
    }
  }

  #enter(capture: Capture, path: string, bytes: number, sha256: string): EvidenceItem {
    const { facts } = capture;
    const item: EvidenceItem = {
      id: randomUUID(),
      kind: capture.kind,
      name: path.slice(this.#open().length + 1),
      cameraId: facts.camera.id,
      cameraName: facts.camera.name,
      siteId: capture.siteId,
      siteName: facts.camera.site ?? '',
      takenAt: facts.takenAt,
      takenUntil: facts.takenUntil,
      madeAt: this.#now(),
      bytes,
      sha256,
      mediaType: capture.mediaType,
      width: facts.width,
      height: facts.height,
      codec: facts.codec,
      quality: facts.quality,
      ageMs: facts.ageMs,
      cameraTime: facts.cameraTime,
      offsetMs: facts.offsetMs,
      gapMs: capture.gapMs,
      operatorName: facts.operator?.name ?? '',
      reason: facts.reason,
      groupId: capture.groupId,
      alteredFrom: capture.alteredFrom,
      how: capture.how,
      packages: [],
      cause: null,
    };
    const words = [item.cameraName, item.siteName, facts.camera.province, item.operatorName];
    const folded = fold([...words, item.reason, item.name].filter(Boolean).join(' '));
    try {
      this.#read(
        `insert into evidence_item (id, kind, camera_id, site_id, taken_at, made_at, bytes, folded, item, facts, masked, hidden)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        item.id,
        item.kind,
        item.cameraId,
        item.siteId,
        Math.round(item.takenAt),
        item.madeAt,
        bytes,
        folded,
        JSON.stringify(item),
        JSON.stringify(facts),
        JSON.stringify(capture.masked),
        JSON.stringify(capture.hidden),
      );
    } catch (error) {
      // A full disk: what no row knows would be found by nobody, and its taker is told that it failed.
      rmSync(path, { force: true });
      throw error;
    }
    return item;
  }

  #complain(item: EvidenceItem, code: 'evidence.source' | 'evidence.changed'): void {
    this.#log.error('a file of the shelf is not what it was', { file: item.name, code });
    this.#save({ ...item, cause: { code, params: { file: item.name } } });
  }

  #save(item: EvidenceItem): void {
    this.#read('update evidence_item set item = ? where id = ?', JSON.stringify(item), item.id);
  }

  /** What a killed program left: unfinished files. Finished ones that no row knows are told, not removed. */
  async #tidy(folder: string): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    try {
      // Names first, rows afterwards: what is being put here now is in a row by then.
      const known = new Set(
        this.#read("select json_extract(item, '$.name') as name from evidence_item").map((row) =>
          String(row['name']),
        ),
      );
      for (const name of names) {
        const path = join(folder, name);
        const written = (await stat(path).catch(() => null))?.mtimeMs;
        if (written === undefined || written >= this.#opened) continue;
        if (name.startsWith('.') && extname(name) === '.part') {
          if (this.#opened - written > 60_000) await rm(path, { force: true }).catch(() => {});
        } else if (!known.has(name)) {
          this.#log.warn('a file of the shelf that no row knows', { file: name });
        }
      }
    } catch {
      // The database was closed meanwhile; the next start looks again.
    }
  }

  #open(): string {
    if (this.#folder === null) throw new Fault('evidence.no-shelf', 'nothing is kept here');
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw fileFault(error);
    }
    return this.#folder;
  }

  #read(sql: string, ...values: (string | number | null)[]): Row[] {
    try {
      return this.#db.prepare(sql).all(...values) as Row[];
    } catch (error) {
      throw new Fault('store.failed', 'the shelf', {}, error);
    }
  }
}

export function captureOf(
  kind: EvidenceItem['kind'],
  mediaType: string,
  facts: CaptureFacts,
  siteId: string,
  more: Partial<Pick<Capture, 'gapMs' | 'groupId' | 'alteredFrom' | 'how' | 'masked' | 'hidden'>>,
): Capture {
  return {
    kind,
    mediaType,
    facts,
    siteId,
    gapMs: 0,
    groupId: null,
    alteredFrom: null,
    how: [],
    masked: [],
    hidden: [],
    ...more,
  };
}

function itemOf(row: Row): EvidenceItem {
  return JSON.parse(String(row['item'])) as EvidenceItem;
}

function conditions(
  filter: EvidenceFilter,
  hidden: readonly string[],
): { where: string; values: (string | number)[] } {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  const add = (sql: string, value: string | number | null) => {
    if (value === null) return;
    parts.push(sql);
    values.push(value);
  };
  add('camera_id = ?', filter.cameraId);
  add('kind = ?', filter.kind);
  add('taken_at >= ?', filter.from);
  add('taken_at < ?', filter.to);
  for (const siteId of hidden) add('site_id <> ?', siteId);
  for (const word of foldedWords(filter.text)) {
    add("(' ' || folded) like ? escape '\\'", `% ${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
  }
  return { where: parts.length === 0 ? '' : `where ${parts.join(' and ')}`, values };
}
