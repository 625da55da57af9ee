import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { brokenRule, type PasswordRule } from '../contract/password-rules.ts';
import { Fault } from '../std/fault.ts';

/** Cost of scrypt (RFC 7914): `N` a power of two, memory 128·N·r bytes. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 64 MiB and some tenths of a second on a plain PC, once for each sign-in. */
export const usualCost: ScryptCost = { N: 65_536, r: 8, p: 2 };

const saltBytes = 16;
const hashBytes = 32;
/** What a stored hash may ask for; more would be a damaged file that stops the machine. */
const maxMemoryBytes = 256 * 1024 * 1024;

/** As text that says by itself how it was made: `$scrypt$n=65536,r=8,p=2$<salt>$<hash>`, base64. */
export async function hashPassword(
  password: string,
  cost: ScryptCost = usualCost,
): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost);
  const { N, r, p } = cost;
  return `$scrypt$n=${N},r=${r},p=${p}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** Takes as long for a wrong password as for the right one. False for text that is no hash. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const parsed =
    /^\$scrypt\$n=(\d{1,8}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/.exec(
      stored,
    );
  if (!parsed) return false;
  const [, n, r, p, salt, hash] = parsed as unknown as string[];
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const expected = Buffer.from(hash as string, 'base64');
  const given = await derive(password, Buffer.from(salt as string, 'base64'), cost);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** For names that nobody has: the same work, and never right. */
export function nobodysHash(cost: ScryptCost = usualCost): Promise<string> {
  return hashPassword(randomBytes(32).toString('base64'), cost);
}

function derive(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
  // The same letters come composed or not from different input methods.
  const text = password.normalize('NFC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, hashBytes, { N, r, p, maxmem: maxMemoryBytes }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

/** @throws {Fault} `operator.weak-password` */
export function checkPassword(password: string, name: string): void {
  const reason = brokenRule(password, name);
  if (reason) throw weakPassword(reason);
}

export function weakPassword(reason: PasswordRule): Fault {
  return new Fault('operator.weak-password', `a password is ${reason}`, { reason });
}
