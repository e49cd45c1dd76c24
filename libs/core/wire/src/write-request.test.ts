import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { DecodeError, decodeUtf8, snappyCompress, snappyUncompress, TooLargeError } from '@telamon/bytes';
import { formatValue, isIntHistogram } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtoWriter } from './proto-writer.ts';
import type { Exemplar, SeriesCursor, TimedHistogram } from './write-request.ts';
import { WriteRequestCursor } from './write-request-cursor.ts';
import { type SeriesToWrite, WriteRequestEncoder, WriteRequestV2Encoder } from './write-request-encoder.ts';
import { WriteRequestV2Cursor } from './write-request-v2-cursor.ts';

const shared = new URL('../../../../../shared/conformance/prometheus/', import.meta.url);
const hasShared = existsSync(shared);

const encoders = { v1: () => new WriteRequestEncoder(), v2: () => new WriteRequestV2Encoder() };
const cursors = {
  v1: (body: Uint8Array): SeriesCursor => new WriteRequestCursor(body),
  v2: (body: Uint8Array): SeriesCursor => new WriteRequestV2Cursor(body),
};
const versions = ['v1', 'v2'] as const;

const label = fc.string({ unit: 'grapheme', maxLength: 20 });
const timeMs = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: 1.6e12, max: 1.9e12 }));
const words = fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 0xffffffff }));
const spans = fc.array(fc.record({ offset: fc.integer({ min: -5, max: 5 }), length: fc.nat(5) }), { maxLength: 3 });
const numbers = (each: fc.Arbitrary<number>) => fc.array(each, { maxLength: 6 }).map((list) => Float64Array.from(list));
const parts = {
  counterResetHint: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
  schema: fc.integer({ min: -53, max: 52 }),
  zeroThreshold: fc.double({ noNaN: true }),
  sum: fc.double({ noNaN: true }),
  positiveSpans: spans,
  negativeSpans: spans,
  customValues: numbers(fc.double({ noNaN: true })),
};
const live = fc.oneof(
  fc.record({
    ...parts,
    count: fc.maxSafeNat(),
    zeroCount: fc.maxSafeNat(),
    positiveDeltas: numbers(fc.maxSafeInteger()),
    negativeDeltas: numbers(fc.maxSafeInteger()),
  }),
  fc.record({
    ...parts,
    count: fc.double({ noNaN: true }),
    zeroCount: fc.double({ noNaN: true }),
    positiveBuckets: numbers(fc.double({ noNaN: true })),
    negativeBuckets: numbers(fc.double({ noNaN: true })),
  }),
);
const ended = live.map((one) => ({ ...one, isStale: true as const, sum: Number.NaN }));
const histogram = fc.oneof({ weight: 4, arbitrary: live }, { weight: 1, arbitrary: ended });
const labels = fc.array(fc.tuple(label, label), { maxLength: 5 }).map((pairs) => pairs.flat());
const series: fc.Arbitrary<SeriesToWrite> = fc.record({
  labels,
  samples: fc.array(fc.record({ timeMs, value: fc.constant(0), words, startTimeMs: timeMs }), { maxLength: 20 }),
  histograms: fc.array(fc.record({ timeMs, histogram, startTimeMs: timeMs }), { maxLength: 2 }),
  exemplars: fc.array(fc.record({ labels, value: fc.double({ noNaN: true }), timeMs }), { maxLength: 2 }),
  metadata: fc.record({ type: fc.constantFrom('unknown', 'counter', 'stateset'), help: label, unit: label }),
});

interface Decoded {
  labels: string[];
  samples: unknown[];
  histograms: TimedHistogram[];
  exemplars: Exemplar[];
  metadata: unknown;
}

function decodeAll(cursor: SeriesCursor): Decoded[] {
  const out: Decoded[] = [];
  while (cursor.nextSeries()) {
    out.push({
      labels: cursor.decodeLabelPairs(),
      samples: Array.from({ length: cursor.sampleCount }, (_, i) => ({
        timeMs: cursor.sampleTimesMs[i],
        words: [cursor.sampleWords[2 * i], cursor.sampleWords[2 * i + 1]],
        startTimeMs: cursor.sampleStartTimesMs[i],
      })),
      histograms: Array.from({ length: cursor.histogramCount }, (_, i) => cursor.decodeHistogram(i)),
      exemplars: Array.from({ length: cursor.exemplarCount }, (_, i) => cursor.decodeExemplar(i)),
      metadata: cursor.decodeMetadata(),
    });
  }
  return out;
}

