/** What can be said of a typed address before any camera is asked. */
export type AddressFault = 'empty' | 'form' | 'scheme' | 'host';

const schemes = ['rtsp:', 'rtsps:'];

/**
 * The part that people get wrong: no address, another scheme, no host. The login may hold `@ : / #`
 * and letters of any language, so the host is looked for after the last `@`.
 */
export function addressFault(text: string): AddressFault | null {
  const address = text.trim();
  if (address === '') return 'empty';
  const match = /^([a-z][a-z0-9+.-]*:)\/\/(.*)$/iu.exec(address);
  if (!match) return 'form';
  const [, scheme = '', behind = ''] = match;
  if (!schemes.includes(scheme.toLowerCase())) return 'scheme';
  const at = behind.lastIndexOf('@');
  const host = /^(\[[0-9a-f:.]+\]|[^\s/?#:[\]]+)(?::(\d{1,5}))?(?:[/?#]|$)/iu.exec(
    behind.slice(at + 1),
  );
  if (!host) return 'host';
  return host[2] !== undefined && (Number(host[2]) < 1 || Number(host[2]) > 65_535) ? 'host' : null;
}
