import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openRegister } from '../../src/sites/register.ts';
import type { BatchCamera, BatchSite, RegisterBatch } from '../../src/sites/register.types.ts';
import { silentLog } from '../../src/std/log.ts';
import { openStore } from '../../src/store/store.ts';

/** Milliseconds of many runs of one thing. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly runs: number;
}

export interface RegisterFigures {
  readonly cameras: number;
  readonly sites: number;
  /** From nothing to everything in the database and its journal. */
  readonly importMs: number;
  /** The longest time for which nothing else in the process got a turn meanwhile. */
  readonly importBlockedMs: number;
  /** Opening the register on the file and answering the first question. */
  readonly openMs: number;
  readonly search: Spread;
  readonly page: Spread;
  readonly sortedPage: Spread;
  readonly tree: Spread;
  readonly siteDetail: Spread;
  readonly saveOne: Spread;
  readonly bulkEdit1000: Spread;
  readonly undo1000: Spread;
  /** Heap in use with everything above done, over what was in use before. */
  readonly memoryMiB: number;
  readonly databaseMiB: number;
}

const provinces = ['An Hải', 'Vân Sơn', 'Bình Lạc', 'Đèo Thông', 'Ước Lễ', 'Sông Lục'];
const kinds = ['Trường Cao đẳng nghề', 'Ký túc xá Đại học', 'Khách sạn', 'Trung đoàn'];
const places = ['Hành lang tầng', 'Cổng chính', 'Sân lấy mẫu', 'Sảnh đón tiếp', 'Lối vào nhà tắm'];
const areas = ['corridor', 'gate', 'yard', 'lobby', 'wash-outside'] as const;

/** What people type: single words, several, half words, codes, addresses, and what is not there. */
const queries = [
  'h',
  'hanh lang',
  'hành lang tầng 3',
  'truong cao dang an hai',
  'deo thong cong',
  'ước lễ',
  'CS0042',
  '10.0.38.4',
  'hikvision',
  'nguyen dau moi 13',
  'khong co gi het',
  'san lay',
];

/**
 * The register with an invented country on a real file: what a person waits for in the tree, the
 * table, the search box, and after a bulk edit.
 */
export async function benchRegister(
  cameras = 10_000,
  sites = 700,
  rounds = 20,
): Promise<RegisterFigures> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vonggac-bench-register-'));
  const batch = inventedCountry(cameras, sites);
  const before = settledMemory();
  try {
    const store = openStore({ dataDir, log: silentLog });
    const filled = openRegister({ database: store.database, log: silentLog });
    const watch = watchTurns();
    const importMs = await timed(() => filled.applyChanges(batch));
    const importBlockedMs = watch.stop();
    const count = filled.tree().cameras;
    if (count !== cameras) throw new Error(`${count} cameras came in, not ${cameras}`);
    store.close();

    const again = openStore({ dataDir, log: silentLog });
    const openStart = performance.now();
    const register = openRegister({ database: again.database, log: silentLog });
    register.search('a', 1);
    const openMs = performance.now() - openStart;

    const search = await spread(rounds * queries.length, (run) => {
      register.search(queries[run % queries.length] as string, 50);
    });
    const page = await spread(rounds * 5, (run) => {
      const offset = (run * 977) % Math.max(1, cameras - 100);
      register.page({ filter: {}, offset, limit: 100 });
    });
    const sortedPage = await spread(rounds * 2, (run) => {
      const by = (['name', 'brand', 'address', 'changed'] as const)[run % 4] ?? 'name';
      const filter = { text: run % 2 === 0 ? 'cong' : 'hanh' };
      register.page({ filter, sort: { by, descending: run % 3 === 0 }, offset: 0, limit: 100 });
    });
    const tree = await spread(rounds, () => register.tree());
    const ids = register.cameraIds({});
    const siteDetail = await spread(rounds, (run) => {
      const row = register.row(ids[(run * 37) % ids.length] as string);
      register.site(row?.camera.siteId ?? '');
    });
    const saveOne = await spread(rounds, (run) => {
      const { id, revision } = register.camera(ids[(run * 37) % ids.length] as string) ?? {};
      if (id === undefined || revision === undefined) throw new Error('a camera is missing');
      register.saveCamera({ id, revision, fields: { purpose: `lần ${run}` }, who: 'bench' });
      // The next question pays for the change.
      register.page({ filter: {}, offset: 0, limit: 100 });
    });
    const some = ids.slice(0, 1000);
    const bulkEdit1000 = await spread(rounds, (run) => {
      register.bulkEdit(some, { purpose: `đợt ${run}` }, 'bench');
    });
    const undo1000 = await spread(rounds, () => register.undo('bench'));
    const memoryMiB = (settledMemory() - before) / 1024 ** 2;
    again.close();
    const databaseMiB = statSync(join(dataDir, 'vonggac.db')).size / 1024 ** 2;
    return {
      cameras,
      sites,
      importMs: round(importMs),
      importBlockedMs: round(importBlockedMs),
      openMs: round(openMs),
      search,
      page,
      sortedPage,
      tree,
      siteDetail,
      saveOne,
      bulkEdit1000,
      undo1000,
      memoryMiB: round(memoryMiB),
      databaseMiB: round(databaseMiB),
    };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function inventedCountry(cameras: number, sites: number): RegisterBatch {
  return {
    origin: 'import',
    who: 'bench',
    subject: 'country',
    sites: Array.from({ length: sites }, (_, index): BatchSite => {
      const province = provinces[index % provinces.length];
      return {
        ref: `s${index}`,
        fields: {
          code: `CS${String(index).padStart(4, '0')}`,
          name: `${kinds[index % kinds.length]} ${province} ${index}`,
          province: `Tỉnh ${province}`,
          district: `Huyện ${index % 9}`,
          focalPoints: [
            { name: `Nguyễn Đầu Mối ${index}`, title: 'Trưởng khu', phone: '0000', email: '' },
          ],
        },
      };
    }),
    cameras: Array.from({ length: cameras }, (_, index): BatchCamera => {
      const url = `rtsp://10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}:554`;
      return {
        ref: `c${index}`,
        siteRef: `s${index % sites}`,
        fields: {
          name: `${places[index % places.length]} ${Math.floor(index / sites)}`,
          placement: areas[index % areas.length] ?? null,
          brand: index % 2 === 0 ? 'Hikvision' : 'Dahua',
          model: 'IPC-1',
          serial: `SN${index}`,
          url: `${url}/Streaming/Channels/101`,
          subUrl: `${url}/Streaming/Channels/102`,
        },
      };
    }),
  };
}

/** Each run gets a turn of its own, as calls of a page do. */
async function spread(runs: number, work: (run: number) => unknown): Promise<Spread> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    times.push(await timed(() => work(run)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => round(times[Math.min(runs - 1, Math.floor(runs * part))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), max: at(1), runs };
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The longest gap between two turns of the event loop. */
function watchTurns() {
  let last = performance.now();
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  return {
    stop() {
      look();
      clearInterval(timer);
      return longest;
    },
  };
}

const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
})();

function settledMemory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

if (import.meta.main) console.log(JSON.stringify(await benchRegister(), null, 2));
