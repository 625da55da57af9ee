import { fold } from '../../../../renderer/stores/camera-search.ts';
import type {
  RegisterCamera,
  RegisterChange,
  RegisterRow,
  Site,
} from '../../../../renderer/stores/register/register-types.ts';
import { Fault } from '../../../../src/std/fault.ts';
import type { FakeCore } from '../fakes.ts';

/** A register in memory behind a fake core: real paging, filters, revisions and conflicts. */
export interface FakeRegister {
  readonly sites: Site[];
  readonly cameras: RegisterCamera[];
  /** As if another workstation had saved. */
  changeSite(id: string, change: Partial<Site>): void;
  changed(): void;
  undo: RegisterChange | null;
}

const provinces = ['Tỉnh An Hoà', 'Tỉnh Đông Lĩnh', 'Tỉnh Sông Vàng', 'Tỉnh Thạch Sơn'];
const districts = ['Huyện Bình Lâm', 'Huyện Đại Khê', 'Thị xã Hồng Mai', 'Huyện Yên Trạch'];
const kinds = ['Trường THCS', 'Ký túc xá', 'Khách sạn', 'Trạm Y tế', 'Trung đoàn BB888 – khu'];
const names = ['Suối Hoa', 'Bến Lau', 'Đồng Tâm', 'Hà Nội Mới', 'Cầu Đá', 'Rạng Đông'];
const placements = ['corridor', 'lobby', 'yard', 'wash-outside', 'gate', 'other'] as const;
const words = ['Hành lang', 'Sảnh', 'Sân lấy mẫu', 'Ngoài khu vệ sinh', 'Cổng', 'Bãi xe'];

function siteOf(index: number): Site {
  const day = (at: number) => `2021-0${(at % 3) + 5}-${String((at % 27) + 1).padStart(2, '0')}`;
  return {
    id: `site-${index}`,
    origin: index % 4 === 0 ? 'manual' : 'import',
    gone: false,
    revision: 1,
    code: `CS-${String(index + 1).padStart(4, '0')}`,
    name: `${kinds[index % kinds.length]} ${names[index % names.length]} ${index + 1}`,
    province: provinces[index % provinces.length] ?? '',
    district: districts[(index >> 2) % districts.length] ?? '',
    address: `Tổ ${index + 1}, đường Số ${(index % 30) + 1}`,
    hubId: null,
    kind: index % 5 === 4 ? 'barracks' : 'quarantine',
    ownership: index % 5 === 4 ? 'military' : 'province',
    budgetLevel: 'province',
    priority: (index % 3) + 1,
    hold:
      index % 9 === 4
        ? { view: true, export: true, authority: 'Bộ Chỉ huy quân sự tỉnh', askedOn: day(index) }
        : null,
    survey: index % 2 === 0 ? { done: true, by: 'Tổ khảo sát số 2', on: day(index) } : null,
    plan: index % 3 === 0 ? null : { kind: 'recorder', deadline: day(index) },
    focalPoints: [
      {
        name: 'Phạm Thị Mẫu',
        title: 'Trưởng trạm',
        phone: '0200 555 0123',
        email: 'dau.moi@example.vn',
      },
    ],
    purpose: 'Cách ly tập trung',
    notes: '',
    dueInspectionOn: index % 6 === 0 ? day(index + 1) : null,
  };
}

export const someSite: Site = siteOf(0);

