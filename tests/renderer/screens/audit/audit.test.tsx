import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { AuditRecordRow } from '../../../../src/contract/audit-schemas.ts';
import { Fault } from '../../../../src/std/fault.ts';
import { type FakeCore, someCameras } from '../fakes.ts';
import { someSite } from '../manage/fake-register.ts';
import { mount, unmountAll, until } from '../mount.tsx';

afterEach(unmountAll);

const total = 5000;
const hash = 'ab'.repeat(32);
const record = (seq: number): AuditRecordRow => ({
  seq,
  at: Date.UTC(2026, 10, 22, 3, 0, seq % 60),
  steady: seq * 1000,
  station: 'w-1',
  operator: seq % 2 ? { id: 'o-1', name: 'Nguyễn Thị Hồng' } : null,
  kind: seq % 2 ? 'ptz.move' : 'call.refused',
  camera: `cam-${seq % 4}`,
  site: 'site-1',
  screen: 0,
  outcome: seq % 2 ? 'done' : 'refused',
  cause: seq % 2 ? null : 'access.denied',
  details: { speed: 0.5 },
  prev: hash,
  hash,
});

function fakeAudit(core: FakeCore): void {
  core.answer('audit.page', ({ upTo, offset, limit }) => ({
    rows: Array.from({ length: Math.min(limit, total - offset) }, (_, at) =>
      record(total - offset - at),
    ),
    total,
    upTo: upTo ?? total,
  }));
  core.answer('audit.people', () => [{ id: 'o-1', name: 'Nguyễn Thị Hồng' }]);
}

const open = async (prepare: (core: FakeCore) => void = fakeAudit) => {
  const mounted = await mount({ prepare });
  mounted.commands.openManage('audit');
  return mounted;
};
const rows = () => [...document.querySelectorAll<HTMLElement>('.table-row')];

test('shows who did what to which camera, the newest first, and only the rows in sight', async () => {
  await open();
  await until(() => rows()[0]?.textContent?.includes('Bị từ chối'));
  expect(rows().length).toBeLessThan(60);
  expect(rows()[0]?.textContent).toContain('5.000');
  expect(rows()[1]?.textContent).toMatch(/Nguyễn Thị Hồng.*Quay camera/u);
  expect(rows()[1]?.textContent).toContain('22/11/2026 10:00:19');
});

test('asks the core for what is filtered: words, group, person, outcome and days', async () => {
  const { core } = await open();
  await until(() => rows().length > 0);
  const asked = () => core.calls('audit.page').at(-1)?.filter;
  await page.getByRole('searchbox', { name: 'Tìm trong nhật ký' }).fill('hong');
  await until(() => asked()?.text === 'hong');
  await page.getByLabelText('Nhóm').selectOptions('Điều khiển PTZ');
  await until(() => asked()?.kinds?.join() === 'ptz.');
  await page.getByLabelText('Người thực hiện').selectOptions('Nguyễn Thị Hồng');
  await page.getByLabelText('Kết quả').selectOptions('Bị từ chối');
  await until(() => asked()?.outcome === 'refused');
  expect(asked()).toMatchObject({ text: 'hong', kinds: ['ptz.'], operatorId: 'o-1' });
  await page.getByRole('button', { name: 'Bỏ lọc' }).click();
  await until(() => asked()?.text === '' && asked()?.operatorId === null);
});

test('a line opens the whole record, and leads to others of its camera', async () => {
  const { core } = await open();
  await until(() => rows().length > 0);
  rows()[1]?.click();
  await until(() => document.querySelector('.card')?.textContent?.includes(hash));
  expect(document.querySelector('.card')?.textContent).toContain('Tốc độ');
  await page.getByRole('button', { name: 'Chỉ camera này' }).click();
  await until(() => core.calls('audit.page').at(-1)?.filter?.camera === 'cam-3');
});

test('verifying says that the chain is intact, or names the records that differ', async () => {
  const { core } = await open();
  const good = {
    intact: true,
    records: total,
    anchors: 5,
    signed: 0,
    first: { seq: 1, at: 0 },
    last: { seq: total, at: 0, hash },
    problems: [],
    problemCount: 0,
  };
  core.answer('audit.verify', () => good);
  await page.getByRole('button', { name: 'Kiểm tra chuỗi' }).click();
  await until(() => document.querySelector('.audit-check')?.textContent?.includes('nguyên vẹn'));
  expect(document.querySelector('.audit-check')?.getAttribute('data-intact')).toBe('true');
  core.answer('audit.verify', () => ({
    ...good,
    intact: false,
    problems: [{ what: 'content' as const, seq: 17, at: Date.UTC(2026, 10, 22) }],
    problemCount: 1,
  }));
  await page.getByRole('button', { name: 'Kiểm tra chuỗi' }).click();
  await until(() => document.querySelector('.audit-check[role=alert]'));
  expect(document.querySelector('.audit-check')?.textContent).toContain(
    'Bản ghi 17: nội dung đã bị sửa',
  );
});

test('new records are offered, and come only when they are asked for', async () => {
  const { core } = await open();
  await until(() => rows().length > 0);
  const asked = core.calls('audit.page').length;
  core.emit('audit.changed', { seq: total + 3, warning: null });
  await until(() => page.getByRole('button', { name: 'Có 3 bản ghi mới' }).query());
  expect(core.calls('audit.page')).toHaveLength(asked);
  await page.getByRole('button', { name: 'Có 3 bản ghi mới' }).click();
  await until(() => core.calls('audit.page').length > asked);
});

