import { DatabaseSync } from 'node:sqlite';
import { openRegister } from '../../src/sites/register.ts';
import type { BatchCamera, BatchSite, RegisterBatch } from '../../src/sites/register.types.ts';
import { silentLog } from '../../src/std/log.ts';
import { migrate } from '../../src/store/migrations.ts';

/** A register in memory, on the tables that the store makes. */
export function registerInMemory(now?: () => number) {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
  migrate(database);
  return openRegister({ database, log: silentLog, ...(now ? { now } : {}) });
}

const provinces = ['An Hải', 'Vân Sơn', 'Bình Lạc', 'Đèo Thông', 'Ước Lễ'];
const kinds = ['Trường Cao đẳng nghề', 'Ký túc xá Đại học', 'Khách sạn', 'Trường Quân sự'];
const places = ['Hành lang tầng', 'Cổng', 'Sân lấy mẫu', 'Sảnh đón tiếp', 'Lối vào nhà tắm dãy'];
const areas = ['corridor', 'gate', 'yard', 'lobby', 'wash-outside'] as const;

/** An invented country: `cameras` over `sites`, the same on every call. */
export function inventedCountry(cameras: number, sites: number): RegisterBatch {
  const siteRows = Array.from({ length: sites }, (_, index): BatchSite => {
    const province = provinces[index % provinces.length] as string;
    return {
      ref: `site ${index}`,
      fields: {
        code: `CS${String(index + 1).padStart(4, '0')}`,
        name: `${kinds[index % kinds.length]} ${province} ${index + 1}`,
        province: `Tỉnh ${province}`,
        district: `Huyện ${1 + (index % 7)}`,
        focalPoints: [
          { name: `Nguyễn Đầu Mối ${index}`, title: 'Trạm trưởng', phone: '0000', email: '' },
        ],
      },
    };
  });
  const cameraRows = Array.from({ length: cameras }, (_, index): BatchCamera => {
    const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
    return {
      ref: `camera ${index}`,
      siteRef: `site ${index % sites}`,
      fields: {
        name: `${places[index % places.length]} ${Math.floor(index / sites) + 1}`,
        placement: areas[index % areas.length] ?? null,
        brand: index % 3 === 0 ? 'Hikvision' : 'Dahua',
        serial: `SN${String(index).padStart(18, '4')}`,
        url: `rtsp://${address}:554/Streaming/Channels/101`,
        subUrl: `rtsp://${address}:554/Streaming/Channels/102`,
      },
    };
  });
  return {
    origin: 'import',
    who: 'thử nghiệm',
    subject: 'country.xlsx',
    sites: siteRows,
    cameras: cameraRows,
  };
}
