import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyPackage } from '../../../src/evidence/verify-package.ts';
import { writePackage } from '../../../src/evidence/write-package.ts';
import type { CheckResult } from '../../../src/evidence-format/check.types.ts';
import { attacksOn, flip } from '../../support/evidence-attacks.ts';
import { type EvidenceFolder, evidenceFolder, newKey } from '../../support/evidence-files.ts';

let folder: EvidenceFolder;
let others: EvidenceFolder;
let zip: Buffer;
const dir = mkdtempSync(join(tmpdir(), 'vonggac-sửa-'));
const file = join(dir, 'đã sửa.vgp.zip');

beforeAll(async () => {
  folder = evidenceFolder();
  others = evidenceFolder();
  await writePackage(folder.order);
  await writePackage(others.order);
  zip = folder.read();
});
afterAll(() => {
  folder.remove();
  others.remove();
  rmSync(dir, { recursive: true, force: true });
});

const check = (bytes: Buffer, options = {}): Promise<CheckResult> => {
  writeFileSync(file, bytes);
  return verifyPackage(file, options);
};

function findings(result: CheckResult) {
  return [
    ...result.files.filter(({ ok }) => !ok).map(({ name, reason }) => ({ name, reason })),
    ...result.container.problems,
  ];
}

describe('every alteration is named', () => {
  test('and a package that nobody touched is whole', async () => {
    const result = await check(zip, { publicKey: folder.order.key.fingerprint });
    expect(findings(result)).toEqual([]);
    expect(result).toMatchObject({
      ok: true,
      signature: { ok: true },
      audit: { ok: true, records: 3 },
      signedBy: { compared: 'same', operator: { name: 'Nguyễn Thị Ngữ' } },
    });
  });

  test('by what was altered', async () => {
    for (const attack of attacksOn(zip, others.read())) {
      const result = await check(attack.bytes);
      const found = findings(result);
      expect(result.ok, attack.title).toBe(false);
      for (const { name, reason } of attack.named) {
        const isThere = found.some(
          (one) => (name === '*' || one.name === name) && (reason === '*' || one.reason === reason),
        );
        expect(isThere, `${attack.title}: ${JSON.stringify(found)}`).toBe(true);
      }
      if (!attack.onlyNamed) continue;
      const names = new Set(attack.named.map(({ name }) => name));
      const wrong = result.files.filter(
        (one) => !one.ok && one.reason !== 'unproved' && !names.has(one.name),
      );
      expect(wrong, attack.title).toEqual([]);
    }
  });

  test('at every byte of a small stretch of headers, and every 97th of the whole', async () => {
    const places = new Set<number>();
    for (let at = 0; at < zip.length; at += 97) places.add(at);
    for (let at = zip.length - 400; at < zip.length; at++) places.add(at);
    for (const at of places) {
      const result = await check(flip(zip, at, 1 << (at % 8)));
      expect(result.ok, `byte ${at}`).toBe(false);
      expect(findings(result).length, `byte ${at}`).toBeGreaterThan(0);
    }
  }, 120_000);
});

test('a package signed anew by another key is told from the key that was given', async () => {
  const theirs = others.read();
  expect(await check(theirs)).toMatchObject({ ok: true, signedBy: { compared: 'not-compared' } });
  expect(await check(theirs, { publicKey: folder.order.key.fingerprint })).toMatchObject({
    ok: false,
    signature: { ok: false, reason: 'key-replaced' },
    signedBy: { compared: 'other', fingerprint: others.order.key.fingerprint },
  });
});

test('an audit whose records were changed before signing is told', async () => {
  const records = folder.order.audit!.records.map((one) => ({ ...one }));
  (records[1] as { kind?: string }).kind = 'ptz.move';
  const forged = evidenceFolder({ audit: { format: 'vonggac-audit-1', records }, key: newKey() });
  try {
    // Our own writer reads back what it wrote, and does not hand out such a package.
    await expect(writePackage(forged.order)).rejects.toMatchObject({
      code: 'evidence.not-proved',
    });
  } finally {
    forged.remove();
  }
});

describe('with a password', () => {
  const password = 'mật khẩu Ước 1';
  let sealed: Buffer;
  beforeAll(async () => {
    const one = evidenceFolder({ password });
    await writePackage(one.order);
    sealed = one.read();
    one.remove();
  });

  test('nothing is told without it, and a wrong one is told', async () => {
    expect((await check(sealed)).container.problems).toEqual([
      { reason: 'password-needed', name: null },
    ]);
    expect((await check(sealed, { password: 'sai' })).container.problems).toEqual([
      { reason: 'password-wrong', name: null },
    ]);
    expect(sealed.includes(Buffer.from('Cổng'))).toBe(false);
    // However the letters were composed.
    expect(await check(sealed, { password: password.normalize('NFD') })).toMatchObject({
      ok: true,
    });
  });

  test('a flipped bit anywhere in it is told', async () => {
    for (let at = 0; at < sealed.length; at += at < 80 || at > sealed.length - 140 ? 1 : 4999) {
      const result = await check(flip(sealed, at), { password });
      expect(result.ok, `byte ${at}`).toBe(false);
    }
  }, 60_000);
});
