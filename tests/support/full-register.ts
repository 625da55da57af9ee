import { openRegister } from '../../src/sites/register.ts';
import type { Register } from '../../src/sites/register.types.ts';
import { silentLog } from '../../src/std/log.ts';
import { openStore } from '../../src/store/store.ts';

/** An empty register in memory. */
export function memoryRegister(): {
  register: Register;
  database: ReturnType<typeof openStore>['database'];
} {
  const store = openStore({ dataDir: null, log: silentLog });
  return {
    register: openRegister({ database: store.database, log: silentLog }),
    database: store.database,
  };
}

/** Sites, devices and cameras with every field filled, some in ways that spreadsheets spoil. All is invented. */
export async function fillRegister(register: Register): Promise<void> {
  await register.applyChanges({
    origin: 'import',
    who: 'test',
    subject: 'test',
    sites: [
      {
        ref: 'full',
        fields: {
          code: '=HYPERLINK("http://x.invalid")',
          name: 'Trường Cao đẳng "Sông Xanh"; cơ sở 2, nhà B',
          province: 'Tỉnh Sơn Hải',
          district: 'Thị xã Đông Kha',
          address: '@12 đường Số 3\tphường 5',
          kind: 'school',
          ownership: 'military',
          budgetLevel: 'district',
          priority: 1,
          hold: { view: false, export: true, authority: 'Bộ chỉ huy BB999', askedOn: '2021-06-20' },
          survey: { done: true, by: '-Lê Văn Mẫu', on: '2021-06-25' },
          plan: { kind: 'gateway', deadline: '2021-07-01' },
          focalPoints: [
            {
              name: 'Lê Văn Mẫu',
              title: 'Trưởng phòng',
              phone: '+84 912 345 678',
              email: 'mau@so.example',
            },
            { name: 'Trần | Thị \\ Thử', title: '', phone: '0912000111', email: '' },
            { name: "'=1+1", title: '+', phone: '', email: '' },
            { name: 'Bốn | năm\\', title: 'x', phone: '1', email: 'a@b.example' },
            { name: 'Sáu', title: '', phone: '', email: '' },
          ],
          purpose: '<script>alert(1)</script>',
          notes: 'dòng một\ndòng hai; "ba", _x0041_\n=dòng ba',
          dueInspectionOn: '2021-07-10',
        },
      },
      { ref: 'bare', fields: { name: '001' } },
      {
        ref: 'held',
        fields: { name: 'Trung đoàn BB998', survey: { done: false, by: '', on: null } },
      },
    ],
    devices: [
      {
        ref: 'nvr',
        siteRef: 'full',
        fields: {
          kind: 'recorder',
          name: 'Đầu ghi tầng 1',
          address: '192.0.2.30',
          port: 8000,
          path: '/onvif/device_service',
          vendor: 'Hãng Mẫu',
          model: 'M-16',
          firmware: '5.10',
          serial: '404705923918060213',
        },
      },
      { ref: 'alone', siteRef: 'held', fields: { kind: 'camera', address: 'cam-7.example' } },
    ],
    cameras: [
      {
        ref: 'a',
        siteRef: 'full',
        deviceRef: 'nvr',
        fields: {
          name: 'Cổng, chính "A"',
          placement: 'wash-outside',
          purpose: '=cmd|calc',
          brand: '001',
          model: '1E5',
          serial: '0012',
          url: 'rtsp://192.0.2.30:554/Streaming/Channels/101?a=1&b=2',
          subUrl: 'rtsp://192.0.2.30:554/Streaming/Channels/102',
          directUrl: 'rtsp://192.0.2.31/live',
          directSubUrl: 'rtsp://192.0.2.31/sub',
          transport: 'udp',
          localNotes: 'một\nhai',
        },
      },
      { ref: 'b', siteRef: 'full', fields: { name: 'Chưa có địa chỉ', placement: null } },
      {
        ref: 'c',
        siteRef: 'held',
        fields: { name: '-5', placement: 'inside-toilet', url: 'rtsps://cam.example/x' },
      },
    ],
  });
}

/** Everything that a file carries: not which change wrote a row. */
export function contents(register: Register) {
  const bare = <T extends { revision: number; origin: string }>(rows: Iterable<T>) =>
    [...rows]
      .map(({ revision: _, origin: __, ...row }) => row)
      .sort((a, b) => ('id' in a && 'id' in b ? (String(a.id) < String(b.id) ? -1 : 1) : 0));
  return {
    sites: bare(register.sites()),
    devices: bare(register.devices()),
    cameras: bare(register.cameras()),
  };
}
