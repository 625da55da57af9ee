import { type ImportField, importFields } from '../contract/import-schemas.ts';
import { plainWords } from './plain-words.ts';
import { headingOf } from './sheet-words.ts';

/**
 * What a heading means, by how provinces and vendors name their columns. First whole headings that are
 * known, then what the heading is about (site, device, camera, focal point) and which property it names.
 */
const synonyms: Partial<Record<ImportField, readonly string[]>> = {
  ignore: ['stt', 'tt', 'so tt', 'so thu tu', 'no', 'stt tt', 'order'],
  'site.name': [
    'co so',
    'don vi',
    'ten don vi',
    'khu cach ly',
    'ten khu cach ly',
    'ten diem cach ly',
    'diem cach ly',
    'co so cach ly',
    'ten co so cach ly',
    'ten co so cach ly tap trung',
    'co so cach ly tap trung',
    'dia diem',
    'ten dia diem',
    'site',
    'facility',
    'ten diem',
  ],
  'site.code': ['ma don vi', 'ma diem', 'ma khu cach ly', 'code', 'ma'],
  'site.province': [
    'tinh',
    'tinh thanh',
    'tinh tp',
    'tinh thanh pho',
    'thanh pho',
    'dia phuong',
    'province',
    'province city',
  ],
  'site.district': [
    'huyen',
    'quan',
    'thi xa',
    'quan huyen',
    'huyen quan',
    'huyen thi xa',
    'quan huyen thi xa',
    'huyen thi xa thanh pho',
    'huyen tx tp',
    'quan huyen tx',
    'district',
  ],
  'site.address': ['dia chi', 'dia chi chi tiet', 'address'],
  'site.kind': ['loai hinh', 'loai hinh co so', 'kind'],
  'site.ownership': ['chu quan', 'co quan chu quan', 'don vi quan ly', 'owner', 'ownership'],
  'site.budgetLevel': ['nguon kinh phi', 'kinh phi', 'cap ngan sach', 'budget'],
  'site.priority': ['uu tien', 'muc do uu tien', 'priority'],
  'site.plan': ['phuong an', 'hinh thuc ket noi', 'plan'],
  'site.planDeadline': ['thoi han ket noi', 'han hoan thanh', 'thoi han', 'deadline'],
  'site.surveyDone': ['khao sat', 'da khao sat', 'tinh trang khao sat', 'surveyed'],
  'site.notes': ['ghi chu', 'note', 'notes', 'remarks'],
  'focal1.name': [
    'dau moi',
    'can bo dau moi',
    'nguoi dau moi',
    'ho ten',
    'ho va ten',
    'nguoi phu trach',
    'can bo phu trach',
    'nguoi lien he',
    'lien he',
    'focal point',
    'contact',
  ],
  'camera.name': [
    'camera',
    'cam',
    'ten cam',
    'ten kenh',
    'kenh',
    'ten',
    'name',
    'so hieu camera',
    'ky hieu camera',
    'ma camera',
    'channel',
  ],
  'camera.placement': [
    'vi tri',
    'khu vuc',
    'khu vuc lap dat',
    'vi tri camera',
    'noi lap dat',
    'noi lap',
    'location',
  ],
  'camera.purpose': ['muc dich', 'muc dich giam sat', 'purpose'],
  'camera.url': [
    'url',
    'rtsp',
    'link',
    'link rtsp',
    'duong dan',
    'duong dan rtsp',
    'luong chinh',
    'main stream',
    'link camera',
    'link xem',
    'stream',
  ],
  'camera.subUrl': ['suburl', 'sub url', 'luong phu', 'sub stream', 'substream'],
  'camera.brand': [
    'hang',
    'hang san xuat',
    'nhan hieu',
    'thuong hieu',
    'nha san xuat',
    'brand',
    'manufacturer',
  ],
  'camera.model': ['model', 'chung loai', 'ma hieu', 'loai camera', 'kieu camera'],
  'camera.serial': ['serial', 'so serial', 'so seri', 'so se ri', 'sn', 's n', 'serial number'],
  'camera.transport': ['giao thuc', 'protocol', 'transport'],
  'device.address': ['ip', 'dia chi ip', 'ip camera', 'ip dau ghi', 'ip address', 'host'],
  'device.port': ['cong', 'port'],
  'device.firmware': ['firmware', 'phien ban phan mem'],
  'login.user': ['user', 'username', 'tai khoan', 'account', 'login'],
  'login.password': ['pass', 'mk', 'password'],
};

const exact = new Map<string, ImportField>();
for (const field of importFields) {
  for (const phrase of synonyms[field] ?? []) exact.set(phrase, field);
  exact.set(plainWords(headingOf(field, 'vi')), field);
  exact.set(plainWords(headingOf(field, 'en')), field);
  if (field !== 'ignore') exact.set(plainWords(field), field);
}

type Entity = 'focal' | 'device' | 'camera' | 'site';

