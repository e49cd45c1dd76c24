import { Labels, TelamonError } from '@telamon/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readSeriesFrame, SeriesFrameWriter } from './series-frame.ts';
import { areSameRecords, chunksOfRecord, compareRecords, haveSameLabels, readSeriesRecords } from './series-records.ts';

const chunk = fc.record({
  encoding: fc.nat(6),
  minTimeMs: fc.integer(),
  maxTimeMs: fc.integer(),
  data: fc.uint8Array({ maxLength: 100 }),
});
const series = fc.record({ name: fc.string(), chunks: fc.array(chunk, { maxLength: 5 }) });

function frameOf(
  list: readonly {
    name: string;
    chunks: readonly { encoding: number; minTimeMs: number; maxTimeMs: number; data: Uint8Array }[];
  }[],
): Uint8Array {
  const writer = new SeriesFrameWriter();
  for (const { name, chunks } of list) {
    writer.beginSeries(Labels.fromRecord({ name }).bytes());
    for (const { encoding, minTimeMs, maxTimeMs, data } of chunks) writer.addChunk(encoding, minTimeMs, maxTimeMs, data);
  }
  return writer.finish();
}

it('are what the frame holds', () => {
  fc.assert(
    fc.property(fc.array(series), (list) => {
      const frame = frameOf(list);
      const whole = [...readSeriesFrame(frame)];
      const records = [...readSeriesRecords(frame)];
      expect(records.map(({ frame: bytes, labelsAt, labelsEnd }) => bytes.toString('latin1', labelsAt, labelsEnd))).toEqual(
        whole.map(({ labels }) => Buffer.from(labels).toString('latin1')),
      );
      const plain = (chunks: readonly { data: Uint8Array }[]) => chunks.map((one) => ({ ...one, data: [...one.data] }));
      expect(records.map((record) => plain(chunksOfRecord(record)))).toEqual(whole.map(({ chunks }) => plain(chunks)));
      expect(records.map(({ chunkBytes }) => chunkBytes)).toEqual(
        whole.map(({ chunks }) => chunks.reduce((sum, { data }) => sum + data.length, 0)),
      );
    }),
  );
});

it('are the same only when every byte is', () => {
  const one = { name: 'a', chunks: [{ encoding: 1, minTimeMs: 0, maxTimeMs: 9, data: Uint8Array.of(1, 2, 3) }] };
  const other = { ...one, chunks: [{ ...one.chunks[0]!, data: Uint8Array.of(1, 2, 4) }] };
  const longer = { ...one, chunks: [...one.chunks, ...one.chunks] };
  const [a, b, c, d] = [...readSeriesRecords(frameOf([one, one, other, longer]))] as const;
  const [again] = [...readSeriesRecords(frameOf([longer, one]))].slice(1);
  expect([areSameRecords(a!, b!), areSameRecords(a!, again!), areSameRecords(a!, c!), areSameRecords(a!, d!)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('are ordered as their labels are', () => {
  // Long and short texts with much in common, beyond one byte of length, too.
  const text = fc
    .tuple(fc.constantFrom('', 'ab', 'abcdefgh'.repeat(20)), fc.string({ maxLength: 6 }))
    .map((parts) => parts.join(''));
  const labels = fc.dictionary(fc.constantFrom('a', 'ab', 'b', 'instance', 'job'), text, { maxKeys: 4 });
  fc.assert(
    fc.property(labels, labels, (one, other) => {
      const both = [Labels.fromRecord(one), Labels.fromRecord(other)] as const;
      const writer = new SeriesFrameWriter();
      for (const set of both) writer.beginSeries(set.bytes());
      const [a, b] = readSeriesRecords(writer.finish());
      expect(Math.sign(compareRecords(a!, b!))).toBe(Math.sign(both[0].compare(both[1])));
      expect(haveSameLabels(a!, b!)).toBe(both[0].compare(both[1]) === 0);
    }),
    { numRuns: 500 },
  );
});

it('are refused when the frame is cut short, and read or refused when bits flip', () => {
  const frame = frameOf([{ name: 'a', chunks: [{ encoding: 1, minTimeMs: 0, maxTimeMs: 9, data: new Uint8Array(40) }] }]);
  for (let end = 0; end < frame.length; end++) expect(() => [...readSeriesRecords(frame.subarray(0, end))]).toThrow(TelamonError);
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const flipped = frame.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    try {
      for (const record of readSeriesRecords(flipped)) expect(chunksOfRecord(record)).toHaveLength(record.chunkCount);
    } catch (error) {
      expect(error).toBeInstanceOf(TelamonError);
    }
  }
});
