import { describe, expect, it } from 'vitest';
import { brokenRule } from '../../../src/contract/password-rules.ts';
import { hashPassword, isPassword, usualCost } from '../../../src/operators/passwords.ts';

const cost = { N: 1024, r: 8, p: 1 };

describe('a password', () => {
  it('is kept as scrypt, with its parameters and a salt of its own', async () => {
    const [one, other] = [
      await hashPassword('Mật khẩu 1', cost),
      await hashPassword('Mật khẩu 1', cost),
    ];
    expect(one).toMatch(/^\$scrypt\$n=1024,r=8,p=1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
    expect(one).not.toBe(other);
    expect(one).not.toContain('khẩu');
    expect(await isPassword('Mật khẩu 1', one)).toBe(true);
    expect(await isPassword('Mật khẩu 2', one)).toBe(false);
    expect(await isPassword('', one)).toBe(false);
    expect(usualCost.N * usualCost.r * usualCost.p).toBeGreaterThanOrEqual(2 ** 20);
  });

  it('is the same from an input method that composes letters and one that does not', async () => {
    const hash = await hashPassword('Mật khẩu 1'.normalize('NFC'), cost);
    expect(await isPassword('Mật khẩu 1'.normalize('NFD'), hash)).toBe(true);
  });

  it.each(['', '$scrypt$', 'plain', '$scrypt$n=1024,r=8,p=1$$', '$scrypt$n=x,r=8,p=1$AAAA$AAAA'])(
    'is never right against the damaged hash "%s"',
    async (stored) => {
      expect(await isPassword('', stored)).toBe(false);
      expect(await isPassword(stored, stored)).toBe(false);
    },
  );

  it('is not looked at for a hash that asks for more memory than a machine has', async () => {
    const greedy = (await hashPassword('Mật khẩu 1', cost)).replace('n=1024', 'n=16777216');
    await expect(isPassword('Mật khẩu 1', greedy)).rejects.toThrow(/memory/i);
  });

  it.each([
    ['Abc12345', 'lan', null],
    ['abc-1234', 'lan', null],
    ['Trời mưa', 'lan', null],
    ['Abc1234', 'lan', 'too-short'],
    // Counted as people count, not as UTF-16 does.
    ['Ab1😀😀😀', 'lan', 'too-short'],
    ['abcdefgh', 'lan', 'too-simple'],
    ['abcd1234', 'lan', 'too-simple'],
    ['ABCDEFGH-', 'lan', 'too-simple'],
    ['Tran.Lan1', 'tran.lan', 'like-name'],
    ['Đức Anh 2021', 'ĐỨC ANH', 'like-name'],
    ['Abc12345', 'ab', null],
    [`Aa1${'x'.repeat(198)}`, 'lan', 'too-long'],
  ] as const)('"%s" of %s: %s', (password, name, rule) => {
    expect(brokenRule(password, name)).toBe(rule);
    expect(brokenRule(password.normalize('NFD'), name)).toBe(rule);
  });
});
