import { describe, expect, it } from 'vitest';
import {
  addressAt,
  addressNumber,
  countAddresses,
  isPrivate,
  parseRanges,
} from '../../../src/discovery/address-ranges.ts';

function all(...texts: string[]): string[] {
  const ranges = parseRanges(texts);
  return Array.from({ length: countAddresses(ranges) }, (_, at) => addressAt(ranges, at) ?? '?');
}

describe('ranges of addresses', () => {
  it.each([
    [['192.168.1.0/30'], ['192.168.1.1', '192.168.1.2']],
    [['192.168.1.77/30'], ['192.168.1.77', '192.168.1.78']],
    [['10.0.0.4/31'], ['10.0.0.4', '10.0.0.5']],
    [['10.0.0.4'], ['10.0.0.4']],
    [['10.0.0.4/32'], ['10.0.0.4']],
    [['10.0.0.254-10.0.1.1'], ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1']],
    [[' 10.0.0.9 - 11 '], ['10.0.0.9', '10.0.0.10', '10.0.0.11']],
    [
      ['10.0.0.3-5', '10.0.0.1-3', '10.0.0.9'],
      ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.9'],
    ],
  ])('%j are %j', (texts, addresses) => {
    expect(all(...texts)).toEqual(addresses);
  });

  it.each([
    '',
    'abc',
    '10.0.0.0/33',
    '10.0.0.0/x',
    '10.0.0.9-3',
    '10.0.0.1-300',
    '256.1.1.1',
    '10.0.0',
    '::1',
    '0.0.0.0/8',
    '239.255.255.250',
    '10.0.0.1/24/3x',
  ])('%j is refused', (text) => {
    expect(() => parseRanges([text])).toThrow(expect.objectContaining({ code: 'discovery.range' }));
  });

  it('of more than 65,536 addresses are refused, one by one or together', () => {
    expect(countAddresses(parseRanges(['10.1.0.0-10.1.255.255']))).toBe(65_536);
    const tooMany = expect.objectContaining({ code: 'discovery.too-many' });
    expect(() => parseRanges(['10.0.0.0/8'])).toThrow(tooMany);
    expect(() => parseRanges(['10.1.0.0-10.1.255.255', '10.9.0.1'])).toThrow(tooMany);
  });

  it('of the public Internet are refused unless allowed', () => {
    const isPublic = expect.objectContaining({ code: 'discovery.public' });
    expect(() => parseRanges(['8.8.8.0/24'])).toThrow(isPublic);
    // Two private ends with the Internet between.
    expect(() => parseRanges(['172.31.255.250-172.32.0.5'])).toThrow(isPublic);
    expect(countAddresses(parseRanges(['8.8.8.0/24'], true))).toBe(254);
  });

  it.each([
    ['10.255.0.1', true],
    ['172.15.0.1', false],
    ['172.16.0.1', true],
    ['192.168.255.255', true],
    ['100.127.0.1', true],
    ['100.128.0.1', false],
    ['127.8.0.1', true],
  ])('%s is private: %s', (address, expected) => {
    expect(isPrivate(addressNumber(address))).toBe(expected);
  });
});
