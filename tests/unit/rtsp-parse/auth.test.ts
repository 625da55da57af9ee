import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  Authorization,
  type DigestChallenge,
  parseChallenges,
  strongestChallenge,
  type WireHash,
} from '../../../src/rtsp-parse/auth.ts';

const hash: WireHash = (algorithm, wire) =>
  createHash(algorithm === 'md5' ? 'md5' : 'sha256')
    .update(wire, 'latin1')
    .digest('hex');

function fields(header: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const match of header.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^,\s]+))/g)) {
    found[match[1]!] = match[2] ?? match[3]!;
  }
  return found;
}

function digest(header: string): DigestChallenge {
  const challenge = strongestChallenge(parseChallenges([header]));
  if (challenge?.scheme !== 'digest') throw new Error('no digest challenge');
  return challenge;
}

describe('challenges', () => {
  it('come from several headers and from several in one header', () => {
    expect(
      parseChallenges([
        'Digest realm="a", nonce="1", Basic realm="b, c", Digest realm="d", nonce="2", algorithm=SHA-256',
        'Basic realm="e"',
      ]).map((one) => [one.scheme, one.realm]),
    ).toEqual([
      ['digest', 'a'],
      ['basic', 'b, c'],
      ['digest', 'd'],
      ['basic', 'e'],
    ]);
  });

  it('are answered by the strongest: SHA-256, MD5, Basic (quirk 4)', () => {
    const all = [
      'Basic realm="x"',
      'Digest realm="x", nonce="md5"',
      'Digest realm="x", nonce="sha", algorithm="SHA-256"',
    ];
    expect(strongestChallenge(parseChallenges(all))).toMatchObject({ algorithm: 'sha-256' });
    expect(strongestChallenge(parseChallenges(all.slice(0, 2)))).toMatchObject({ nonce: 'md5' });
    expect(strongestChallenge(parseChallenges(all.slice(0, 1)))).toMatchObject({ scheme: 'basic' });
    expect(strongestChallenge(parseChallenges(['Negotiate', 'NTLM abc==']))).toBeNull();
    expect(
      strongestChallenge(parseChallenges(['Digest realm="x", nonce="1", algorithm=SHA-512'])),
    ).toBeNull();
  });

  it('keep escaped quotes and commas of a realm (quirk 4)', () => {
    const challenge = digest(
      String.raw`Digest realm="IP \"Cam\", no. 1\\2", nonce="abc",stale = TRUE , qop="auth,auth-int"`,
    );
    expect(challenge).toMatchObject({
      realm: 'IP "Cam", no. 1\\2',
      nonce: 'abc',
      stale: true,
      qop: 'auth',
    });
    const header = new Authorization(
      challenge,
      { user: 'u', password: 'p' },
      hash,
      () => 'c',
    ).header({
      method: 'DESCRIBE',
      uri: 'rtsp://a/',
    });
    expect(header).toContain(String.raw`realm="IP \"Cam\", no. 1\\2"`);
  });

  it('read algorithms quoted, in any case and as -sess (quirk 4)', () => {
    expect(digest('Digest nonce=1, realm=x, algorithm="md5"')).toMatchObject({ algorithm: 'md5' });
    expect(digest('digest nonce=1, realm=x, algorithm=Sha-256-sess')).toMatchObject({
      algorithm: 'sha-256',
      session: true,
      algorithmText: 'Sha-256-sess',
    });
  });
});

