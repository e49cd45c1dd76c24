import { DecodeError, encodeUtf8 } from '@telamon/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInstance, encodeInstance, type InstanceEntry, rewriteInstance, TOKENS_MAX } from './instance-codec.ts';

const timeMs = fc.integer({ min: 0, max: 2 ** 42 });

const entries: fc.Arbitrary<InstanceEntry> = fc.record({
  id: fc.stringMatching(/^[a-zA-Z0-9_-]{1,40}$/),
  address: fc.stringMatching(/^[a-z0-9.:[\]-]{0,40}$/),
  zone: fc.stringMatching(/^[a-z0-9-]{0,20}$/),
  state: fc.constantFrom('pending' as const, 'joining' as const, 'active' as const, 'readonly' as const, 'leaving' as const),
  tokens: fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 64 }).map((all) => Uint32Array.from(all).sort()),
  heartbeatMs: timeMs,
  registeredMs: timeMs,
  readOnlyChangedMs: timeMs,
  features: fc.array(fc.stringMatching(/^[a-z-]{1,12}$/), { maxLength: 4 }),
  incarnation: fc.stringMatching(/^[a-z0-9]{0,16}$/),
  startedMs: timeMs,
});

const ENTRY: InstanceEntry = {
  id: 'ingester-zone-a-0',
  address: '10.1.2.3:9095',
  zone: 'zone-a',
  state: 'active',
  tokens: Uint32Array.of(1, 255, 4_294_967_295),
  heartbeatMs: 1_700_000_000_000,
  registeredMs: 1_600_000_000_000,
  readOnlyChangedMs: 0,
  features: ['from-the-future'],
  incarnation: 'abc',
  startedMs: 1_650_000_000_000,
};

function withField(name: string, value: unknown): Uint8Array {
  return encodeUtf8(JSON.stringify({ ...JSON.parse(new TextDecoder().decode(encodeInstance(ENTRY))), [name]: value }));
}

/** Decodes to an entry or a DecodeError; anything else is a bug. */
function decodesOrRefuses(bytes: Uint8Array): void {
  try {
    decodeInstance(ENTRY.id, bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
  }
}

describe('instance codec', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(decodeInstance(entry.id, encodeInstance(entry))).toEqual(entry);
      }),
    );
  });

  it('writes what the drawing says', () => {
    const json = JSON.parse(new TextDecoder().decode(encodeInstance(ENTRY)));
    expect(json).toMatchObject({ id: ENTRY.id, state: 'active', tokens: 'AQAAAP8AAAD/////', features: ['from-the-future'] });
  });

  it('needs only id, address, state and heartbeat', () => {
    const bytes = encodeUtf8('{"id":"a","address":"h:1","state":"pending","heartbeatMs":7}');
    expect(decodeInstance('a', bytes)).toMatchObject({ zone: '', features: [], incarnation: '', startedMs: 0, registeredMs: 0 });
  });

  it.each([
    ['id', 'other'],
    ['id', 'a.b'],
    ['address', 'has space'],
    ['address', 'x'.repeat(300)],
    ['zone', 7],
    ['zone', 'a\n'],
    ['state', 'ACTIVE'],
    ['state', '__proto__'],
    ['heartbeatMs', -1],
    ['heartbeatMs', 1.5],
    ['heartbeatMs', '1'],
    ['heartbeatMs', 9e15],
    ['registeredMs', null],
    ['features', 'text'],
    ['features', [1]],
    ['features', Array(65).fill('a')],
    ['tokens', 'AQAAAA'],
    ['tokens', 'AQAAAAE='],
    ['tokens', '!!!!'],
    ['tokens', 'AQAAAAEAAAA='],
    ['tokens', 'AgAAAAEAAAA='],
    ['tokens', 'A'.repeat(8 * TOKENS_MAX)],
    ['incarnation', {}],
  ])('refuses a bad %s (%j)', (name, value) => {
    expect(() => decodeInstance(ENTRY.id, withField(name, value))).toThrow(DecodeError);
  });

  it('refuses what is no object, too long or too deep', () => {
    for (const bad of ['', 'null', '[]', '7', '"x"', '{', '['.repeat(200_000), 'x'.repeat(300_000)]) {
      expect(() => decodeInstance('a', encodeUtf8(bad))).toThrow(DecodeError);
    }
  });

  it('survives truncation and flipped bits', () => {
    const good = encodeInstance(ENTRY);
    for (let length = 0; length < good.length; length++) {
      expect(() => decodeInstance(ENTRY.id, good.subarray(0, length))).toThrow(DecodeError);
    }
    for (let bit = 0; bit < good.length * 8; bit++) {
      const flipped = good.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      decodesOrRefuses(flipped);
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodesOrRefuses));
  });

  it('keeps fields of other versions when someone else changes an entry', () => {
    const newer = encodeUtf8(
      JSON.stringify({ ...JSON.parse(new TextDecoder().decode(encodeInstance(ENTRY))), weight: [1, { a: 2 }] }),
    );
    const changed = rewriteInstance(ENTRY.id, newer, { state: 'readonly', readOnlyChangedMs: 5 });
    expect(decodeInstance(ENTRY.id, changed)).toEqual({ ...ENTRY, state: 'readonly', readOnlyChangedMs: 5 });
    expect(JSON.parse(new TextDecoder().decode(changed)).weight).toEqual([1, { a: 2 }]);
  });

  it('does not write what it would not read', () => {
    expect(() => rewriteInstance(ENTRY.id, encodeInstance(ENTRY), { zone: 'no zone' })).toThrow(DecodeError);
  });

  it('takes a field called __proto__ for a field', () => {
    const odd = encodeUtf8('{"id":"a","address":"","state":"active","heartbeatMs":1,"__proto__":{"zone":"z"}}');
    expect(decodeInstance('a', odd).zone).toBe('');
  });
});
