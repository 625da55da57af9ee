import type {
  AccessChange,
  Operator,
  OperatorFields,
  OperatorRow,
  Role,
} from '../../../../src/contract/operator-schemas.ts';
import { Fault } from '../../../../src/std/fault.ts';
import { type FakeCore, fakeOperatorState } from '../fakes.ts';

/** Accounts in memory behind a fake core, with its rules of names and of the last administrator. */
export interface FakeAccess {
  rows: OperatorRow[];
  changes: AccessChange[];
}

const day = (days: number) =>
  new Date(Date.now() + 7 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);

export function fieldsOf(
  name: string,
  role: Role,
  more: Partial<OperatorFields> = {},
): OperatorFields {
  return {
    name,
    fullName: '',
    role,
    scope: 'all',
    validFrom: null,
    validUntil: null,
    document: { number: '', date: null },
    disabled: false,
    ...more,
  };
}

const paper = { number: '12/QĐ-BCĐ', date: '2021-06-20' };
const invented: readonly OperatorFields[] = [
  fieldsOf('lan', 'administrator', { fullName: 'Nguyễn Thị Lan', document: paper }),
  fieldsOf('nam', 'duty', {
    fullName: 'Phạm Văn Nam',
    scope: {
      provinces: ['Tỉnh An Hoà'],
      districts: [{ province: 'Tỉnh Đông Lĩnh', district: 'Huyện Đại Khê' }],
      sites: ['site-3'],
    },
    validFrom: day(-30),
    validUntil: day(12),
    document: paper,
  }),
  fieldsOf('đức', 'ptz', {
    fullName: 'Hoàng Đức Thắng',
    scope: { provinces: [], districts: [], sites: ['site-1', 'site-2', 'site-3', 'site-4'] },
    document: { number: '45/TB-SYT', date: '2021-07-02' },
  }),
  fieldsOf('hoa', 'evidence', {
    fullName: 'Trần Thị Hoa',
    validUntil: '2021-06-30',
    document: paper,
  }),
  fieldsOf('minh', 'technician', { fullName: 'Lê Minh', disabled: true }),
  fieldsOf('yte', 'health', { fullName: 'Vũ Thu Hà', validUntil: day(200) }),
  fieldsOf('khanh', 'supervisor', { fullName: 'Đỗ Khánh', validFrom: day(5) }),
];

export function fakeAccess(core: FakeCore, more = 0): FakeAccess {
  const many = Array.from({ length: more }, (_, index) =>
    fieldsOf(`trực ${index + 1}`, 'duty', { fullName: `Người Trực Số ${index + 1}` }),
  );
  const fake: FakeAccess = {
    rows: [...invented, ...many].map((fields, index) => ({
      operator: { id: index === 0 ? 'o1' : `op-${index}`, ...fields, mustChange: index === 6 },
      createdAt: Date.UTC(2021, 5, 20),
      lastSignInAt: index % 3 === 2 ? null : Date.UTC(2021, 5, 25, 1, index % 60),
    })),
    changes: [],
  };
  const sites = [1, 2, 3, 4].map((at) => ({
    id: `site-${at}`,
    name:
      [
        'Ký túc xá Bến Lau 2',
        'Khách sạn Đồng Tâm 3',
        'Trạm Y tế Hà Nội Mới 4',
        'Trung đoàn BB888 – khu Cầu Đá 5',
      ][at - 1] ?? '',
    province: 'Tỉnh Đông Lĩnh',
    district: 'Huyện Đại Khê',
  }));
  core.answer('operators.access', () => ({
    rows: fake.rows,
    sites,
    submission:
      fake.changes.length > 0
        ? { at: Date.UTC(2021, 5, 25, 2), by: 'lan', fileName: 'so-quyen-truy-cap-20210625.xlsx' }
        : null,
    changes: fake.changes,
  }));
  const replace = (id: string, operator: Operator) => {
    fake.rows = fake.rows.map((row) => (row.operator.id === id ? { ...row, operator } : row));
  };
  core.answer('operators.save', ({ id, fields }) => {
    const name = fields.name.toLowerCase();
    if (fake.rows.some((row) => row.operator.id !== id && row.operator.name === name)) {
      throw new Fault('operator.name-taken');
    }
    if (id === 'o1' && (fields.role !== 'administrator' || fields.disabled)) {
      throw new Fault('operator.last-administrator');
    }
    const operator = { id: id ?? `new-${name}`, ...fields, mustChange: id === null };
    if (id === null) {
      fake.rows = [...fake.rows, { operator, createdAt: Date.now(), lastSignInAt: null }];
    } else replace(id, operator);
    return { operator };
  });
  core.answer('operators.remove', ({ id }) => {
    if (id === 'o1') throw new Fault('operator.last-administrator');
    fake.rows = fake.rows.filter((row) => row.operator.id !== id);
    return {};
  });
  core.answer('operators.resetPassword', () => ({}));
  return fake;
}

/** Signed in as another role. */
export function stateAs(role: Role, rights: (typeof fakeOperatorState)['rights']) {
  const { session } = fakeOperatorState;
  if (!session) throw new Error('nobody is signed in');
  return {
    ...fakeOperatorState,
    rights,
    session: { ...session, operator: { ...session.operator, role } },
  };
}
