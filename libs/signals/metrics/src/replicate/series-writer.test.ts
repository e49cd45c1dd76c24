import type { FloatHistogram, IntHistogram } from '@telamon/model';
import { CUSTOM_BUCKETS_SCHEMA, Labels } from '@telamon/model';
import {
  type SeriesToWrite,
  WriteRequestCursor,
  WriteRequestEncoder,
  WriteRequestV2Cursor,
  WriteRequestV2Encoder,
} from '@telamon/wire';
import { expect, it } from 'vitest';
import { staleWords, T0 } from './appender-conformance.ts';
import { SeriesWriter } from './series-writer.ts';

const [STALE_LOW, STALE_HIGH] = staleWords();
const STALE = new Float64Array(new Uint32Array([STALE_LOW, STALE_HIGH]).buffer)[0]!;

const shared = {
  counterResetHint: 0 as const,
  zeroThreshold: 2 ** -128,
  positiveSpans: [
    { offset: -3, length: 1 },
    { offset: 2, length: 1 },
  ],
  negativeSpans: [{ offset: 0, length: 1 }],
};
const INT: IntHistogram = {
  ...shared,
  schema: 3,
  zeroCount: 2,
  count: 2 ** 40,
  sum: -0.5,
  positiveDeltas: Float64Array.of(5, -3),
  negativeDeltas: Float64Array.of(1),
  customValues: new Float64Array(0),
};
const FLOAT: FloatHistogram = {
  ...shared,
  schema: -4,
  zeroCount: 0.25,
  count: 10.5,
  sum: STALE,
  positiveBuckets: Float64Array.of(5.5, 2),
  negativeBuckets: Float64Array.of(3),
  customValues: new Float64Array(0),
};
const CUSTOM: IntHistogram = {
  ...INT,
  schema: CUSTOM_BUCKETS_SCHEMA,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 7,
  sum: STALE,
  negativeSpans: [],
  negativeDeltas: new Float64Array(0),
  customValues: Float64Array.of(0.1, 1, 10),
};

const SERIES: SeriesToWrite = {
  labels: ['__name__', 'm', 'job', 'x'],
  samples: [
    { timeMs: T0, value: 1.5 },
    { timeMs: -T0, value: Number.NEGATIVE_INFINITY },
    { timeMs: 0, value: -0 },
    { timeMs: 1n << 62n, value: 1 },
    { timeMs: -(1n << 62n), value: 1 },
    { timeMs: T0, value: 0, words: [STALE_LOW, STALE_HIGH] },
    { timeMs: T0, value: 0, words: [0xdeadbeef, 0x7ff4cafe] },
  ],
  histograms: [
    { timeMs: T0, histogram: INT },
    { timeMs: 1n << 62n, histogram: FLOAT },
    { timeMs: -5, histogram: CUSTOM },
  ],
  exemplars: [
    { labels: ['trace_id', 'abc'], value: 3, timeMs: T0 },
    { labels: [], value: -0, timeMs: -1 },
  ],
};

/** Everything that a cursor says of its series. */
function readAll(cursor: WriteRequestCursor | WriteRequestV2Cursor): unknown {
  expect(cursor.nextSeries()).toBe(true);
  const bits = (value: number): string => Buffer.from(new Float64Array([value]).buffer).toString('hex');
  const { sampleCount, histogramCount, exemplarCount } = cursor;
  const read = {
    labels: cursor.decodeLabelPairs(),
    times: [...cursor.sampleTimesMs.subarray(0, sampleCount)],
    words: [...cursor.sampleWords.subarray(0, 2 * sampleCount)],
    histograms: Array.from({ length: histogramCount }, (_, i) => {
      const { timeMs, histogram } = cursor.decodeHistogram(i);
      return { timeMs, histogram: { ...histogram, sum: bits(histogram.sum) } };
    }),
    exemplars: Array.from({ length: exemplarCount }, (_, i) => cursor.decodeExemplar(i)),
  };
  expect(cursor.nextSeries()).toBe(false);
  return read;
}

const body1 = new WriteRequestEncoder().addSeries(SERIES).finish();
const body2 = new WriteRequestV2Encoder().addSeries(SERIES).finish();

it.each([
  ['version 1', new WriteRequestCursor(body1)],
  ['version 2', new WriteRequestV2Cursor(body2)],
])('what a cursor over %s gives is written bit by bit', (_, cursor) => {
  const writer = new SeriesWriter(() => expect.unreachable());
  cursor.nextSeries();
  writer.begin(Labels.fromSortedFlat(cursor.decodeLabelPairs()).bytes());
  writer.addSamples(cursor);
  writer.addRest(cursor);
  expect(writer.end()).toBe(0);
  expect(readAll(new WriteRequestCursor(writer.out.finish()))).toEqual(readAll(new WriteRequestCursor(body1)));
});

it('copies what is not labels, wherever it stands', () => {
  const writer = new SeriesWriter(() => expect.unreachable());
  const first = new WriteRequestEncoder().addSeries(SERIES).finish();
  const other = new WriteRequestEncoder().addSeries({ labels: ['z', 'z'] }).finish();
  // The labels of the second series stand behind everything else of the first.
  const scattered = new Uint8Array([0x0a, 0, 0, ...first.slice(3), ...other.slice(2)]);
  const size = scattered.length - 3;
  scattered[1] = (size & 0x7f) | 0x80;
  scattered[2] = size >> 7;
  writer.begin(Labels.fromSortedFlat(['__name__', 'n']).bytes());
  writer.copyRest(scattered, 0, scattered.length);
  writer.end();
  const want = readAll(
    new WriteRequestCursor(new WriteRequestEncoder().addSeries({ ...SERIES, labels: ['__name__', 'n'] }).finish()),
  );
  expect(readAll(new WriteRequestCursor(writer.out.finish()))).toEqual(want);
});

it('leaves out what cannot be decoded, and tells', () => {
  const told: string[] = [];
  const writer = new SeriesWriter((what) => told.push(what));
  const good = new WriteRequestV2Encoder().addSeries({
    labels: ['a', 'b'],
    exemplars: [{ labels: ['trace', 'x'], value: 1, timeMs: 1 }],
  });
  const body = good.finish();
  // The exemplar's references are the last packed field: point one of them outside the symbols.
  const cursor = new WriteRequestV2Cursor(body);
  cursor.nextSeries();
  const at = Buffer.from(body).lastIndexOf(Buffer.from([0x0a, 2, 3, 4]));
  expect(at).toBeGreaterThan(0);
  body[at + 3] = 0x70;
  writer.begin(Labels.fromSortedFlat(['a', 'b']).bytes());
  writer.addRest(cursor);
  writer.end();
  expect(told).toEqual(['exemplars']);
});
