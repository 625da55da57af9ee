/**
 * Where to send SETUP, PLAY and TEARDOWN (RFC 2326 section C.1.1), out of what devices put into
 * Content-Base and `a=control`.
 *
 * The result always has the scheme, host and port of the URL that was used: devices behind NAT or
 * with a wrong clock of their own address print addresses that cannot be reached from here.
 */
export interface ControlBase {
  /** The URL of the DESCRIBE that was answered. */
  readonly requestUrl: string;
  readonly contentBase: string | null;
  readonly contentLocation: string | null;
}

const maxLength = 4096;
const absolute = /^[a-z][a-z0-9+.-]*:\/\//i;

/** The URL that relative controls are appended to. */
export function baseUrl(base: ControlBase): string {
  for (const text of [base.contentBase, base.contentLocation]) {
    const path = text === null ? null : pathOf(clean(text), true);
    if (path !== null) return root(base.requestUrl) + path;
  }
  return base.requestUrl;
}

/** Resolves one `a=control`; missing and `*` mean the base itself. */
export function controlUrl(base: ControlBase, control: string | null): string {
  const url = baseUrl(base);
  const text = clean(control ?? '');
  if (text === '' || text === '*') return url;
  if (absolute.test(text)) {
    const path = pathOf(text, false);
    return path === null ? url : root(base.requestUrl) + path;
  }
  const origin = root(base.requestUrl);
  const path = url.slice(origin.length);
  if (text.startsWith('/')) {
    // An absolute path of the server, or, as cameras mean it, something below the base.
    const first = path.split(/[/?]/)[1] ?? '';
    return first !== '' && text.startsWith(`/${first}`)
      ? origin + text
      : url.replace(/\/$/, '') + text;
  }
  // Appended, never merged as RFC 1808 would: `…?channel=1&subtype=0/` + `trackID=1` (Dahua, Hikvision).
  return `${url}${url.endsWith('/') ? '' : '/'}${text}`;
}

/** Scheme, host and port of a URL. */
function root(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? url;
}

function clean(text: string): string {
  return text
    .slice(0, maxLength)
    .replace(/[\u0000-\u0020\u007f-\uffff"<>]/g, '')
    .replace(/^(?:[a-z][a-z0-9+.-]*:\/\/)+(?=[a-z][a-z0-9+.-]*:\/\/)/i, '');
}

/** Path and query of a URL that may lack its scheme; null where nothing useful is in it. */
function pathOf(text: string, schemeMayLack: boolean): string | null {
  if (text === '' || text === '*') return null;
  let rest = text;
  if (absolute.test(text)) rest = text.replace(absolute, '');
  else if (text.startsWith('/')) return text;
  else if (!schemeMayLack) return null;
  const slash = rest.search(/[/?]/);
  if (slash < 0) return '/';
  return rest[slash] === '?' ? `/${rest.slice(slash)}` : rest.slice(slash);
}
