import { expect, test } from 'vitest';
import { readScopes } from '../../../src/onvif/device-service.ts';
import { deviceWords, numberText, tokenText } from '../../../src/onvif/device-text.ts';
import { referenceHeaders } from '../../../src/onvif/endpoint-reference.ts';
import { readNotification, topicPath } from '../../../src/onvif/notification.ts';
import {
  faultCause,
  isClockFault,
  isLoginFault,
  OnvifFault,
  readSoapFault,
} from '../../../src/onvif/onvif-fault.ts';
import {
  durationText,
  parseDuration,
  parseFootageTime,
  parseOnvifTime,
} from '../../../src/onvif/onvif-time.ts';
import { parseXml } from '../../../src/onvif/xml.ts';

const noon = Date.UTC(2021, 5, 1, 12, 0, 0);

test.each([
  ['2021-06-01T12:00:00Z', noon],
  ['2021-06-01T12:00:00.250Z', noon + 250],
  ['2021-06-01T19:00:00+07:00', noon],
  ['2021-06-01T07:00:00-0500', noon],
  ['2021-06-01T12:00:00', noon],
  ['2021-06-01-12:00:00Z', noon],
  ['2021-06-01 12:00:00', noon],
  ['2021-6-1T12:0:0Z', noon],
  [' 2021-06-01T12:00:00z\n', noon],
  ['2021-06-01', noon - 12 * 3_600_000],
  ['1970-01-01T00:00:00Z', 0],
])('quirk 13: the time %j', (text, expected) => {
  expect(parseOnvifTime(text)).toBe(expected);
});

test.each([
  '',
  'now',
  '2021-13-01T00:00:00Z',
  '2021-02-30T00:00:00Z',
  '2021-06-01T25:00:00Z',
  undefined,
  'x'.repeat(1e6),
])('no time: %s', (text) => {
  expect(parseOnvifTime(text)).toBeNull();
});

test('quirk 18: footage does not begin in 1970', () => {
  expect(parseFootageTime('1970-01-01T00:00:00Z')).toBeNull();
  expect(parseFootageTime('2000-01-01T00:00:00Z')).toBeNull();
  expect(parseFootageTime('2021-06-01-12:00:00Z')).toBe(noon);
});

test('durations both ways', () => {
  expect(parseDuration('PT1.5S')).toBe(1500);
  expect(parseDuration('P1DT2H3M4S')).toBe(93_784_000);
  expect(parseDuration('PT0S')).toBe(0);
  expect(parseDuration('-PT1M')).toBe(-60_000);
  expect(parseDuration('60')).toBeNull();
  expect(durationText(1500)).toBe('PT1.5S');
  expect(durationText(0)).toBe('PT0.001S');
  expect(durationText(60_000)).toBe('PT60S');
});

const soap12 = (code: string, reason: string) =>
  parseXml(
    `<e:Fault xmlns:e="x"><e:Code><e:Value>e:Sender</e:Value>${code}</e:Code><e:Reason><e:Text xml:lang="en">${reason}</e:Text></e:Reason></e:Fault>`,
  );

test('subcodes of a Fault are kept, all of them', () => {
  const soap = readSoapFault(
    soap12(
      '<e:Subcode><e:Value>ter:InvalidArgVal</e:Value><e:Subcode><e:Value>ter:NoProfile</e:Value></e:Subcode></e:Subcode>',
      'Profile <![CDATA[<b>]]> not\nthere',
    ),
  );
  expect(soap.code).toBe('Sender');
  expect(soap.subcodes).toEqual(['InvalidArgVal', 'NoProfile']);
  const fault = new OnvifFault('onvif.fault', 'GetStreamUri', 400, soap);
  expect(fault.has('NoProfile')).toBe(true);
  expect(fault.params.reason).toMatch(/^Profile/);
  expect(isLoginFault(soap)).toBe(false);
});

test('Faults of SOAP 1.1', () => {
  const soap = readSoapFault(
    parseXml(
      '<s:Fault xmlns:s="x"><faultcode>s:Client.ter:NotAuthorized</faultcode><faultstring>no</faultstring></s:Fault>',
    ),
  );
  expect(soap.reason).toBe('no');
  expect(isLoginFault(soap)).toBe(true);
});

test.each([
  ['<e:Subcode><e:Value>ter:NotAuthorized</e:Value></e:Subcode>', '', true, false],
  ['<e:Subcode><e:Value>wsse:FailedAuthentication</e:Value></e:Subcode>', '', true, false],
  ['<e:Subcode><e:Value>wsu:MessageExpired</e:Value></e:Subcode>', '', true, true],
  ['', 'The security token could not be authenticated or authorized', true, false],
  ['', 'Sender not Authorized', true, false],
  [
    '<e:Subcode><e:Value>ter:InvalidArgVal</e:Value></e:Subcode>',
    'User not authorized yet',
    false,
    false,
  ],
  ['', 'Device busy', false, false],
])('Faults about the login: %s %s', (code, reason, login, clock) => {
  const soap = readSoapFault(soap12(code, reason));
  expect(isLoginFault(soap)).toBe(login);
  expect(isClockFault(soap)).toBe(clock);
});

