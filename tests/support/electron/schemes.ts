/**
 * A stock Chromium knows no custom schemes. `app://vonggac/x` is loaded as
 * `https://vonggac.app.invalid/x` (RFC 6761: `.invalid` resolves nowhere) and answered by interception.
 */
export const privileged = new Set<string>();

export function toChromium(text: string): string {
  const url = URL.parse(text);
  const scheme = url?.protocol.slice(0, -1) ?? '';
  if (!url || !privileged.has(scheme)) return text;
  return `https://${url.host}.${scheme}.invalid${url.pathname}${url.search}${url.hash}`;
}

export function fromChromium(text: string): string {
  const match = /^https:\/\/([^/?#]+)\.([a-z]+)\.invalid(.*)$/s.exec(text);
  if (!match || !privileged.has(match[2] ?? '')) return text;
  return `${match[2]}://${match[1]}${match[3]}`;
}

/** A script that asks for `location.protocol` is told what Electron would say. */
export function asOnScheme(script: Buffer, url: string): Buffer {
  const scheme = /^[a-z]+:/.exec(url)?.[0] ?? '';
  const asked = /(?:[\w$]+\.)*\blocation\.protocol\b/g;
  return Buffer.from(script.toString('utf8').replaceAll(asked, JSON.stringify(scheme)));
}
