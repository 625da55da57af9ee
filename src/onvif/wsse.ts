import { createHash } from 'node:crypto';
import type { Credential } from '../rtsp/session.types.ts';
import { zulu } from './onvif-time.ts';
import { escapeXml } from './xml.ts';

const wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const wsu = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const profile =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0';
const base64 =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';

/** Base64 of SHA-1 over nonce, created and password (WSS UsernameToken Profile 1.0, section 3.1). */
export function passwordDigest(nonce: Uint8Array, created: string, password: string): string {
  return createHash('sha1').update(nonce).update(created).update(password).digest('base64');
}

/**
 * The Security header with a UsernameToken.
 * @param at the device's clock, ms since 1970: devices refuse tokens that are not of this minute
 * @param nonce fresh random bytes
 */
export function securityHeader(credential: Credential, at: number, nonce: Uint8Array): string {
  const created = zulu(at);
  const digest = passwordDigest(nonce, created, credential.password);
  return (
    `<wsse:Security s:mustUnderstand="1" xmlns:wsse="${wsse}" xmlns:wsu="${wsu}"><wsse:UsernameToken>` +
    `<wsse:Username>${escapeXml(credential.user)}</wsse:Username>` +
    `<wsse:Password Type="${profile}#PasswordDigest">${digest}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${base64}">${Buffer.from(nonce).toString('base64')}</wsse:Nonce>` +
    `<wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security>`
  );
}