test('a file is fetched in pieces and saved', async () => {
  const { core } = await open();
  core.answer('audit.export', () => ({
    exportId: 'x',
    fileName: 'nhat-ky.json',
    mediaType: 'application/json',
    size: 6,
    records: 1,
  }));
  core.answer('audit.download', ({ offset }) => ({
    base64: btoa(offset === 0 ? 'abc' : 'def'),
    next: offset === 0 ? 3 : null,
  }));
  await page.getByRole('button', { name: 'Xuất JSON (tự kiểm tra được)' }).click();
  await until(() => page.getByText('Đã lưu nhat-ky.json').query());
  expect(core.calls('audit.download').map(({ offset }) => offset)).toEqual([0, 3]);
});

test('who may not read it is told so', async () => {
  await open((core) => {
    fakeAudit(core);
    core.answer('audit.page', () => {
      throw new Fault('access.denied', 'no');
    });
  });
  await until(() => document.querySelector('.failed')?.textContent);
  expect(rows()).toHaveLength(0);
});

test('cameras and sites are called by their names, with the ids behind them', async () => {
  const { core } = await open((core) => {
    fakeAudit(core);
    core.answer('audit.page', ({ upTo, offset }) => ({
      rows:
        offset > 0
          ? []
          : [
              { ...record(3), camera: 'camera-1', site: 'site-9' },
              { ...record(2), camera: null, site: 'site-9' },
            ],
      total: 2,
      upTo: upTo ?? 3,
    }));
    core.answer('register.site', () => ({
      site: { ...someSite, id: 'site-9', name: 'Trạm Y tế Hà Nội Mới' },
      devices: [],
      cameras: [],
    }));
  });
  await until(() => rows()[1]?.textContent?.includes('Trạm Y tế Hà Nội Mới'));
  const name = someCameras(2)[1]?.name ?? '?';
  expect(rows()[0]?.textContent).toContain(name);
  expect(rows()[0]?.textContent).not.toContain('camera-1');
  expect(rows()[0]?.querySelector('[title*="camera-1"]')).not.toBeNull();
  expect(core.calls('register.site')).toEqual([{ siteId: 'site-9' }]);
});

test('what a record tells is in words, durations and names of fields too', async () => {
  await open((core) => {
    fakeAudit(core);
    core.answer('audit.page', ({ upTo }) => ({
      rows: [
        {
          ...record(1),
          kind: 'view',
          details: {
            from: Date.UTC(2026, 10, 22, 3),
            onMs: 605_000,
            liveMs: 4500,
            looks: 'live stale',
          },
        },
      ],
      total: 1,
      upTo: upTo ?? 1,
    }));
  });
  await until(() => rows().length === 1);
  expect(rows()[0]?.textContent).toContain('Từ: 22/11/2026 10:00:00');
  expect(rows()[0]?.textContent).toContain('Trên màn hình: 10 phút 5 giây');
  expect(rows()[0]?.textContent).toContain('Hình trực tiếp: 4,5 giây');
  expect(rows()[0]?.textContent).toContain('Trạng thái hình: trực tiếp, hình cũ');
});

test('the day of a camera is drawn: on screen, live, and the longest time away', async () => {
  const begin = Date.UTC(2026, 10, 20, 17);
  const hour = 3_600_000;
  const { core } = await open();
  core.answer('audit.coverage', () => ({
    spans: [
      { camera: 'camera-1', screen: 0, from: begin, to: begin + 6 * hour, liveMs: 6 * hour },
      {
        camera: 'camera-1',
        screen: 1,
        from: begin + 12 * hour,
        to: begin + 24 * hour,
        liveMs: 3 * hour,
      },
    ],
    more: false,
  }));
  await page.getByRole('button', { name: 'Thời gian trên màn hình' }).click();
  await page.getByLabelText('Ngày').fill('21/11/2026');
  expect(core.calls('audit.coverage')).toEqual([]);
  await page.getByRole('textbox', { name: 'Camera' }).fill(someCameras(1)[0]?.name ?? '');
  await until(() => document.querySelector('.coverage-found button'));
  await userEvent.keyboard('{Enter}');
  await until(() => document.querySelectorAll('.coverage-span').length === 2);
  expect(core.calls('audit.coverage').at(-1)).toMatchObject({
    screen: null,
    from: begin,
    to: begin + 24 * hour,
  });
  const picture = document.querySelector('.coverage-picture')?.textContent;
  expect(picture).toContain('Trên màn hình 18 giờ, hình trực tiếp 9 giờ.');
  expect(picture).toContain('6 giờ (06:00–12:00)');
  const [first, second] = [...document.querySelectorAll<HTMLElement>('.coverage-span')];
  expect([first?.style.left, first?.style.width]).toEqual(['0%', '25%']);
  expect(second?.querySelector('span')?.style.height).toBe('25%');
  await page.getByRole('button', { name: 'Một màn hình' }).click();
  await until(() => core.calls('audit.coverage').at(-1)?.screen === 0);
  expect(core.calls('audit.coverage').at(-1)?.camera).toBeNull();
});
