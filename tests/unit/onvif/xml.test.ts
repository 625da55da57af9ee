import { expect, test } from 'vitest';
import { escapeXml, find, findAll, parseXml } from '../../../src/onvif/xml.ts';
import { xmlLimits } from '../../../src/onvif/xml-guard.ts';
import { Fault } from '../../../src/std/fault.ts';

function codeOf(text: string, limits = xmlLimits): string {
  try {
    parseXml(text, limits);
    return 'taken';
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    return (error as Fault).code;
  }
}

test('everything stays a string, prefixes and blanks around do not matter', () => {
  const root = parseXml(
    '\ufeff<?xml version="1.0"?>\n<!-- a -->\n<x:a xmlns:x="urn:x" x:n="0012" m="true">\n <y:b>404705923918060213</y:b><b>5.10</b>\n <c/> <d> 1e3 </d></x:a>\0\0stale',
  );
  expect(root.name).toBe('a');
  expect(root.attributes.get('n')).toBe('0012');
  expect(root.attributes.get('m')).toBe('true');
  expect(findAll(root, 'b').map(({ text }) => text)).toEqual(['404705923918060213', '5.10']);
  expect(find(root, 'c')?.text).toBe('');
  expect(find(root, 'd')?.text).toBe(' 1e3 ');
  expect(find(root, 'c', 'd')).toBeNull();
});

test('the five entities and numbers are resolved, once, and no others', () => {
  const root = parseXml(
    '<a u="1&amp;2&#x26;3">&lt;&amp;lt;&gt;&quot;&apos;&#7879;&#0;&#xd800;&nbsp;&x;</a>',
  );
  expect(root.attributes.get('u')).toBe('1&2&3');
  expect(root.text).toBe('<&lt;>"\'ệ\0\ufffd&nbsp;&x;');
});

test('character data sections stand as they are', () => {
  expect(parseXml('<a>x&amp;<![CDATA[<b>&amp;</b>]]>y</a>').text).toContain('<b>&amp;</b>');
});

test('a billion laughs are refused before anybody laughs', () => {
  const lines = Array.from(
    { length: 9 },
    (_none, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
  );
  const bomb = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">${lines.join('')}]><l>&l9;</l>`;
  expect(codeOf(bomb)).toBe('onvif.overrun');
  expect(codeOf('<a><!DOCTYPE a SYSTEM "file:///etc/passwd"></a>')).toBe('onvif.overrun');
});

test('depth, number of elements, text and names are bounded', () => {
  expect(codeOf('<a>'.repeat(64) + '</a>'.repeat(64))).toBe('taken');
  expect(codeOf('<a>'.repeat(65) + '</a>'.repeat(65))).toBe('onvif.overrun');
  expect(codeOf(`<r>${'<i/>'.repeat(60_001)}</r>`)).toBe('onvif.overrun');
  expect(codeOf(`<r>${'x'.repeat(300_000)}</r>`)).toBe('onvif.overrun');
  expect(codeOf(`<r a="${'x'.repeat(40_000)}"/>`)).toBe('onvif.overrun');
  expect(codeOf(`<${'n'.repeat(300)}/>`)).toBe('onvif.overrun');
  expect(codeOf(`<r>${`<i>${'x'.repeat(1000)}</i>`.repeat(5_000)}</r>`)).toBe('onvif.overrun');
  expect(codeOf(`<r>${' '.repeat(8 * 1024 * 1024)}</r>`)).toBe('onvif.overrun');
  // Blanks and comments alone cost nothing.
  expect(codeOf(`<r>${' '.repeat(4_000_000)}<!--${'-x'.repeat(1_000_000)}--></r>`)).toBe('taken');
});

test('what is broken, and what is no XML, is told apart', () => {
  expect(codeOf('<a><b></a></b>')).toBe('onvif.protocol');
  expect(codeOf('<a><b></b>')).toBe('onvif.protocol');
  expect(codeOf('<a b="<">')).toBe('onvif.protocol');
  expect(codeOf('<a b="')).toBe('onvif.protocol');
  expect(codeOf('<a <b/></a>')).toBe('onvif.protocol');
  expect(codeOf('<>')).toBe('onvif.protocol');
  expect(codeOf('<a><!-- ')).toBe('onvif.protocol');
  expect(codeOf('')).toBe('onvif.not-onvif');
  expect(codeOf('RTSP/1.0 400 Bad Request')).toBe('onvif.not-onvif');
  expect(codeOf('<!DOCTYPE html><html><body>Login</body></html>')).toBe('onvif.not-onvif');
});

test('names out of JavaScript do no harm', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString']) {
    codeOf(`<a><${name} ${name}="1">x</${name}></a>`);
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
});

test('what we write can be read again', () => {
  const nasty = `a&b<c>"d"'e'\u0001\ud800 Đèn`;
  expect(parseXml(`<a b="${escapeXml(nasty)}">${escapeXml(nasty)}</a>`).text).toBe(
    `a&b<c>"d"'e'\ufffd Đèn`,
  );
});
