import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { exportRegister } from '../../src/sheets/export-register.ts';
import { planImport } from '../../src/sheets/plan.ts';
import { runImport } from '../../src/sheets/run-import.ts';
import { readSheet } from '../../src/sheets/sheet-jobs.ts';
import { openRegister } from '../../src/sites/register.ts';
import { silentLog } from '../../src/std/log.ts';
import { openStore } from '../../src/store/store.ts';

/** Figures of one import of a province's workbook into an empty register on disk. */
export interface ImportFigures {
  readonly rows: number;
  readonly sites: number;
  readonly fileKiB: number;
  /** Reading apart from the core; verdicts; writing; and again, when all rows are known. */
  readonly readSeconds: number;
  readonly planSeconds: number;
  readonly writeSeconds: number;
  readonly totalSeconds: number;
  readonly againSeconds: number;
  readonly exportSeconds: { readonly xlsx: number; readonly csv: number; readonly json: number };
  /** The longest turn of the core's event loop in each part, ms of CPU: streams wait that long. */
  readonly longestBlockMs: {
    readonly read: number;
    readonly plan: number;
    readonly write: number;
    readonly export: number;
  };
  /** Of the core while it imported, above what it had before. */
  readonly peakMemoryMiB: number;
}

export async function benchImport(rows = 10_000, sites = 700): Promise<ImportFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'vonggac-import-'));
  const store = openStore({ dataDir: folder, log: silentLog });
  try {
    const register = openRegister({ database: store.database, log: silentLog });
    const bytes = await workbookOf(rows, sites);
    const memory = watchMemory();
    const read = async () =>
      readSheet({ bytes, fileName: 'bench.xlsx', sheet: null, mapping: null, remembered: [] });
    const planOf = ({ records, heading }: Awaited<ReturnType<typeof read>>) =>
      planImport({
        records,
        columns: heading.columns,
        register,
        language: 'vi',
        who: 'bench',
        subject: 'bench.xlsx',
      });
    const reading = await measured(read);
    const plan = await measured(() => planOf(reading.value));
    const written = await measured(() =>
      runImport({
        plan: plan.value,
        register,
        who: 'bench',
        subject: 'bench.xlsx',
        leaveOutErrors: false,
        keepLogin: async () => 'memory',
      }),
    );
    if (written.value.outcome !== 'done') throw new Error('the bench import was refused');
    const again = await measured(async () => planOf(await read()));
    if (again.value.counts.same !== rows) throw new Error('rows were not found again');
    const exports = {
      xlsx: await measured(() => exportRegister({ register, format: 'xlsx', language: 'vi' })),
      csv: await measured(() => exportRegister({ register, format: 'csv', language: 'vi' })),
      json: await measured(() => exportRegister({ register, format: 'json', language: 'vi' })),
    };
    return {
      rows,
      sites,
      fileKiB: Math.round(bytes.length / 1024),
      readSeconds: reading.seconds,
      planSeconds: plan.seconds,
      writeSeconds: written.seconds,
      totalSeconds: round(reading.seconds + plan.seconds + written.seconds),
      againSeconds: again.seconds,
      exportSeconds: {
        xlsx: exports.xlsx.seconds,
        csv: exports.csv.seconds,
        json: exports.json.seconds,
      },
      longestBlockMs: {
        read: reading.blockMs,
        plan: plan.blockMs,
        write: written.blockMs,
        export: Math.max(exports.xlsx.blockMs, exports.csv.blockMs, exports.json.blockMs),
      },
      peakMemoryMiB: memory.stop(),
    };
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured<T>(work: () => Promise<T>) {
  const turns = watchTurns();
  const from = performance.now();
  const value = await work();
  const seconds = round((performance.now() - from) / 1000);
  return { value, seconds, blockMs: turns.stop() };
}

/** CPU time between two turns of the event loop: what a busy machine adds is not counted. */
function watchTurns() {
  let longest = 0;
  let last = process.threadCpuUsage();
  let running = true;
  const turn = () => {
    const used = process.threadCpuUsage(last);
    longest = Math.max(longest, used.user + used.system);
    last = process.threadCpuUsage();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop() {
      running = false;
      return Math.round(longest / 1000);
    },
  };
}

function watchMemory() {
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  return {
    stop() {
      clearInterval(timer);
      return Math.round((peak - before) / 2 ** 20);
    },
  };
}

/** An invented province, with the columns that such lists have. */
async function workbookOf(rows: number, sites: number): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('Danh sách');
  sheet.addRow(['DANH SÁCH CAMERA TẠI CÁC CƠ SỞ CÁCH LY']);
  sheet.addRow([
    ...['STT', 'Mã cơ sở', 'Tên cơ sở', 'Tỉnh', 'Huyện/Thị xã', 'Cán bộ đầu mối', 'SĐT'],
    ...['Tên camera', 'Vị trí lắp đặt', 'Hãng', 'Địa chỉ RTSP', 'Luồng phụ', 'Ghi chú'],
  ]);
  const places = ['Hành lang tầng 1', 'Sảnh tầng 2', 'Sân lấy mẫu', 'Cổng ra vào', 'Nhà ăn'];
  for (let row = 0; row < rows; row++) {
    const site = row % sites;
    const host = `10.${site >> 8}.${site & 255}.${10 + Math.floor(row / sites)}`;
    sheet.addRow([
      ...[row + 1, `CS-${site}`, `Cơ sở cách ly số ${site}`, 'Tỉnh Sơn Hải', `Huyện ${site % 12}`],
      ...[`Người Mẫu ${site}`, `0912${String(100_000 + site)}`, `Camera ${row}`, places[row % 5]],
      ...['Hãng Mẫu', `rtsp://${host}/main`, `rtsp://${host}/sub`, `dòng ${row}`],
    ]);
  }
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
