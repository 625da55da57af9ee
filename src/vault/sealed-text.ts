import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { Fault } from '../std/fault.ts';

/**
 * Logins sealed with a passphrase, as the text of a file. Three lines: what it is and which accounts
 * it holds (readable by anybody, so that a locked vault can tell "no login" from "not now"), the
 * sealed logins, and a digest of both.
 *
 * scrypt (RFC 7914) makes two keys of the passphrase: one for AES-256-GCM (NIST SP 800-38D) with a
 * nonce of its own at every writing and the first line as additional data, one for a check value. The
 * digest needs no passphrase, so a damaged file is told from a wrong passphrase.
 */
export interface SealedText {
  readonly accounts: ReadonlySet<string>;
  /**
   * @throws {Fault} `vault.passphrase` where it is a wrong one; `vault.damaged` where somebody
   *   changed the file on purpose
   */
  open(passphrase: string): Promise<OpenSeal>;
}

export interface OpenSeal {
  readonly key: SealKey;
  /** By account. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** What a passphrase was made into; it lives in memory, as long as the vault is open. */
export interface SealKey {
  readonly cost: Cost;
  readonly salt: Buffer;
  readonly check: Buffer;
  readonly secret: Buffer;
}

interface Cost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and about half a second for each guess. */
const usualCost: Cost = { n: 2 ** 17, r: 8, p: 1 };
/** A file may ask for more, not for all memory of the machine, and never for less. */
const maxN = 2 ** 19;
const maxMemory = 1024 ** 3;
const maxTextLength = 32 * 1024 * 1024;
const format = 'vonggac-vault-1';

/** A new key with a salt of its own. */
export function makeSealKey(passphrase: string): Promise<SealKey> {
  return deriveKey(passphrase, usualCost, randomBytes(32));
}

export function seal(secrets: ReadonlyMap<string, string>, key: SealKey): string {
  const head = JSON.stringify({
    format,
    kdf: { name: 'scrypt', ...key.cost, salt: key.salt.toString('base64') },
    check: key.check.toString('base64'),
    accounts: [...secrets.keys()],
  });
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce);
  cipher.setAAD(Buffer.from(head));
  const plain = Buffer.from(JSON.stringify([...secrets]));
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  plain.fill(0);
  const body = `${head}\n${sealed.toString('base64')}\n`;
  return `${body}${digest(body)}\n`;
}

/** @throws {Fault} `vault.damaged` */
export function readSealed(text: string): SealedText {
  if (text.length > maxTextLength) throw damaged('too long');
  const [head = '', sealed = '', sum = '', ...rest] = text.split('\n');
  const body = `${head}\n${sealed}\n`;
  if (rest.join('') !== '' || rest.length !== 1 || digest(body) !== sum) throw damaged('digest');
  const { cost, salt, check, accounts } = readHead(head);
  return {
    accounts: new Set(accounts),
    async open(passphrase) {
      const key = await deriveKey(passphrase, cost, salt);
      if (check.length !== key.check.length || !timingSafeEqual(check, key.check)) {
        throw new Fault('vault.passphrase', 'another passphrase');
      }
      return { key, secrets: unseal(key, head, Buffer.from(sealed, 'base64')) };
    },
  };
}

function unseal(key: SealKey, head: string, sealed: Buffer): Map<string, string> {
  try {
    const nonce = sealed.subarray(0, 12);
    const tag = sealed.subarray(-16);
    if (sealed.length < 28) throw new Error('short');
    const decipher = createDecipheriv('aes-256-gcm', key.secret, nonce, { authTagLength: 16 });
    decipher.setAAD(Buffer.from(head));
    decipher.setAuthTag(tag);
    const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    return new Map(JSON.parse(plain.toString('utf8')) as [string, string][]);
  } catch {
    // The reason of the parser could repeat what it parsed.
    throw damaged('seal');
  }
}

function readHead(head: string): {
  cost: Cost;
  salt: Buffer;
  check: Buffer;
  accounts: readonly string[];
} {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(head) as Record<string, unknown>;
  } catch {
    throw damaged('head');
  }
  const { kdf, check, accounts } = value;
  const { name, n, r, p, salt } = (kdf ?? {}) as Record<string, unknown>;
  const isWhole =
    value['format'] === format &&
    name === 'scrypt' &&
    typeof check === 'string' &&
    typeof salt === 'string' &&
    Array.isArray(accounts) &&
    accounts.every((account) => typeof account === 'string');
  // Doubling only, as scrypt wants; a file that asks for a weak key was made by somebody else.
  const isBounded =
    typeof n === 'number' &&
    n >= usualCost.n &&
    n <= maxN &&
    Number.isInteger(Math.log2(n)) &&
    r === 8 &&
    p === 1;
  if (!isWhole || !isBounded) throw damaged('head');
  return {
    cost: { n, r, p },
    salt: Buffer.from(salt, 'base64'),
    check: Buffer.from(check, 'base64'),
    accounts,
  };
}

async function deriveKey(passphrase: string, cost: Cost, salt: Buffer): Promise<SealKey> {
  // One spelling, whatever the keyboard composes.
  const words = Buffer.from(passphrase.normalize('NFC'));
  const made = await new Promise<Buffer>((resolve, reject) => {
    const options = { N: cost.n, r: cost.r, p: cost.p, maxmem: maxMemory };
    scrypt(words, salt, 64, options, (error, key) => (error ? reject(error) : resolve(key)));
  }).catch((error) => {
    throw new Fault('internal', `scrypt: ${(error as Error).message}`);
  });
  words.fill(0);
  const check = createHmac('sha256', made.subarray(32)).update(format).digest();
  return { cost, salt, check, secret: made.subarray(0, 32) };
}

function digest(body: string): string {
  return createHash('sha256').update(body).digest('base64');
}

function damaged(where: string): Fault {
  return new Fault('vault.damaged', `the vault file is damaged: ${where}`);
}
