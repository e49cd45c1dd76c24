import { ByteWriter } from '@telamon/bytes';
import type { ReplicaBatch } from '@telamon/contract';
import { defaultLimits } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { type SeriesToWrite, WriteRequestCursor, WriteRequestEncoder } from '@telamon/wire';
import { afterEach, describe, expect, it } from 'vitest';
import { bodyOf, inputOf, series, T0 } from './appender-conformance.ts';
import { decodePushRequest } from './push-message.ts';
import { RingAppender } from './ring-appender.ts';
import { downError, RingBed } from './ring-bed.fixture.ts';

const LIMITS = defaultLimits();
const beds: RingBed[] = [];
afterEach(async () => {
  for (const bed of beds.splice(0)) await bed.close();
});

async function openRing(ingesters = 3): Promise<RingBed> {
  const bed = await RingBed.open({ ingesters });
  beds.push(bed);
  return bed;
}

const push = (bed: RingBed, body: Uint8Array) => bed.appender.append('t', inputOf(body, LIMITS));
const BAD = new TelamonError('the message is bad', { status: 400, isRetryable: false });

describe('quorum', () => {
  it('holds with one of three ingesters down', async () => {
    const bed = await openRing();
    bed.faults.set(1, downError());
    expect((await push(bed, bodyOf([series('a', 'x', [0, 1])]))).written.samples).toBe(1);
    expect([...(await bed.dump('t', 2)).keys()]).toEqual(['{__name__="a", job="x"}']);
  });

  it('is lost with two down: nothing is promised', async () => {
    const bed = await openRing();
    bed.faults.set(0, downError()).set(2, downError());
    const failed = push(bed, bodyOf([series('a', 'x', [0, 1])]));
    await expect(failed).rejects.toMatchObject({ status: 503, isRetryable: true, id: 'replicas-no-quorum' });
    await expect(failed).rejects.toThrow(/quorum/);
  });

  it('of refusals is told as the first of them', async () => {
    const bed = await openRing();
    bed.faults.set(0, BAD).set(2, BAD);
    await expect(push(bed, bodyOf([series('a', 'x', [0, 1])]))).rejects.toMatchObject({ status: 400, message: BAD.message });
  });

  it('of stored ones hides what one ingester refused', async () => {
    const bed = await openRing();
    bed.faults.set(0, downError()).set(1, downError());
    // Only the third ingester has the newer sample.
    await expect(push(bed, bodyOf([series('a', 'x', [5000, 1])]))).rejects.toMatchObject({ status: 503 });
    bed.faults.clear();
    const result = await push(bed, bodyOf([series('a', 'x', [1000, 1])]));
    expect(result).toMatchObject({ written: { samples: 1 }, failed: { samples: 0 }, refusals: [] });
  });

  it('of refused ones tells what was refused, though one ingester is down', async () => {
    const bed = await openRing();
    await push(bed, bodyOf([series('a', 'x', [5000, 1])]));
    bed.faults.set(1, downError());
    const result = await push(bed, bodyOf([series('a', 'x', [1000, 1]), series('a', 'y', [1000, 1])]));
    expect(result).toMatchObject({ written: { samples: 1 }, failed: { samples: 1 } });
    expect(result.refusals[0]?.message).toContain('err-mimir-sample-out-of-order');
  });

  it('is sought for each series on its own', async () => {
    const bed = await openRing(9);
    const all = Array.from({ length: 60 }, (_, i) => series('a', `j${i}`, [0, i]));
    expect((await push(bed, bodyOf(all))).written.samples).toBe(60);
    expect((await bed.dump()).size).toBe(60);
    const counts = await Promise.all(bed.ingesters.map(async (ingester) => (await ingester.dump()).size));
    expect(Math.min(...counts)).toBeGreaterThan(5);
  });
});

/** Fields of a series, as they stand in its message. */
function fieldsOf(labels: readonly string[], ...samples: readonly [number, number][]): Uint8Array {
  const message = bodyOf([{ labels, samples: samples.map(([afterMs, value]) => ({ timeMs: T0 + afterMs, value })) }]);
  const cursor = new WriteRequestCursor(message);
  cursor.nextSeries();
  return message.subarray(cursor.fieldsStart);
}

/** What is sent to one ingester, for a request of version 1. */
async function sentOf(
  body: Uint8Array,
  limits = LIMITS,
  input = inputOf(body, limits),
): Promise<{ sent: Uint8Array; batch: ReplicaBatch }> {
  let seen: { sent: Uint8Array; batch: ReplicaBatch } | undefined;
  const writer = {
    write: async (_tenant: string, _method: string, batch: ReplicaBatch) => {
      const items = Array.from(batch.tokens, (_, i) => i);
      seen = { sent: decodePushRequest(batch.encode(items)).writeRequest, batch };
      return new Set<number>();
    },
  };
  await new RingAppender({ writer, limitsOf: () => limits, accumulatesDeltas: false }).append('t', input);
  return seen!;
}