test.each([
  [
    '<e:Subcode><e:Value>ter:ActionNotSupported</e:Value></e:Subcode>',
    '',
    'GetStatus',
    'onvif.unsupported',
  ],
  [
    '',
    "Method 'tptz:GetStatus' not implemented: method name or namespace not recognized",
    'GetStatus',
    'onvif.unsupported',
  ],
  [
    '<e:Subcode><e:Value>wsrf-rw:ResourceUnknownFault</e:Value></e:Subcode>',
    '',
    'PullMessages',
    'onvif.gone',
  ],
  [
    '<e:Subcode><e:Value>wsnt:SubscribeCreationFailedFault</e:Value></e:Subcode>',
    '',
    'CreatePullPointSubscription',
    'onvif.limit',
  ],
  ['', 'Maximum number of subscriptions reached', 'CreatePullPointSubscription', 'onvif.limit'],
  [
    '<e:Subcode><e:Value>ter:InvalidArgVal</e:Value></e:Subcode>',
    'wrong',
    'GetProfiles',
    'onvif.fault',
  ],
])('what a Fault means: %s %s', (code, reason, operation, expected) => {
  expect(faultCause(readSoapFault(soap12(code, reason)), 400, operation)).toBe(expected);
});

test('what a device says is cleaned and bounded', () => {
  expect(deviceWords('  a\r\n\tb\u0000\u202ec  ')).toBe('a b c');
  expect(deviceWords('x'.repeat(1e6))).toHaveLength(200);
  expect(deviceWords('đ'.normalize('NFD') + 'ê'.normalize('NFD'))).toBe('đê'.normalize('NFC'));
  expect(deviceWords(undefined)).toBe('');
  expect(deviceWords('\ud83d'.repeat(3)).isWellFormed()).toBe(true);
  expect(tokenText(' {4F-1} ')).toBe('{4F-1}');
  expect(tokenText('a\u0000b')).toBe('');
  expect(tokenText('x'.repeat(1000))).toBe('');
  expect(numberText('0x10')).toBeNull();
  expect(numberText(' 12.5 ')).toBe(12.5);
  expect(numberText('1e999')).toBeNull();
});

test('scopes', () => {
  const scopes = readScopes([
    'onvif://www.onvif.org/name/C%E1%BB%95ng%20s%E1%BB%91%201',
    'onvif://www.onvif.org/hardware/TX-16',
    'onvif://www.onvif.org/location/country/vietnam',
    'onvif://www.onvif.org/Profile/Streaming',
    'onvif://www.onvif.org/Profile/T',
    'onvif://www.onvif.org/name/%E0%A4%A',
    'http://vendor.example/x',
  ]);
  expect(scopes).toMatchObject({
    name: 'Cổng số 1',
    hardware: 'TX-16',
    profiles: ['Streaming', 'T'],
  });
});

test('quirk 17: topics with vendor prefixes, dates with a dash, items without end', () => {
  const items = '<tt:SimpleItem Name="x" Value="1"/>'.repeat(500);
  const event = readNotification(
    parseXml(
      `<n:NotificationMessage xmlns:n="n" xmlns:tt="t"><n:Topic Dialect="d">tns1:RuleEngine/tnsvendor:FieldDetector/ObjectsInside</n:Topic>
       <n:Message><tt:Message UtcTime="2021-06-01-12:00:00Z" PropertyOperation="Changed">
       <tt:Source><tt:SimpleItem Name="VideoSourceConfigurationToken" Value="00012"/><tt:SimpleItem Name="__proto__" Value="1"/></tt:Source>
       <tt:Data><tt:SimpleItem Name="IsInside" Value="true"/>${items}</tt:Data></tt:Message></n:Message></n:NotificationMessage>`,
    ),
  );
  expect(event).toMatchObject({
    topic: 'tns1:RuleEngine/tnsvendor:FieldDetector/ObjectsInside',
    path: 'RuleEngine/FieldDetector/ObjectsInside',
    at: noon,
    operation: 'Changed',
    source: { VideoSourceConfigurationToken: '00012' },
    data: { IsInside: 'true' },
  });
  expect(topicPath('//')).toBe('');
});

test('reference parameters go back exactly, with the prefixes they need', () => {
  const headers = referenceHeaders(
    `<s:Envelope xmlns:s="s" xmlns:v="urn:vendor"><s:Body><r><wsa:Address xmlns:wsa="w">http://a</wsa:Address>
     <wsa:ReferenceParameters xmlns:wsa="w"><v:Id v:k="1">9&amp;1</v:Id><b xmlns="urn:b"><c/></b></wsa:ReferenceParameters></r></s:Body></s:Envelope>`,
  );
  expect(headers).toBe(
    '<v:Id xmlns:v="urn:vendor" v:k="1">9&amp;1</v:Id><b xmlns="urn:b"><c></c></b>',
  );
  expect(referenceHeaders('<a/>')).toBe('');
});
