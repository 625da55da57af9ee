import type { FocalPoint } from '../contract/register-schemas.ts';
import type { Placement } from '../contract/schemas.ts';
import type { DigestKind, Login } from './digest.ts';

/**
 * The register of the simulated centre: invented provinces, sites and cameras, the same on every
 * start. They are data in Vietnamese, like what a real inventory holds, and so are not translated.
 */
export interface DemoSite {
  readonly id: string;
  readonly name: string;
  readonly province: string;
  readonly login: Login;
  /** Whom to call: invented people with numbers that nobody has. */
  readonly focalPoints: readonly FocalPoint[];
}

export interface DemoCamera {
  readonly id: string;
  readonly site: DemoSite;
  readonly name: string;
  readonly placement: Placement;
  /** `/site-01/cam-01`, to which `/main` and `/sub` are added. */
  readonly path: string;
  readonly index: number;
}

const siteNames = [
  ['Khu cách ly Trường Cao đẳng nghề An Hải', 'Tỉnh An Hải'],
  ['Khu cách ly Trung đoàn BB888', 'Tỉnh An Hải'],
  ['Khu cách ly Ký túc xá Đại học Hải Vân', 'Tỉnh An Hải'],
  ['Khu cách ly Khách sạn Sóng Biếc', 'Tỉnh An Hải'],
  ['Khu cách ly Trường Quân sự Vân Sơn', 'Tỉnh Vân Sơn'],
  ['Khu cách ly Trung tâm Y tế huyện Suối Mây', 'Tỉnh Vân Sơn'],
  ['Khu cách ly Trường Nội trú Đèo Thông', 'Tỉnh Vân Sơn'],
  ['Khu cách ly Nhà khách Đồi Chè', 'Tỉnh Vân Sơn'],
  ['Khu cách ly Trường Chính trị Bình Lạc', 'Tỉnh Bình Lạc'],
  ['Khu cách ly Khu công nghiệp Sông Lục', 'Tỉnh Bình Lạc'],
  ['Khu cách ly Trung tâm Văn hóa Cầu Đá', 'Tỉnh Bình Lạc'],
  ['Khu cách ly Trường THPT Đồng Sen', 'Tỉnh Bình Lạc'],
] as const;

const camerasPerSite = 4;

/** What each site has, in turn: together the six placement areas come round evenly. */
const plans: readonly (readonly Placement[])[] = [
  ['gate', 'lobby', 'corridor', 'yard'],
  ['corridor', 'wash-outside', 'gate', 'other'],
  ['yard', 'corridor', 'lobby', 'wash-outside'],
];

const placeNames: Readonly<Record<Placement, readonly string[]>> = {
  corridor: ['Hành lang dãy A', 'Hành lang dãy B', 'Hành lang khu C', 'Hành lang nhà D'],
  lobby: ['Sảnh tầng 1', 'Sảnh tiếp nhận', 'Sảnh tầng 2', 'Sảnh nhà A'],
  yard: ['Sân lấy mẫu', 'Sân tiếp nhận', 'Sân trong', 'Khu lấy mẫu'],
  'wash-outside': [
    'Lối vào nhà vệ sinh dãy A',
    'Bên ngoài khu nhà tắm',
    'Bên ngoài nhà vệ sinh chung',
    'Lối vào khu vệ sinh tầng 1',
  ],
  gate: ['Cổng chính', 'Cổng phụ', 'Chốt gác cổng', 'Cổng xe ra vào'],
  other: ['Sân bếp', 'Kho nhận hàng', 'Khu giao nhận', 'Sân sau nhà bếp'],
};

const digests: readonly DigestKind[] = ['md5', 'both', 'md5', 'sha256'];

/** @param count cameras, 1 to 512; sites beyond the twelve are further buildings of the same ones. */
export function demoRegister(count: number): { sites: DemoSite[]; cameras: DemoCamera[] } {
  const sites: DemoSite[] = [];
  const cameras: DemoCamera[] = [];
  for (let index = 0; index < count; index++) {
    const siteIndex = Math.floor(index / camerasPerSite);
    sites[siteIndex] ??= makeSite(siteIndex);
    const site = sites[siteIndex];
    const slot = index % camerasPerSite;
    const placement = plans[siteIndex % plans.length]![slot]!;
    const names = placeNames[placement];
    const number = String(slot + 1).padStart(2, '0');
    cameras.push({
      id: `demo-${site.id}-cam-${number}`,
      site,
      name: names[Math.floor(siteIndex / plans.length + slot) % names.length]!,
      placement,
      path: `/${site.id}/cam-${number}`,
      index,
    });
  }
  return { sites, cameras };
}

const people = ['Phạm Văn Mẫu', 'Lê Thị Thử', 'Hoàng Văn Dựng', 'Vũ Thị Vẽ'] as const;

function makeSite(index: number): DemoSite {
  const [name, province] = siteNames[index % siteNames.length]!;
  const round = Math.floor(index / siteNames.length);
  const number = String(index + 1).padStart(2, '0');
  return {
    id: `site-${number}`,
    name: round === 0 ? name : `${name} – khu ${round + 1}`,
    province,
    login: {
      user: 'giamsat',
      // No secret: it opens nothing but this simulator
      password: `Mophong-${number}`,
      realm: `Site ${number}`,
      digest: digests[index % digests.length]!,
    },
    focalPoints: [
      {
        name: people[index % people.length]!,
        title: 'Trực ban cơ sở',
        phone: `0200 555 ${String(index + 1).padStart(4, '0')}`,
        email: '',
      },
    ],
  };
}
