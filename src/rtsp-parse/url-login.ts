import { Fault } from '../std/fault.ts';
import type { UrlCredential } from './url.ts';

/**
 * Logins that some devices want in the path or the query of a URL: XMeye recorders
 * (`/user=admin_password=…_channel=1_stream=0.sdp`), Foscam, VStarcam and others (`?user=…&pwd=…`),
 * gateways with a token (`?token=…`). What is kept of such a URL has `{user}` and `{password}` in their
 * place; the login is put in where a stream is opened and nowhere else. Devices that want it without a
 * word before it can be written with the same two marks: `/live/{user}/{password}/ch1`.
 */
export const userMark = '{user}';
export const passwordMark = '{password}';

export interface PathLogin {
  /** The path with the marks in place of the login. */
  readonly path: string;
  readonly credential: UrlCredential | null;
}

const userWords = 'user|usr|username|user_name|loginuse|loginusr|account';
const passwordWords =
  'password|passwd|passwort|pass|pwd|psw|loginpas|loginpass|loginpwd|token|access_token|auth_token|jwt';
/** A value ends at the next parameter; XMeye parts them with `_`, which a password may hold too. */
const value = '((?:(?!_[a-z]+=|;[a-z_]+=)[^&/?#])*)';
const queryValue = '((?:(?!_[a-z]+=|;[a-z_]+=)[^&#])*)';

/**
 * Takes a login out of a path with its query. A password that is empty is no secret and stays.
 * @throws {Fault} `input.url` where a password stands beside the mark of its user
 */
export function takePathLogin(path: string): PathLogin {
  const query = path.indexOf('?');
  const password = findWord(path, passwordWords, query);
  if (!password) return { path, credential: null };
  const user = findWord(path, userWords, query);
  if (user?.text === userMark) throw new Fault('input.url', 'the URL has a password but no user');
  let marked = path;
  // From the end, so that the first place stays where it is.
  const spots = [
    { at: password.at, text: password.text, mark: passwordMark },
    ...(user ? [{ at: user.at, text: user.text, mark: userMark }] : []),
  ].sort((a, b) => b.at - a.at);
  for (const { at, text, mark } of spots) {
    marked = marked.slice(0, at) + mark + marked.slice(at + text.length);
  }
  // A second password in the same URL (`pwd=` and `token=`) is not left where it stands.
  if (findWord(marked, passwordWords, marked.indexOf('?'))) {
    throw new Fault('input.url', 'the URL has two logins');
  }
  return {
    path: marked,
    credential: { user: decoded(user?.text ?? ''), password: decoded(password.text) },
  };
}

/** The URL wants a login in itself. */
export function hasLoginMarks(url: string): boolean {
  return url.includes(userMark) || url.includes(passwordMark);
}

/**
 * A URL with the login that its marks ask for: a secret from here on, never kept, shown or logged.
 * @throws {Fault} `rtsp.credentials-needed`
 */
export function fillLoginMarks(url: string, credential: UrlCredential | null): string {
  if (!hasLoginMarks(url)) return url;
  if (!credential) throw new Fault('rtsp.credentials-needed', 'the URL asks for a login');
  return url
    .replaceAll(userMark, () => encoded(credential.user))
    .replaceAll(passwordMark, () => encoded(credential.password));
}

/** The first that has a value; for passwords, one that is no mark. */
function findWord(
  path: string,
  words: string,
  query: number,
): { readonly at: number; readonly text: string } | null {
  for (const [from, end, pattern] of [
    [0, query < 0 ? path.length : query, value],
    [query, path.length, queryValue],
  ] as const) {
    if (from < 0) continue;
    const found = path
      .slice(from, end)
      .matchAll(new RegExp(`(?:^|[/?&;_])(?:${words})=${pattern}`, 'gi'));
    for (const { index, 0: whole, 1: text = '' } of found) {
      if (text === '' || text === passwordMark) continue;
      return { at: from + index + whole.length - text.length, text };
    }
  }
  return null;
}

function decoded(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Only what would end the value or the request line: many devices do not decode what they get. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /%(?:24|2C|3A|3B|40)/g,
    decodeURIComponent,
  );
}