export function fakeRegister(core: FakeCore, siteCount = 700, perSite = 14): FakeRegister {
  const sites = Array.from({ length: siteCount }, (_, index) => siteOf(index));
  const cameras = sites.flatMap((site, at) =>
    Array.from({ length: perSite }, (_, index): RegisterCamera => {
      const number = at * perSite + index;
      return {
        id: `cam-${number}`,
        origin: site.origin,
        gone: number % 97 === 5,
        revision: 1,
        siteId: site.id,
        deviceId: null,
        name: `${words[index % words.length]} ${Math.floor(index / words.length) + 1}`,
        placement: number % 53 === 7 ? 'inside-room' : (placements[index % 6] ?? null),
        purpose: '',
        brand: ['Vĩnh Quang', 'Nam Sao', 'Thiên Nhãn'][number % 3] ?? '',
        model: `VQ-${200 + (number % 7)}`,
        serial: `4047059239180602${number}`,
        url: number % 11 === 3 ? '' : `rtsp://192.0.2.${(at % 250) + 1}:554/ch${index + 1}/main`,
        subUrl: '',
        directUrl: '',
        directSubUrl: '',
        transport: 'auto',
        localNotes: '',
        originKey: '',
      };
    }),
  );
  const state = { revision: 1, changeId: 0, undo: null as RegisterChange | null };
  const siteById = (id: string) => sites.find((site) => site.id === id);
  const rowOf = (camera: RegisterCamera): RegisterRow => {
    const site = siteById(camera.siteId);
    const forbidden = camera.placement?.startsWith('inside-');
    return {
      camera,
      siteName: site?.name ?? '',
      siteCode: site?.code ?? '',
      province: site?.province ?? '',
      district: site?.district ?? '',
      hubId: null,
      refusal: forbidden
        ? { code: 'site.forbidden-place' }
        : site?.hold?.view
          ? { code: 'site.hold', params: { authority: site.hold.authority } }
          : null,
    };
  };
  const has = (text: string | undefined, ...values: string[]) =>
    !text ||
    fold(text)
      .split(/\s+/u)
      .every((word) => fold(values.join(' ')).includes(word));
  const counted = (id: string) => cameras.filter(({ siteId }) => siteId === id);
  const changed = (what: RegisterChange['what'] = 'save', subject = '', rows = 1) => {
    state.revision++;
    state.undo = {
      id: ++state.changeId,
      at: Date.now(),
      who: '',
      what,
      subject,
      added: 0,
      changed: rows,
      removed: 0,
      undone: false,
    };
    core.emit('register.changed', {
      revision: state.revision,
      siteIds: null,
      cameraIds: null,
      undo: state.undo,
      redo: null,
    });
  };

  core.answer('register.tree', () => ({
    hubs: [],
    provinces: provinces
      .filter((name) => sites.some((site) => site.province === name))
      .map((name) => {
        const inside = sites.filter((site) => site.province === name);
        const cams = inside.flatMap(({ id }) => counted(id));
        const forbidden = cams.filter((camera) => camera.placement?.startsWith('inside-')).length;
        return {
          name,
          sites: inside.length,
          cameras: cams.length,
          forbidden,
          districts: [...new Set(inside.map(({ district }) => district))].map((district) => ({
            name: district,
            sites: inside.filter((site) => site.district === district).length,
            cameras: inside
              .filter((site) => site.district === district)
              .flatMap(({ id }) => counted(id)).length,
            forbidden: 0,
          })),
        };
      }),
    sites: sites.map((site) => ({
      id: site.id,
      code: site.code,
      name: site.name,
      province: site.province,
      district: site.district,
      hubId: null,
      priority: site.priority,
      cameras: counted(site.id).length,
      forbidden: counted(site.id).filter((camera) => camera.placement?.startsWith('inside-'))
        .length,
      goneCameras: 0,
      heldFromView: site.hold?.view ?? false,
      gone: site.gone,
    })),
    cameras: cameras.length,
    forbidden: cameras.filter((camera) => camera.placement?.startsWith('inside-')).length,
    revision: state.revision,
  }));
  core.answer('register.page', ({ filter, offset, limit }) => {
    const rows = cameras.filter((camera) => {
      const site = siteById(camera.siteId);
      return (
        (!filter.siteId || camera.siteId === filter.siteId) &&
        (filter.province === undefined || site?.province === filter.province) &&
        (filter.district === undefined || site?.district === filter.district) &&
        (filter.placement !== 'forbidden' || camera.placement?.startsWith('inside-')) &&
        (!filter.noUrl || camera.url === '') &&
        (!filter.gone || camera.gone) &&
        (!filter.refused || rowOf(camera).refusal) &&
        has(filter.text, camera.name, site?.name ?? '', camera.brand)
      );
    });
    return {
      total: rows.length,
      rows: rows.slice(offset, offset + limit).map(rowOf),
      revision: state.revision,
    };
  });
  core.answer('register.sites', ({ filter, offset, limit }) => {
    const rows = sites.filter(
      (site) =>
        (filter.province === undefined || site.province === filter.province) &&
        (filter.surveyed === undefined || (site.survey?.done ?? false) === filter.surveyed) &&
        (!filter.held || site.hold) &&
        has(filter.text, site.name, site.code),
    );
    return {
      total: rows.length,
      rows: rows.slice(offset, offset + limit).map((site) => ({
        site,
        cameras: counted(site.id).length,
        forbidden: counted(site.id).filter((camera) => camera.placement?.startsWith('inside-'))
          .length,
      })),
      revision: state.revision,
    };
  });
  core.answer('register.site', ({ siteId }) => {
    const site = siteById(siteId);
    if (!site) throw new Fault('input.unknown');
    return { site, devices: [], cameras: counted(siteId).map(rowOf) };
  });
  core.answer('register.camera', ({ cameraId }) => {
    const camera = cameras.find(({ id }) => id === cameraId);
    const site = camera && siteById(camera.siteId);
    return camera && site ? { row: rowOf(camera), site, device: null } : null;
  });
  core.answer('register.saveSite', ({ id, revision, fields }) => {
    if (id === null) {
      const site = { ...siteOf(sites.length), ...fields, id: `site-${sites.length}` };
      sites.push(site);
      changed('save', site.name);
      return { site };
    }
    const at = sites.findIndex((site) => site.id === id);
    const before = sites[at];
    if (!before) throw new Fault('input.unknown');
    if (before.revision !== revision) throw new Fault('input.conflict');
    const site = { ...before, ...fields, revision: before.revision + 1 } as Site;
    sites[at] = site;
    changed('save', site.name);
    return { site };
  });
  core.answer('register.saveCamera', ({ id, revision, fields }) => {
    const at = cameras.findIndex((camera) => camera.id === id);
    const before = cameras[at];
    if (!before) throw new Fault('input.unknown');
    if (before.revision !== revision) throw new Fault('input.conflict');
    const camera = { ...before, ...fields, revision: before.revision + 1 } as RegisterCamera;
    cameras[at] = camera;
    changed('save', camera.name);
    return { row: rowOf(camera) };
  });
  core.answer('register.bulkEdit', ({ cameraIds, patch }) => {
    for (const id of cameraIds) {
      const at = cameras.findIndex((camera) => camera.id === id);
      const before = cameras[at];
      if (before) {
        cameras[at] = { ...before, ...patch, revision: before.revision + 1 } as RegisterCamera;
      }
    }
    changed('bulk', '', cameraIds.length);
    return { changed: cameraIds.length, unchanged: 0 };
  });
  core.answer('register.journal', () => ({
    total: 0,
    changes: [],
    undo: state.undo,
    redo: null,
  }));
  core.answer('register.undo', () => {
    const change = state.undo;
    if (!change) throw new Fault('input.unknown');
    state.undo = null;
    return { change };
  });
  core.answer('register.toWall', (node) => {
    const wanted = cameras.filter((camera) => !node.siteId || camera.siteId === node.siteId);
    const allowed = wanted.filter((camera) => !rowOf(camera).refusal);
    return {
      cameraIds: allowed.filter(({ url }) => url !== '').map(({ id }) => id),
      refused: wanted.length - allowed.length,
      noUrl: allowed.filter(({ url }) => url === '').length,
    };
  });
  return {
    sites,
    cameras,
    changeSite(id, change) {
      const at = sites.findIndex((site) => site.id === id);
      const before = sites[at];
      if (before) sites[at] = { ...before, ...change, revision: before.revision + 1 };
    },
    changed: () => changed(),
    get undo() {
      return state.undo;
    },
  };
}