function expected(list: readonly SeriesToWrite[], version: 'v1' | 'v2'): Decoded[] {
  const start = (startTimeMs: number | undefined) => (version === 'v1' ? 0 : startTimeMs);
  return list.map((one) => ({
    labels: [...one.labels],
    samples: one.samples!.map(({ timeMs, words, startTimeMs }) => ({ timeMs, words, startTimeMs: start(startTimeMs) })),
    histograms: one.histograms as TimedHistogram[],
    exemplars: one.exemplars!.map((exemplar) => ({ ...exemplar, hasInvalidUtf8: false })) as Exemplar[],
    metadata: version === 'v1' ? undefined : one.metadata,
  }));
}

function encode(list: readonly SeriesToWrite[], version: 'v1' | 'v2'): Uint8Array {
  const encoder = encoders[version]();
  for (const one of list) encoder.addSeries(one);
  return encoder.finish();
}

const sample: SeriesToWrite[] = [
  {
    labels: ['__name__', 'up', 'job', 'ä', 'instance', 'x'.repeat(200)],
    samples: [
      { timeMs: 1.7e12, value: 1.5 },
      { timeMs: -5, value: 0, words: [2, 0x7ff00000] },
    ],
    exemplars: [{ labels: ['trace_id', 'abc'], value: 2, timeMs: 7 }],
    metadata: { type: 'counter', help: 'Help.', unit: 's' },
  },
  {
    labels: ['__name__', 'h'],
    histograms: [
      {
        timeMs: 3,
        histogram: {
          counterResetHint: 1,
          schema: 2,
          zeroThreshold: 1e-128,
          zeroCount: 1,
          count: 4,
          sum: 2,
          positiveSpans: [{ offset: -1, length: 2 }],
          negativeSpans: [],
          positiveDeltas: Float64Array.of(1, 1),
          negativeDeltas: new Float64Array(0),
          customValues: new Float64Array(0),
        },
      },
    ],
  },
];