const entities: readonly [Entity, RegExp][] = [
  ['focal', /\b(dau moi|phu trach|lien he|lien lac|contact|focal|can bo)\b/],
  ['device', /\b(dau ghi|nvr|dvr|recorder|gateway|cong ket noi|thiet bi|device)\b/],
  ['camera', /\b(camera|cam|kenh|channel)\b/],
  ['site', /\b(co so|khu cach ly|diem cach ly|don vi|site|facility)\b/],
];

/** `parts`: the cells of the heading above each other, from the top. */
export function guessField(parts: readonly string[]): ImportField | null {
  const plain = parts
    .map(plainWords)
    .filter((part, at, all) => part !== '' && part !== all[at - 1]);
  const last = plain.at(-1);
  // A sign without letters, such as `#`, numbers the rows.
  if (last === undefined) return parts.some((part) => part.trim() === '#') ? 'ignore' : null;
  const whole = exact.get(plain.join(' '));
  if (whole) return whole;
  const parent = plain.length > 1 ? entityOf(plain.at(-2) ?? '') : null;
  return (
    (parent ? byProperty(last, entityOf(last) ?? parent, plain.join(' ')) : null) ??
    exact.get(last) ??
    byProperty(last, entityOf(last), plain.join(' '))
  );
}

function entityOf(text: string): Entity | null {
  return entities.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** The rules in their order: what names one thing only stands first. */
function byProperty(text: string, entity: Entity | null, whole: string): ImportField | null {
  const has = (pattern: RegExp) => pattern.test(text);
  if (has(/^(stt|tt|so tt)\b/)) return 'ignore';
  if (has(/\b(so luong|sl|tong|quantity|count)\b/)) return null;
  const focal = `focal${/\b([123])\b/.exec(whole)?.[1] ?? 1}` as 'focal1';
  if (has(/\b(mat khau|password|pass|mk)\b/)) return 'login.password';
  if (has(/\b(email|e mail|thu dien tu)\b/)) return `${focal}.email`;
  if (has(/\b(sdt|so dien thoai|dien thoai|so dt|dt|phone|mobile|di dong|hotline|tel)\b/)) {
    return `${focal}.phone`;
  }
  if (has(/\b(chuc vu|chuc danh|cap bac|position|title)\b/)) return `${focal}.title`;
  if (has(/\b(ten dang nhap|tai khoan|user|username)\b/)) return 'login.user';
  if (has(/\bkhao sat\b|\bsurvey/)) {
    if (has(/\b(ngay|date|on)\b/)) return 'site.surveyOn';
    return has(/\b(nguoi|can bo|by)\b/) ? 'site.surveyBy' : 'site.surveyDone';
  }
  if (entity === 'focal') return has(/\bdia chi\b/) ? null : `${focal}.name`;
  if (has(/\b(rtsp|url|link|luong)\b/)) return streamField(text);
  if (has(/\bonvif\b/)) return has(/\b(cong|port)\b/) ? 'device.port' : null;
  if (has(/\bip\b/)) return 'device.address';
  if (has(/\bphuong an\b/)) return 'site.plan';
  if (has(/\bhan\b|\bdeadline\b/)) {
    return has(/\bkiem tra\b/) ? 'site.dueInspectionOn' : 'site.planDeadline';
  }
  if (has(/\b(hang|nhan hieu|thuong hieu|brand|vendor|manufacturer)\b/)) {
    return entity === 'device' ? 'device.vendor' : 'camera.brand';
  }
  if (has(/\b(model|chung loai)\b/)) return entity === 'device' ? 'device.model' : 'camera.model';
  if (has(/\b(serial|seri|se ri)\b/))
    return entity === 'device' ? 'device.serial' : 'camera.serial';
  if (has(/\bfirmware\b/)) return 'device.firmware';
  if (has(/\b(vi tri|khu vuc|noi lap)\b/)) return 'camera.placement';
  if (has(/\b(ghi chu|note|notes)\b/))
    return entity === 'camera' ? 'camera.localNotes' : 'site.notes';
  if (has(/\bmuc dich\b|\bpurpose\b/)) return entity === 'site' ? 'site.purpose' : 'camera.purpose';
  if (has(/\b(quan|huyen|thi xa|district)\b/)) return 'site.district';
  if (has(/\b(tinh|province)\b/)) return 'site.province';
  if (has(/\bdia chi\b|\baddress\b/)) return entity === 'camera' ? 'camera.url' : 'site.address';
  if (has(/\b(ma|code)\b/) && entity === 'site') return 'site.code';
  if (has(/\b(ten|name|ky hieu|so hieu)\b/)) {
    if (entity === 'site') return 'site.name';
    return entity === 'device' ? 'device.name' : entity === 'camera' ? 'camera.name' : null;
  }
  return null;
}

function streamField(text: string): ImportField {
  const sub = /\b(phu|sub|substream|thu cap)\b/.test(text);
  if (/\b(truc tiep|direct)\b/.test(text)) return sub ? 'camera.directSubUrl' : 'camera.directUrl';
  return sub ? 'camera.subUrl' : 'camera.url';
}