describe('answers', () => {
  it('equal the example of RFC 2617 section 3.5', () => {
    const challenge = digest(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    );
    const login = { user: 'Mufasa', password: 'Circle Of Life' };
    const header = new Authorization(challenge, login, hash, () => '0a4f113b').header({
      method: 'GET',
      uri: '/dir/index.html',
    });
    expect(fields(header)).toMatchObject({
      response: '6629fae49393a05397450978507c4ef1',
      nc: '00000001',
      opaque: '5ccc069c403ebaf9f0171e9517f40e41',
    });
  });

  it('equal the SHA-256 example of RFC 7616 section 3.9.1', () => {
    const challenge = digest(
      'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    );
    const login = { user: 'Mufasa', password: 'Circle of Life' };
    const header = new Authorization(
      challenge,
      login,
      hash,
      () => 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    ).header({ method: 'GET', uri: '/dir/index.html' });
    expect(fields(header)['response']).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });

  it('count nc and keep the first client nonce of a -sess login', () => {
    const challenge = digest('Digest realm="x", nonce="n", algorithm=MD5-sess, qop="auth"');
    let made = 0;
    const authorization = new Authorization(challenge, { user: 'u', password: 'p' }, hash, () => {
      made += 1;
      return `c${made}`;
    });
    const request = { method: 'PLAY', uri: 'rtsp://a/' };
    const first = fields(authorization.header(request));
    const second = fields(authorization.header(request));
    expect([first['nc'], second['nc']]).toEqual(['00000001', '00000002']);
    expect([first['cnonce'], second['cnonce']]).toEqual(['c1', 'c1']);
    const ha1 = hash('md5', `${hash('md5', 'u:x:p')}:n:c1`);
    const ha2 = hash('md5', 'PLAY:rtsp://a/');
    expect(second['response']).toBe(hash('md5', `${ha1}:n:00000002:c1:auth:${ha2}`));
  });

  it('take the older form where the server names no qop', () => {
    const challenge = digest('Digest realm="x", nonce="n"');
    const header = new Authorization(
      challenge,
      { user: 'u', password: 'p' },
      hash,
      () => 'c',
    ).header({
      method: 'PLAY',
      uri: 'rtsp://a/',
    });
    const ha2 = hash('md5', 'PLAY:rtsp://a/');
    expect(fields(header)['response']).toBe(hash('md5', `${hash('md5', 'u:x:p')}:n:${ha2}`));
    expect(header).not.toMatch(/qop|nc=|cnonce|algorithm/);
  });

  it('hash the body where only auth-int is offered', () => {
    const challenge = digest('Digest realm="x", nonce="n", qop="auth-int"');
    const header = new Authorization(
      challenge,
      { user: 'u', password: 'p' },
      hash,
      () => 'c',
    ).header({
      method: 'SET_PARAMETER',
      uri: 'rtsp://a/',
      body: 'x: 1',
    });
    const ha2 = hash('md5', `SET_PARAMETER:rtsp://a/:${hash('md5', 'x: 1')}`);
    const ha1 = hash('md5', 'u:x:p');
    expect(fields(header)['response']).toBe(hash('md5', `${ha1}:n:00000001:c:auth-int:${ha2}`));
  });

  it('send passwords with Vietnamese letters as UTF-8 (quirk 4)', () => {
    const challenge = parseChallenges(['Basic realm="x"'])[0]!;
    const login = { user: 'trực', password: 'mật:@/#%' };
    const header = new Authorization(challenge, login, hash, () => '').header({
      method: '',
      uri: '',
    });
    expect(header).toBe(`Basic ${Buffer.from('trực:mật:@/#%', 'utf8').toString('base64')}`);
    const digestHeader = new Authorization(
      digest('Digest realm="x", nonce="n"'),
      login,
      hash,
      () => '',
    ).header({ method: 'PLAY', uri: 'u' });
    const ha1 = createHash('md5').update('trực:x:mật:@/#%', 'utf8').digest('hex');
    expect(fields(digestHeader)['response']).toBe(hash('md5', `${ha1}:n:${hash('md5', 'PLAY:u')}`));
  });

  it('cannot be broken out of by line ends in a user name', () => {
    const challenge = digest('Digest realm="x", nonce="n"');
    const login = { user: 'a"\r\nX: y', password: 'p' };
    const header = new Authorization(challenge, login, hash, () => 'c').header({
      method: 'A',
      uri: 'b',
    });
    expect(header).not.toMatch(/[\r\n]/);
    expect(header).toContain(String.raw`username="a\"X: y"`);
  });
});
