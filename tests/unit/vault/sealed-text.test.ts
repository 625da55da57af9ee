import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeSealKey, readSealed, type SealKey, seal } from '../../../src/vault/sealed-text.ts';

const passphrase = 'trạm gác số năm';
const secrets = new Map([
  ['camera/c1', '{"user":"xem","password":"Hoa/Sen#9 bí mật"}'],
  ['site/s1', '{"user":"admin","password":"LaChanh77"}'],
]);

let key: SealKey;
let text: string;
beforeAll(async () => {
  key = await makeSealKey(passphrase);
  text = seal(secrets, key);
});

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing was thrown';
};
/** As somebody would who changes the file on purpose. */
const resummed = (change: (lines: string[]) => void): string => {
  const lines = text.split('\n').slice(0, 2);
  change(lines);
  const body = `${lines.join('\n')}\n`;
  return `${body}${createHash('sha256').update(body).digest('base64')}\n`;
};

describe('logins sealed with a passphrase', () => {
  it('come back, and the accounts are known before', async () => {
    const sealed = readSealed(text);
    expect([...sealed.accounts]).toEqual(['camera/c1', 'site/s1']);
    const { secrets: opened } = await sealed.open(passphrase);
    expect(opened).toEqual(secrets);
  });

  it('open with the same passphrase in another composition of its letters', async () => {
    const opened = await readSealed(text).open(passphrase.normalize('NFD'));
    expect(opened.secrets.size).toBe(2);
  });

  it('hold neither passphrase, key, user nor password in the text', () => {
    const plain = [passphrase, 'LaChanh77', 'Hoa/Sen#9', 'xem', 'admin'];
    const bytes = [Buffer.from('LaChanh77'), key.secret, Buffer.from(passphrase)];
    for (const word of plain) expect(text).not.toContain(word);
    for (const one of bytes) {
      expect(text).not.toContain(one.toString('base64').replaceAll('=', ''));
      expect(text).not.toContain(one.toString('hex'));
    }
  });

  it('are never the same bytes twice, and no two vaults share a salt', async () => {
    expect(seal(secrets, key).split('\n')[1]).not.toBe(text.split('\n')[1]);
    const other = await makeSealKey(passphrase);
    expect(other.salt.equals(key.salt)).toBe(false);
    expect(other.secret.equals(key.secret)).toBe(false);
  });

  it('ask for at least 128 MiB for each guess', () => {
    expect(key.cost.n * key.cost.r * 128).toBeGreaterThanOrEqual(128 * 1024 * 1024);
  });

  it('tell a wrong passphrase from a damaged file', async () => {
    expect(await codeOf(() => readSealed(text).open('trạm gác số sáu'))).toBe('vault.passphrase');
    expect(await codeOf(() => readSealed(text).open(''))).toBe('vault.passphrase');
  });

  it('are called damaged at every length the file could be cut to', () => {
    for (let length = 0; length < text.length; length++) {
      expect(() => readSealed(text.slice(0, length)), `${length}`).toThrow(
        expect.objectContaining({ code: 'vault.damaged' }),
      );
    }
  });

  it('are called damaged whatever single bit of the file is flipped', () => {
    const bytes = Buffer.from(text);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => readSealed(flipped.toString('utf8')), `bit ${bit}`).toThrow(
        expect.objectContaining({ code: 'vault.damaged' }),
      );
    }
  });

  it('are called damaged when somebody changed the file and mended its digest', async () => {
    const renamed = resummed((lines) => {
      lines[0] = lines[0]!.replace('camera/c1', 'camera/c2');
    });
    expect(await codeOf(() => readSealed(renamed).open(passphrase))).toBe('vault.damaged');
    const cut = resummed((lines) => {
      lines[1] = lines[1]!.slice(0, 16);
    });
    expect(await codeOf(() => readSealed(cut).open(passphrase))).toBe('vault.damaged');
  });

  it('never work with a cost that is weaker, or would take all memory', () => {
    for (const n of [2 ** 14, 2 ** 30, 2 ** 17 + 1, -1]) {
      const cheap = resummed((lines) => {
        lines[0] = lines[0]!.replace(`"n":${2 ** 17}`, `"n":${n}`);
      });
      expect(cheap).toContain(`"n":${n}`);
      expect(() => readSealed(cheap), `${n}`).toThrow(
        expect.objectContaining({ code: 'vault.damaged' }),
      );
    }
  });
});
