import { ByteWriter, DecodeError, snappyCompress, snappyUncompress } from '@telamon/bytes';
import { v1 } from '@telamon/proto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN } from './push-message.fixture.ts';
import { decodePushReply, decodePushRequest, encodePushReply, encodePushRequest, type RefusedPart } from './push-message.ts';

function requestWith(series: Uint8Array, extras: Parameters<typeof encodePushRequest>[1] = PLAIN): Uint8Array {
  return encodePushRequest(snappyCompress(series), extras);
}

describe('requests', () => {
  it.each([0, 1, 127, 128, 16_383, 16_384, 3_000_000])('of %i bytes are what the generated code reads', (size) => {
    const series = new Uint8Array(size).map((_, i) => i % 251);
    const extras = {
      takesBareExemplars: true,
      rowFlags: [0, 9],
      startTimesMs: [0, -5.5],
      hasStartZeros: true,
      seriesCount: 2,
      hasHistograms: true,
    };
    const message = requestWith(series, extras);
    const read = v1.MetricsPushRequest.decode(message);
    expect(Buffer.compare(snappyUncompress(read.writeRequest, size), series)).toBe(0);
    expect(read).toMatchObject(extras);
    const { writeRequest, ...rest } = decodePushRequest(message);
    expect(Buffer.compare(writeRequest, series)).toBe(0);
    expect(rest).toEqual(extras);
  });

  it('keep what a later version adds', () => {
    const message = requestWith(Uint8Array.of(1, 2));
    const later = new ByteWriter().bytes(message).u8(0x7a).uvarintString('new').finish();
    expect(decodePushRequest(later).writeRequest).toEqual(Uint8Array.of(1, 2));
  });

  it('are refused when flags and times do not match', () => {
    const message = v1.MetricsPushRequest.encode({ rowFlags: [1], startTimesMs: [] }).finish();
    expect(() => decodePushRequest(message)).toThrow(DecodeError);
  });
});

const PARTS: readonly RefusedPart[] = [
  { index: 0, what: 'samples', count: 3, refusal: { reason: 'a', message: 'A', kind: 'sample' }, isDropped: false },
  {
    index: 7,
    what: undefined,
    count: 0,
    refusal: { reason: 'b', message: '', kind: 'series', isSilent: true },
    isDropped: false,
  },
  { index: 7, what: 'exemplars', count: 1, refusal: { reason: 'c', message: 'C', kind: 'exemplar' }, isDropped: true },
];

describe('replies', () => {
  it('are nothing when all was taken', () => {
    expect(encodePushReply([]).length).toBe(0);
    expect(decodePushReply(new Uint8Array(0))).toEqual([]);
  });

  it('come back as they were, texts told once', () => {
    expect(decodePushReply(encodePushReply(PARTS))).toEqual(PARTS);
    const same = PARTS[0]!;
    const many = Array.from({ length: 100 }, (_, index) => ({ ...same, index }));
    expect(decodePushReply(encodePushReply(many))).toEqual(many);
    expect(v1.MetricsPushReply.decode(encodePushReply(many)).refusals.length).toBe(1);
  });

  it('name only refusals that are there', () => {
    const message = v1.MetricsPushReply.encode({ parts: [{ index: 1, refusal: 0 }] }).finish();
    expect(() => decodePushReply(message)).toThrow(DecodeError);
  });

  it('that are broken throw DecodeErrors and nothing else', () => {
    const good = encodePushReply(PARTS);
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(good.length * 8 - 1), (cut, bit) => {
        for (const bytes of [good.slice(0, cut), flipped(good, bit)]) {
          for (const decode of [decodePushReply, decodePushRequest]) {
            try {
              decode(bytes);
            } catch (error) {
              if (!(error instanceof DecodeError)) throw error;
            }
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