describe.each(versions)('remote write %s', (version) => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 4 }), (list) => {
        const cursor = cursors[version](encode(list, version));
        const totals = cursor.verify();
        expect(totals.series).toBe(list.length);
        expect(totals.samples).toBe(list.reduce((sum, one) => sum + one.samples!.length, 0));
        expect(decodeAll(cursor)).toEqual(expected(list, version));
        cursor.rewind();
        expect(decodeAll(cursor).length).toBe(list.length);
      }),
    );
  });

  it('identifies equal labels and tells different ones apart', () => {
    fc.assert(
      fc.property(labels, labels, fc.array(series, { maxLength: 2 }), (a, b, others) => {
        const first = cursors[version](encode([{ labels: a }], version));
        const second = cursors[version](encode([...others, { labels: a }, { labels: b }], version));
        first.nextSeries();
        const key = first.rawKey();
        for (let i = 0; i <= others.length; i++) second.nextSeries();
        expect([second.hashLow, second.hashHigh]).toEqual([first.hashLow, first.hashHigh]);
        expect(second.matchesRawKey(key)).toBe(true);
        expect(second.rawKey()).toEqual(key);
        const shifted = Uint8Array.from([9, ...key, 9]);
        expect(second.matchesRawKey(shifted, 1, shifted.length - 1)).toBe(true);
        expect(second.matchesRawKey(shifted, 1)).toBe(false);
        second.nextSeries();
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(second.matchesRawKey(key)).toBe(same);
        expect(second.hashLow === first.hashLow && second.hashHigh === first.hashHigh).toBe(same);
      }),
    );
  });

  it('fails by DecodeError wherever a body is cut or flipped', () => {
    const body = encode(sample, version);
    const whole = decodeAll(cursors[version](body)).length;
    for (let cut = 0; cut < body.length; cut++) {
      try {
        expect(decodeAll(cursors[version](body.subarray(0, cut))).length).toBeLessThan(whole + 1);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }
    for (let bit = 0; bit < body.length * 8; bit++) {
      const bad = Uint8Array.from(body);
      bad[bit >> 3]! ^= 1 << (bit & 7);
      try {
        decodeAll(cursors[version](bad));
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }
  });

  it('survives random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeAll(cursors[version](bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('saturates times beyond 2^53 and keeps those within', () => {
    const times = [
      2n ** 63n - 1n,
      -(2n ** 63n),
      2n ** 53n,
      -(2n ** 53n),
      2n ** 53n - 1n,
      -(2n ** 53n) + 1n,
      -1n,
      0n,
      2n ** 56n - 1n,
      2n ** 56n,
    ];
    const cursor = cursors[version](
      encode([{ labels: [], samples: times.map((each) => ({ timeMs: each, value: 1 })) }], version),
    );
    cursor.nextSeries();
    const up = Number.POSITIVE_INFINITY;
    expect([...cursor.sampleTimesMs.subarray(0, cursor.sampleCount)]).toEqual([
      up,
      -up,
      up,
      -up,
      2 ** 53 - 1,
      -(2 ** 53) + 1,
      -1,
      0,
      up,
      up,
    ]);
  });

  it('refuses groups, wrong wire types, overlong varints and lengths past the end', () => {
    const series = version === 'v1' ? 0x0a : 0x2a;
    const sampleTag = 0x12;
    for (const bytes of [
      [series, 1, 0x0b],
      [series, 1, 0x0c],
      [0x0b],
      [series - 2],
      [series - 1, 0, 0, 0, 0, 0, 0, 0, 0],
      [series, 5, 1],
      [series, 0xff, 0xff, 0xff, 0xff, 0x0f],
      [series, ...Array(11).fill(0x80)],
      [series, 2, sampleTag - 2, 0],
      [series, 4, sampleTag, 2, 0x10, 0x80],
      [series, 3, sampleTag, 1, 0x0f],
      [0],
      [7],
      [series, 14, sampleTag, 12, 0x10, ...Array(11).fill(0xff)],
    ]) {
      expect(() => decodeAll(cursors[version](Uint8Array.from(bytes))), String(bytes)).toThrow(DecodeError);
    }
  });

  it('walks hostile bodies in linear time and bounded memory', () => {
    const series = version === 'v1' ? 0x0a : 0x2a;
    const empties = new Uint8Array(4_000_000);
    for (let i = 0; i < empties.length; i += 2) empties[i] = series;
    const started = performance.now();
    expect(cursors[version](empties).verify().series).toBe(2_000_000);
    const samples = new Uint8Array(4_000_000).map((_, i) => (i % 2 === 0 ? 0x12 : 0));
    const body = new ProtoWriter().bytes(version === 'v1' ? 1 : 5, samples).finish();
    expect(() => cursors[version](body).verify()).toThrow(TooLargeError);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('refuses more fields than any request has', () => {
    const empties = new Uint8Array(20_000_000);
    for (let i = 0; i < empties.length; i += 2) empties[i] = version === 'v1' ? 0x0a : 0x2a;
    expect(() => cursors[version](empties).verify()).toThrow('more than 8388608 fields');
    for (let i = 0; i < empties.length; i += 2) empties[i] = version === 'v1' ? 0x1a : 0x22;
    expect(() => cursors[version](empties).verify()).toThrow('more than 8388608 fields');
  });

  it('verifies piece by piece what it verifies at once', () => {
    const series = version === 'v1' ? 0x0a : 0x2a;
    const body = new Uint8Array(5_000_000).map((_, i) => (i % 2 === 0 ? series : 0));
    const cursor = cursors[version](body);
    let pieces = 1;
    let totals = cursor.verifySome();
    for (; totals === undefined; pieces++) totals = cursor.verifySome();
    expect(pieces).toBe(3);
    expect(totals).toEqual(cursor.verify());
    expect(cursor.nextSeries()).toBe(true);
  });

  it('skips unknown fields', () => {
    const unknown = new ProtoWriter().uvarint(900, 5).string(901, 'x').double(902, 1).finish();
    const inner = new ProtoWriter();
    inner.message(2, (nested) => nested.double(1, 4).int64(2, 9).string(77, 'y'));
    const body = new ProtoWriter();
    body.out.bytes(unknown);
    body.bytes(version === 'v1' ? 1 : 5, Uint8Array.from([...unknown, ...inner.finish()]));
    body.out.bytes(unknown).u8(0x75).u32le(0);
    const cursor = cursors[version](body.finish());
    expect(cursor.nextSeries()).toBe(true);
    expect([cursor.sampleCount, cursor.sampleTimesMs[0], cursor.sampleValues[0]]).toEqual([1, 9, 4]);
    expect(cursor.nextSeries()).toBe(false);
  });
});

describe('remote write v1', () => {
  it('gathers labels that do not stand together', () => {
    const one = new ProtoWriter();
    one
      .message(1, (nested) => nested.string(1, 'a').string(2, 'b'))
      .message(2, (nested) => nested.double(1, 1))
      .message(1, (nested) => nested.string(1, 'c').string(2, 'd'));
    const scattered = new WriteRequestCursor(new ProtoWriter().bytes(1, one.finish()).finish());
    const together = new WriteRequestCursor(encode([{ labels: ['a', 'b', 'c', 'd'] }], 'v1'));
    expect([scattered.nextSeries(), together.nextSeries()]).toEqual([true, true]);
    expect([scattered.hashLow, scattered.hashHigh]).toEqual([together.hashLow, together.hashHigh]);
    expect(scattered.matchesRawKey(together.rawKey())).toBe(true);
    expect(scattered.rawKey()).toEqual(together.rawKey());
    expect([scattered.decodeLabelPairs(), scattered.labelCount]).toEqual([['a', 'b', 'c', 'd'], 2]);
  });

  it('walks alike with and without a look before, wherever the labels stand', () => {
    const field = fc.constantFrom<(writer: ProtoWriter) => ProtoWriter>(
      (writer) => writer.message(1, (nested) => nested.string(1, 'a').string(2, 'b')),
      (writer) => writer.message(1, (nested) => nested.string(1, 'cc').string(2, '')),
      (writer) => writer.message(2, (nested) => nested.double(1, 1)),
      (writer) => writer.string(9, 'unknown'),
    );
    const walk = (cursor: WriteRequestCursor): unknown[] => {
      const out: unknown[] = [];
      while (cursor.nextSeries()) {
        const { messageStart, messageEnd, labelCount, hashLow, hashHigh, sampleCount } = cursor;
        out.push([
          messageStart,
          messageEnd,
          labelCount,
          hashLow,
          hashHigh,
          sampleCount,
          cursor.rawKey(),
          cursor.decodeLabelPairs(),
        ]);
      }
      return out;
    };
    fc.assert(
      fc.property(fc.array(fc.array(field, { maxLength: 6 }), { maxLength: 5 }), fc.boolean(), (list, isLong) => {
        const one = new ProtoWriter();
        for (const fields of list) {
          one.string(7, 'between');
          one.message(1, (nested) => fields.reduce((writer, write) => write(writer), nested));
        }
        // More series than places are remembered.
        const tail = isLong ? Buffer.alloc(2 * 20_000, Uint8Array.of(0x0a, 0)) : Buffer.alloc(0);
        const body = Buffer.concat([one.finish(), tail, one.finish()]);
        const looked = new WriteRequestCursor(body);
        expect(looked.verify().series).toBe(2 * list.length + tail.length / 2);
        const plain = walk(new WriteRequestCursor(body));
        expect(walk(looked).length).toBe(plain.length);
        looked.rewind();
        expect(walk(looked).filter((_, i) => i < 10 || i > plain.length - 10)).toEqual(
          plain.filter((_, i) => i < 10 || i > plain.length - 10),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('flags labels that are not UTF-8', () => {
    const body = new ProtoWriter()
      .message(1, (one) => one.message(1, (nested) => nested.bytes(1, Uint8Array.of(0x61, 0xff)).string(2, 'v')))
      .finish();
    const cursor = new WriteRequestCursor(body);
    cursor.nextSeries();
    expect([cursor.decodeLabelPairs(), cursor.hasInvalidUtf8]).toEqual([['a\ufffd', 'v'], true]);
  });

  it('copies series fields for a forwarder and reads metadata', () => {
    const encoder = new WriteRequestEncoder().addMetadata({ type: 'gauge', name: 'm', help: 'h', unit: 'u' });
    const body = encoder
      .addSeries(sample[0]!)
      .addSeries(sample[1]!)
      .addMetadata({ type: 'unknown', name: 'n', help: '', unit: '' })
      .finish();
    const cursor = new WriteRequestCursor(body);
    const copy = new WriteRequestEncoder();
    while (cursor.nextSeries()) copy.addRaw(body.subarray(cursor.messageStart, cursor.messageEnd));
    expect(copy.finish()).toEqual(encode(sample, 'v1'));
    expect(cursor.verify() && cursor.metadataCount).toBe([...cursor.metadata()].length);
    expect([...cursor.metadata()]).toEqual([
      { type: 'gauge', name: 'm', help: 'h', unit: 'u' },
      { type: 'unknown', name: 'n', help: '', unit: '' },
    ]);
  });
});

describe('remote write v2', () => {
  const request = (symbols: string[], refs: number[], more: (one: ProtoWriter) => void = () => undefined) => {
    const out = new ProtoWriter();
    for (const symbol of symbols) out.bytes(4, new TextEncoder().encode(symbol), true);
    out.message(5, (one) => {
      one.packed(1, refs, (bytes, ref) => bytes.uvarint(ref));
      more(one);
    });
    const cursor = new WriteRequestV2Cursor(out.finish());
    cursor.nextSeries();
    return cursor;
  };

  it.each([
    [['', 'a', 'b'], [1, 2, 1], 'invalid labelRefs length 3'],
    [['', 'a', 'b'], [1, 4294967295], 'labelRefs 1 (name) = 4294967295 (value) outside of symbols table (size 3)'],
    [[], [1, 2], 'labelRefs 1 (name) = 2 (value) outside of symbols table (size 0)'],
    [['', 'x'.repeat(1_000_000)], Array(10).fill(1), 'labels of a series take more than 4194304 bytes'],
  ])('refuses references, but the walk goes on (%#)', (symbols, refs, message) => {
    const cursor = request(symbols, refs);
    expect(() => cursor.decodeLabelPairs()).toThrow(new DecodeError(message));
    expect(() => cursor.rawKey()).toThrow(DecodeError);
    expect(cursor.matchesRawKey(new Uint8Array(0))).toBe(false);
    expect(cursor.nextSeries()).toBe(false);
  });

  it('refuses references in metadata and exemplars', () => {
    const bad = request(['', 'a', 'b'], [1, 2], (one) =>
      one
        .message(5, (nested) => nested.uvarint(4, 77))
        .message(4, (nested) => nested.packed(1, [1], (out, ref) => out.uvarint(ref))),
    );
    expect(() => bad.decodeMetadata()).toThrow('metadata unit_ref 77 outside of symbols table (size 3)');
    expect(() => bad.decodeExemplar(0)).toThrow('invalid labelRefs length 1');
  });

  it('takes references that are not packed, symbols after the series, and says whether the first is empty', () => {
    const out = new ProtoWriter().message(5, (one) => one.uvarint(1, 1).uvarint(1, 2));
    for (const symbol of ['x', 'a', 'b']) out.string(4, symbol);
    const cursor = new WriteRequestV2Cursor(out.finish());
    expect([cursor.nextSeries(), cursor.decodeLabelPairs(), cursor.isFirstSymbolEmpty, cursor.labelRefs()]).toEqual([
      true,
      ['a', 'b'],
      false,
      [1, 2],
    ]);
  });
});

describe('recorded requests', () => {
  type Json = { series: Record<string, unknown>[]; metadata?: unknown[] };
  const folder = new URL('rw/', shared);
  const ids = hasShared
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.bin'))
        .map((name) => name.slice(0, -4))
    : ['(recordings absent)'];

  it.skipIf(!hasShared).each(ids)('%s decodes to what Prometheus sent', (id) => {
    const json = JSON.parse(readFileSync(new URL(`${id}.json`, folder), 'utf8')) as Json;
    const body = snappyUncompress(readFileSync(new URL(`${id}.bin`, folder)), 1 << 26);
    const isV2 = id.startsWith('v2');
    const cursor = cursors[isV2 ? 'v2' : 'v1'](body);
    const got: Record<string, unknown>[] = [];
    while (cursor.nextSeries()) got.push(toJson(cursor, isV2));
    expect(got).toEqual(json.series);
    if (json.metadata !== undefined) expect([...new WriteRequestCursor(body).metadata()]).toEqual(json.metadata);
  });

  it.skipIf(!hasShared)('every body of the receiver recordings decodes or is refused by DecodeError', () => {
    let decoded = 0;
    for (const line of readFileSync(new URL('receiver/cases.jsonl', shared), 'utf8').trim().split('\n')) {
      const one = JSON.parse(line) as {
        id: string;
        protocol: 'v1' | 'v2';
        bodyFile: string;
        group: string;
        prometheus: { status: number };
      };
      const file = readFileSync(new URL(`receiver/${one.bodyFile}`, shared));
      try {
        const cursor = cursors[one.protocol](snappyUncompress(file, 32 << 20));
        cursor.verify();
        decoded++;
        if (one.group === 'framing') expect(`${one.id} ${one.prometheus.status}`).toBe(`${one.id} 204`);
      } catch (error) {
        if (!(error instanceof DecodeError || error instanceof TooLargeError)) throw error;
        expect(['framing', 'headers']).toContain(one.group);
      }
    }
    expect(decoded).toBeGreaterThan(100);
  });
});

function toJson(cursor: SeriesCursor, isV2: boolean): Record<string, unknown> {
  const record = (flat: readonly string[]) => {
    const pairs: [string, string][] = [];
    for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i]!, flat[i + 1]!]);
    return Object.fromEntries(pairs);
  };
  const out: Record<string, unknown> = { labels: record(cursor.decodeLabelPairs()) };
  const value = (i: number) => {
    const [low, high] = [cursor.sampleWords[2 * i], cursor.sampleWords[2 * i + 1]];
    return low === 2 && high === 0x7ff00000 ? 'stale' : formatValue(cursor.sampleValues[i]!);
  };
  const rows = Array.from({ length: cursor.sampleCount }, (_, i) => {
    const start = cursor.sampleStartTimesMs[i]!;
    return [cursor.sampleTimesMs[i], value(i), ...(start === 0 ? [] : [start])];
  });
  if (rows.length > 0) out['samples'] = rows;
  const exemplars = Array.from({ length: cursor.exemplarCount }, (_, i) => cursor.decodeExemplar(i));
  if (exemplars.length > 0)
    out['exemplars'] = exemplars.map((each) => ({ labels: record(each.labels), v: formatValue(each.value), t: each.timeMs }));
  const histograms = Array.from({ length: cursor.histogramCount }, (_, i) => cursor.decodeHistogram(i));
  if (histograms.length > 0) out['histograms'] = histograms.map(histogramJson);
  if (isV2) out['meta'] = cursor.decodeMetadata();
  return out;
}

function histogramJson({ timeMs, startTimeMs, histogram: h }: TimedHistogram): Record<string, unknown> {
  const isInt = isIntHistogram(h);
  const count = (value: number) => (isInt ? value : formatValue(value));
  const out: Record<string, unknown> = {
    t: timeMs,
    schema: h.schema,
    sum: formatValue(h.sum),
    count: count(h.count),
    zeroCount: count(h.zeroCount),
  };
  const put = (key: string, value: unknown, isPresent: boolean) => {
    if (isPresent) out[key] = value;
  };
  const texts = (values: Float64Array) => Array.from(values, formatValue);
  put('float', true, !isInt);
  put('zeroThreshold', formatValue(h.zeroThreshold), h.zeroThreshold !== 0);
  put('resetHint', h.counterResetHint, h.counterResetHint !== 0);
  put('st', startTimeMs, startTimeMs !== 0);
  put('customValues', texts(h.customValues), h.customValues.length > 0);
  for (const [key, side] of [
    ['pos', 'positive'],
    ['neg', 'negative'],
  ] as const) {
    put(
      `${key}Spans`,
      h[`${side}Spans`].map((span) => [span.offset, span.length]),
      h[`${side}Spans`].length > 0,
    );
    if (isInt) put(`${key}Deltas`, [...h[`${side}Deltas`]], h[`${side}Deltas`].length > 0);
    else put(`${key}Counts`, texts(h[`${side}Buckets`]), h[`${side}Buckets`].length > 0);
  }
  return out;
}

describe('a body that travels', () => {
  it('is the same after snappy', () => {
    const body = encode(sample, 'v1');
    expect(snappyUncompress(snappyCompress(body), body.length)).toEqual(body);
    expect(decodeUtf8(body, 0, body.length)).toContain('__name__');
  });
});