describe('what is sent', () => {
  const histogramSeries = {
    labels: ['__name__', 'h'],
    histograms: [
      {
        timeMs: T0,
        histogram: {
          counterResetHint: 0 as const,
          schema: 8,
          zeroThreshold: 0,
          zeroCount: 0,
          count: 1,
          sum: 1,
          positiveSpans: [{ offset: 0, length: 1 }],
          negativeSpans: [],
          positiveDeltas: Float64Array.of(1),
          negativeDeltas: new Float64Array(0),
          customValues: new Float64Array(0),
        },
      },
    ],
    exemplars: [{ labels: ['trace_id', 'x'], value: 1, timeMs: T0 }],
  };

  it('is the body byte by byte where labels are right, whatever series carry', async () => {
    const body = bodyOf([series('a', 'x', [0, 1], [1000, 2]), histogramSeries, series('größe', '✓', [0, 1])]);
    const { sent } = await sentOf(body);
    expect(Buffer.compare(sent, body)).toBe(0);
  });

  it('is the very block that came, when all of it goes on as it is', async () => {
    const blockOf = async (all: readonly SeriesToWrite[], items: readonly number[]): Promise<boolean> => {
      const body = bodyOf(all);
      // A literal alone, which no compressor would write.
      const block = new ByteWriter()
        .uvarint(body.length)
        .u8(61 << 2)
        .u8((body.length - 1) & 255)
        .u8((body.length - 1) >> 8)
        .bytes(body)
        .finish();
      const { batch } = await sentOf(body, LIMITS, { ...inputOf(body, LIMITS), forwardable: { body, block } });
      const message = batch.encode(items);
      expect(decodePushRequest(message).writeRequest.length).toBeGreaterThan(0);
      return Buffer.from(message).includes(Buffer.from(block));
    };
    const right = Array.from({ length: 20 }, (_, i) => series('a', `j${i}`, [0, i]));
    const wrong = { ...series('a', 'x', [0, 1]), labels: ['job', 'x', '__name__', 'a'] };
    const all = right.map((_, i) => i);
    expect(await blockOf(right, all)).toBe(true);
    expect(await blockOf(right, all.slice(1))).toBe(false);
    expect(await blockOf([...right.slice(1), wrong], all)).toBe(false);
  });

  it.each([
    ['behind the samples', Buffer.from([0x0a])],
    ['with a tag longer than need be', Buffer.from([0x8a, 0x00])],
  ])('misses no label: %s', async (_, tag) => {
    const [labels, late] = ['job', 'zone'].map((name) => fieldsOf([name, 'x']));
    const metric = fieldsOf(['__name__', 'a']);
    const samples = fieldsOf([], [0, 1]);
    const parts =
      tag.length === 1 ? [metric, labels!, samples, late!] : [metric, labels!, Buffer.concat([tag, late!.subarray(1)])];
    const fields = Buffer.concat(parts);
    const body = Buffer.concat([
      bodyOf([series('a', 'y', [0, 2])]),
      new ByteWriter().u8(0x0a).uvarint(fields.length).finish(),
      fields,
    ]);
    const { sent, batch } = await sentOf(body);
    const cursor = new WriteRequestCursor(sent);
    const seen: string[][] = [];
    while (cursor.nextSeries()) seen.push(cursor.decodeLabelPairs());
    expect(seen).toEqual([
      ['__name__', 'a', 'job', 'y'],
      ['__name__', 'a', 'job', 'x', 'zone', 'x'],
    ]);
    const right = await sentOf(bodyOf([{ labels: seen[1]!, samples: [] }]));
    expect(batch.tokens[1]).toBe(right.batch.tokens[0]);
  });

  it('keeps fields that only later versions know', async () => {
    const known = bodyOf([series('a', 'x', [0, 1])]);
    const later = Uint8Array.of(...known, 0xfa, 0x01, 0x02, 0x68, 0x69);
    later[1]! += 5;
    expect(Buffer.compare((await sentOf(later)).sent, later)).toBe(0);
  });

  it('has labels written anew where they have to be', async () => {
    const body = bodyOf([
      { ...series('a', 'x', [0, 1]), labels: ['job', 'x', '__replica__', 'r', '__name__', 'a'] },
      histogramSeries,
    ]);
    const { sent } = await sentOf(body, { ...LIMITS, acceptHaSamples: true });
    const cursor = new WriteRequestCursor(sent);
    cursor.nextSeries();
    expect(cursor.decodeLabelPairs()).toEqual(['__name__', 'a', 'job', 'x']);
    cursor.nextSeries();
    expect([cursor.decodeLabelPairs(), cursor.histogramCount, cursor.exemplarCount]).toEqual([['__name__', 'h'], 1, 1]);
  });

  it('tells how many series it has, metadata not counted, and whether histograms are among them', async () => {
    const metadata = new WriteRequestEncoder().addMetadata({ type: 'counter', name: 'a', help: 'h', unit: '' }).finish();
    const toldOf = async (all: readonly SeriesToWrite[], items: readonly number[]): Promise<[number, boolean]> => {
      const { batch } = await sentOf(Buffer.concat([bodyOf(all), metadata]));
      const { seriesCount, hasHistograms, writeRequest } = decodePushRequest(batch.encode(items));
      expect(new WriteRequestCursor(writeRequest).verify().series).toBe(seriesCount);
      return [seriesCount, hasHistograms];
    };
    const floats = [series('a', 'x', [0, 1]), series('a', 'y', [0, 1])];
    expect(await toldOf(floats, [0, 1, 2])).toEqual([2, false]);
    expect(await toldOf(floats, [1, 2])).toEqual([1, false]);
    expect(await toldOf(floats, [2])).toEqual([0, false]);
    expect(await toldOf([...floats, histogramSeries], [0, 1, 2, 3])).toEqual([3, true]);
  });

  it('has one message for all where all get everything, and parts elsewhere', async () => {
    const { batch } = await sentOf(bodyOf(Array.from({ length: 50 }, (_, i) => series('a', `j${i}`, [0, i]))));
    const all = Array.from({ length: 50 }, (_, i) => i);
    expect(batch.encode(all)).toBe(batch.encode(all));
    const odd = all.filter((i) => i % 2 === 1);
    const cursor = new WriteRequestCursor(decodePushRequest(batch.encode(odd)).writeRequest);
    const jobs: string[] = [];
    while (cursor.nextSeries()) jobs.push(cursor.decodeLabelPairs()[3]!);
    expect(jobs).toEqual(odd.map((i) => `j${i}`));
  });

  it('sends metadata of a metric to the same ingesters, behind the series', async () => {
    const encoder = new WriteRequestEncoder().addMetadata({ name: 'a', type: 'gauge', help: 'h', unit: 's' });
    const { sent, batch } = await sentOf(encoder.addSeries(series('a', 'x', [0, 1])).finish());
    const again = await sentOf(
      new WriteRequestEncoder().addMetadata({ name: 'a', type: 'counter', help: '', unit: '' }).finish(),
    );
    expect(again.batch.tokens[0]).toBe(batch.tokens[1]);
    expect([...new WriteRequestCursor(sent).metadata()]).toEqual([{ name: 'a', type: 'gauge', help: 'h', unit: 's' }]);
  });
});

