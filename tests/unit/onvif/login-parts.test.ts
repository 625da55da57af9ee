import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { DeviceLogin } from '../../../src/onvif/device-login.ts';
import { passwordDigest, securityHeader } from '../../../src/onvif/wsse.ts';
import { find, parseXml } from '../../../src/onvif/xml.ts';

test('the digest of the ONVIF Programmer’s Guide', () => {
  // Application Programmer's Guide 1.0, section 6.1.1.3.
  const nonce = Buffer.from('LKqI6G/AikKCQrN0zqZFlg==', 'base64');
  expect(passwordDigest(nonce, '2010-09-16T07:50:45Z', 'userpassword')).toBe(
    'tuOSpGlFlIXsozq4HFNeeGeFLEI=',
  );
});

test.each(['admin', 'Mật-khẩu:@/#%1', '', '<&>"\'', '密码🔒'])('the digest of %j', (password) => {
  for (let at = 0; at < 20; at += 1) {
    const nonce = createHash('sha256').update(String(at)).digest().subarray(0, 16);
    const created = new Date(1_600_000_000_000 + at * 86_399_999).toISOString();
    const whole = Buffer.concat([
      nonce,
      Buffer.from(created, 'utf8'),
      Buffer.from(password, 'utf8'),
    ]);
    expect(passwordDigest(nonce, created, password)).toBe(
      createHash('sha1').update(whole).digest('base64'),
    );
  }
});

test('the header is well formed, Zulu, and never holds the password', () => {
  const credential = { user: 'Quản trị <1>', password: 'bí-mật&1' };
  const header = securityHeader(credential, Date.UTC(2021, 5, 1, 12), new Uint8Array(16));
  const token = find(parseXml(`<r xmlns:s="s">${header}</r>`), 'Security', 'UsernameToken');
  expect(find(token, 'Username')?.text).toBe('Quản trị <1>');
  expect(find(token, 'Created')?.text).toBe('2021-06-01T12:00:00.000Z');
  expect(find(token, 'Nonce')?.text).toBe('AAAAAAAAAAAAAAAAAAAAAA==');
  expect(find(token, 'Password')?.attributes.get('Type')).toMatch(/#PasswordDigest$/);
  expect(header).not.toContain('mật');
});

const request = { method: 'POST', uri: '/onvif/device_service', body: 'x' };
const credential = { user: 'admin', password: 'x' };

test('a stranger first; the form by what the device offers; never Basic', () => {
  const login = new DeviceLogin(credential, 'auto');
  expect(login.next(request, 0, 0).kind).toBe('none');
  login.begin(['Basic realm="x"']);
  expect(login.next(request, 0, 0).kind).toBe('wsse');

  const other = new DeviceLogin(credential, 'auto');
  other.begin(['Basic realm="x"', 'Digest realm="x", nonce="1", algorithm=SHA-256, qop="auth"']);
  expect(other.used).toBe('digest-sha256');
  expect(other.next(request, 0, 0).authorization).toMatch(/^Digest /);
});

test('after a refusal nothing goes out, until there is another credential', () => {
  const login = new DeviceLogin(credential, 'auto');
  login.begin([]);
  const sent = login.next(request, 0, 0);
  login.refuse('no');
  expect(login.next(request, 0, 0).kind).toBe('none');
  expect(() => login.begin([])).toThrow(expect.objectContaining({ code: 'rtsp.unauthorized' }));
  login.setCredential({ user: 'admin', password: 'y' });
  // What an answer to the old one proves is nothing about the new one.
  login.accepted(sent);
  expect(login.proven).toBe(false);
  login.begin([]);
  expect(login.next(request, 0, 0).kind).toBe('wsse');
});

test('a new nonce is no licence to try again', () => {
  const login = new DeviceLogin(credential, 'auto');
  login.begin(['Digest realm="x", nonce="1", qop="auth"']);
  const sent = login.next(request, 0, 0);
  expect(login.turnTo(sent, ['Digest realm="x", nonce="1", qop="auth"'])).toBe(false);
  expect(login.turnTo(sent, ['Digest realm="x", nonce="2", qop="auth"'])).toBe(false);
  expect(login.turnTo(sent, ['Digest realm="x", nonce="2", qop="auth", stale=TRUE'])).toBe(true);
});