describe('large requests', () => {
  const LARGE = Array.from({ length: 3000 }, (_, i) => ({
    ...series('a', `j${i}`, [5000, i]),
    labels: ['__name__', 'a', 'job', `${'x'.repeat(2000)}${i}`],
  }));

  it('are written in parts, and answered as a whole', async () => {
    const sizes: number[] = [];
    const bed = await openRing(6);
    const writer = {
      write: (tenant: string, method: string, batch: ReplicaBatch) => {
        sizes.push(batch.tokens.length);
        return bed.write(tenant, method, batch);
      },
    };
    const appender = new RingAppender({ writer, limitsOf: () => LIMITS, accumulatesDeltas: false });
    expect((await appender.append('t', inputOf(bodyOf(LARGE), LIMITS))).written.samples).toBe(3000);
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((a, b) => a + b)).toBe(3000);
    expect((await bed.dump()).size).toBe(3000);
    // Older samples of a few, in different parts.
    const older = LARGE.map((one, i) => (i % 1250 === 7 ? { ...one, samples: [{ timeMs: T0, value: 1 }] } : one));
    const result = await appender.append('t', inputOf(bodyOf(older), LIMITS));
    expect(result).toMatchObject({ written: { samples: 2997 }, failed: { samples: 3 } });
    expect(result.refusals.map(({ message }) => /x(\d+)"/.exec(message)?.[1])).toEqual(['7', '1257', '2507']);
  });

  it('with one huge series are written all the same', async () => {
    const bed = await openRing();
    const samples = Array.from({ length: 200_000 }, (_, i) => ({ timeMs: T0 - 200_000 + i, value: i }));
    const result = await push(
      bed,
      bodyOf([series('a', 'x', [0, 1]), { labels: ['__name__', 'huge'], samples }, series('a', 'y', [0, 1])]),
    );
    expect(result.written.samples).toBe(200_002);
  });
});

describe('tokens', () => {
  it('are the same for a series however it was written', async () => {
    const bed = await openRing(9);
    for (const version of [1, 2] as const) {
      for (const labels of [
        ['__name__', 'a', 'job', 'x'],
        ['job', 'x', '__name__', 'a'],
        ['__name__', 'a', 'b', '', 'job', 'x'],
      ]) {
        const body = bodyOf([{ labels, samples: [{ timeMs: T0, value: 1 }] }], version);
        await bed.appender.append('t', inputOf(body, LIMITS, version));
      }
    }
    expect((await bed.dump('t', 3)).size).toBe(1);
  });
});

it('gives way to the event loop in a large request', async () => {
  const body = bodyOf(Array.from({ length: 60_000 }, (_, i) => series('a', `j${i}`, [0, i])));
  let turns = 0;
  let isDone = false;
  const turn = (): void => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  const writer = { write: async () => new Set<number>() };
  const limits = { ...LIMITS, dropLabels: ['x'] };
  setImmediate(turn);
  const result = await new RingAppender({ writer, limitsOf: () => limits, accumulatesDeltas: false }).append(
    't',
    inputOf(body, limits),
  );
  isDone = true;
  expect(result.written.samples).toBe(60_000);
  expect(turns).toBeGreaterThan(3);
});
