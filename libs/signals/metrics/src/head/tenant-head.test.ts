import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntHistogram } from '@telamon/model';
import { MemoryLogFiles } from '@telamon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppendInput } from './append-contract.ts';
import { dumpHead } from './dump-head.ts';
import { FakeCursor, requestOf, type SampleSeries } from './fake-cursor.ts';
import { HeadSource } from './head-source.ts';
import { TenantHead, type TenantHeadOptions } from './tenant-head.ts';

const HOUR = 3_600_000;
const T0 = 1_793_491_200_000;
const signal = new AbortController().signal;

let root: string;
let files: MemoryLogFiles;
let nowMs: number;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'head-'));
  files = new MemoryLogFiles();
  nowMs = T0 + 24 * HOUR;
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function openHead(options: Partial<TenantHeadOptions> = {}): Promise<TenantHead> {
  const log = { directory: '/log', files };
  return TenantHead.open({ tenant: 't', log, chunkDirectory: join(root, 'chunks'), now: () => nowMs, ...options });
}

async function reopen(head: TenantHead): Promise<TenantHead> {
  files = files.afterPowerLoss();
  await head.close();
  return openHead();
}

const up = (job: string): string[] => ['__name__', 'up', 'job', job];
const one = (job: string, ...samples: [number, number][]): SampleSeries => ({ labels: up(job), samples });

function histogram(count: number, sum = 1): IntHistogram {
  return {
    counterResetHint: 0,
    schema: 1,
    zeroThreshold: 0.001,
    zeroCount: 0,
    count,
    sum,
    positiveSpans: [{ offset: 0, length: 2 }],
    negativeSpans: [],
    positiveDeltas: Float64Array.of(1, count - 2),
    negativeDeltas: new Float64Array(0),
    customValues: new Float64Array(0),
  };
}

const timed = (timeMs: number, count: number, sum?: number) => ({ timeMs, startTimeMs: 0, histogram: histogram(count, sum) });
/** The fake cursor's staleness marker. */
const stale = Number.NaN;

describe('TenantHead.push', () => {
  it('stores what it accepts and finds it again, also after a restart', async () => {
    let head = await openHead();
    const result = await head.push(requestOf([one('a', [T0, 1], [T0 + 1000, 2]), one('b', [T0, 3])]));
    expect(result).toMatchObject({ written: { samples: 3 }, failed: { samples: 0 }, newSeries: 2, refusals: [] });
    const again = await head.push(requestOf([one('a', [T0 + 2000, stale])]));
    expect(again.newSeries).toBe(0);
    const before = await dumpHead(head);
    expect([...before.keys()]).toEqual(['{__name__="up", job="a"}', '{__name__="up", job="b"}']);
    expect(before.get('{__name__="up", job="a"}')).toEqual([
      [T0, '1'],
      [T0 + 1000, '2'],
      [T0 + 2000, '7ff00000:2'],
    ]);
    head = await reopen(head);
    expect(await dumpHead(head)).toEqual(before);
    expect(head.replayed).toMatchObject({ damages: [], orphans: 0 });
    await head.close();
  });

  it('recognises a series however its labels are spelt', async () => {
    const head = await openHead();
    await head.push(requestOf([{ labels: ['job', 'a', '__name__', 'up', 'x', ''], samples: [[T0, 1]] }]));
    await head.push(requestOf([{ labels: ['__name__', 'up', 'job', 'a'], samples: [[T0 + 1, 2]] }]));
    const result = await head.push(requestOf([{ labels: ['job', 'a', '__name__', 'up', 'x', ''], samples: [[T0 + 2, 3]] }]));
    expect(result.newSeries).toBe(0);
    expect(head.state.rows.liveCount).toBe(1);
    expect([...(await dumpHead(head)).values()]).toEqual([
      [
        [T0, '1'],
        [T0 + 1, '2'],
        [T0 + 2, '3'],
      ],
    ]);
    head.state.forgetSpellings();
    expect((await head.push(requestOf([one('a', [T0 + 3, 1])]))).newSeries).toBe(0);
    await head.close();
  });

  it('keeps the order rules and the rest of a request that breaks them', async () => {
    const head = await openHead();
    await head.push(requestOf([one('a', [T0, 1], [T0 + 1000, 2])]));
    const result = await head.push(
      requestOf([one('a', [T0 + 1000, 2], [T0 + 1000, 3], [T0 + 500, 9], [T0 - HOUR - 1, 9], [nowMs + HOUR, 9], [T0 + 2000, 4])]),
    );
    expect(result.written.samples).toBe(2);
    expect(result.failed.samples).toBe(4);
    expect(Object.fromEntries(result.failedByReason)).toEqual({
      'sample-duplicate-timestamp': 1,
      'sample-out-of-order': 1,
      'sample-timestamp-too-old': 1,
      'too-far-in-future': 1,
    });
    expect(result.refusals.map((refusal) => refusal.reason)).toEqual([
      'sample-duplicate-timestamp',
      'sample-out-of-order',
      'sample-timestamp-too-old',
      'too-far-in-future',
    ]);
    expect(result.refusals[1]!.message).toContain('(err-mimir-sample-out-of-order)');
    expect(result.refusals[1]!.message).toContain(
      'timestamp 2026-11-01T00:00:00.500Z and is from series {__name__="up", job="a"}',
    );
    expect((await dumpHead(head)).size).toBe(1);
    await head.close();
  });

  it('drops silently what stands only against the same request, and tells what stands against an older one', async () => {
    const head = await openHead();
    await head.push(requestOf([one('a', [T0, 1], [T0 + 10, 2])]));
    const result = await head.push(
      requestOf([
        one('a', [T0 + 30, 3], [T0 + 20, 9], [T0 + 30, 9]),
        one('b', [T0 + 50, 1], [T0 + 40, 1]),
        one('a', [T0 + 25, 9], [T0 + 40, 4]),
        { labels: up('b'), histograms: [timed(T0 + 50, 7), timed(T0 + 45, 7)] },
        one('a', [T0 + 5, 9]),
      ]),
    );
    expect(result).toMatchObject({ written: { samples: 7, histograms: 2 }, failed: { samples: 1, histograms: 0 } });
    expect(Object.fromEntries(result.failedByReason)).toEqual({ 'sample-out-of-order': 5, 'sample-duplicate-timestamp': 2 });
    const told = result.refusals.filter((refusal) => refusal.isSilent !== true);
    expect(told.map(({ message }) => message)).toEqual([expect.stringContaining('.005Z')]);
    expect(await dumpHead(head)).toEqual(
      new Map([
        ['{__name__="up", job="a"}', [[T0, '1'], [T0 + 10, '2'], [T0 + 30, '3'], [T0 + 40, '4']]], // biome-ignore format: a table
        ['{__name__="up", job="b"}', [[T0 + 50, '1']]],
      ]),
    );
    await head.close();
  });

  it('tells a real refusal behind any number of silent ones', async () => {
    const head = await openHead();
    await head.push(requestOf([one('a', [T0 + 1000, 1])]));
    const silent = Array.from({ length: 40 }, (_, i): [number, number] => [T0 + 1960 - i, 9]);
    const result = await head.push(requestOf([one('a', [T0 + 2000, 1], ...silent, [T0, 9])]));
    expect(result.written.samples).toBe(41);
    expect(result.refusals.filter(({ isSilent }) => isSilent !== true)).toMatchObject([{ reason: 'sample-out-of-order' }]);
    await head.close();
  });

  it('takes a request again whose answer was lost', async () => {
    const head = await openHead();
    const request = (): AppendInput => requestOf([one('a', [T0, 1], [T0 + 10, stale], [T0 + 20, 3])]);
    await head.push(request());
    expect(await head.push(request())).toMatchObject({ written: { samples: 3 }, failed: { samples: 0 }, refusals: [] });
    const other = await head.push(requestOf([one('a', [T0, 2], [T0 + 5, 1])]));
    expect(other.failedByReason.get('sample-out-of-order')).toBe(2);
    await head.close();
  });

  it('takes data of any age in order into an empty head, and nothing below the floor afterwards', async () => {
    const head = await openHead();
    expect((await head.push(requestOf([one('a', [0, 1], [10 * HOUR, 2]), one('b', [5 * HOUR, 2])]))).failed.samples).toBe(0);
    const result = await head.push(requestOf([one('c', [8 * HOUR, 1])]));
    expect(result.refusals.map((refusal) => refusal.reason)).toEqual(['sample-timestamp-too-old']);
    expect(result.newSeries).toBe(0);
    expect((await head.push(requestOf([one('c', [9 * HOUR, 1])]))).failed.samples).toBe(0);
    await head.close();
  });

  it('takes late samples within the window, merges them, and keeps them over a restart', async () => {
    let head = await openHead();
    const limits = { outOfOrderWindowMs: HOUR };
    await head.push(requestOf([one('a', [T0, 0], [T0 + HOUR, 100])], limits));
    const late: [number, number][] = [];
    for (let i = 1; i < 80; i++) late.push([T0 + ((i * 37) % 80) * 1000 + 1, i]);
    const result = await head.push(requestOf([one('a', ...late)], limits));
    expect(result).toMatchObject({ written: { samples: 79 }, failed: { samples: 0 } });
    const conflict = await head.push(
      requestOf([one('a', [late[78]![0], -1], [late[78]![0], late[78]![1]], [T0 - 1, 1])], limits),
    );
    expect(Object.fromEntries(conflict.failedByReason)).toEqual({
      'sample-duplicate-timestamp': 1,
      'sample-timestamp-too-old': 1,
    });
    const expected = [[T0, '0'], ...late.map(([t, v]) => [t, String(v)] as const), [T0 + HOUR, '100']].sort(
      (x, y) => Number(x[0]) - Number(y[0]),
    );
    expect([...(await dumpHead(head)).values()]).toEqual([expected]);
    head = await reopen(head);
    expect([...(await dumpHead(head)).values()]).toEqual([expected]);
    expect(head.state.lateCount).toBe(79);
    await head.close();
  });

  it('keeps series limits', async () => {
    const head = await openHead();
    const limits = { maxSeriesPerUser: 3, maxSeriesPerMetric: 2 };
    const result = await head.push(
      requestOf(
        [
          one('a', [T0, 1]),
          one('b', [T0, 1]),
          one('c', [T0, 1]),
          { labels: ['__name__', 'x'], samples: [[T0, 1]] },
          {
            labels: ['__name__', 'y'],
            samples: [
              [T0, 1],
              [T0 + 1, 1],
            ],
          },
        ],
        limits,
      ),
    );
    expect(result.written.samples).toBe(3);
    expect(Object.fromEntries(result.failedByReason)).toEqual({ 'max-series-per-metric': 1, 'max-series-per-user': 2 });
    expect(result.refusals[0]!.message).toMatch(/^per-metric series limit of 2 exceeded \(err-mimir-max-series-per-metric\)/);
    expect(result.refusals[1]!.message).toMatch(/^per-user series limit of 3 exceeded \(err-mimir-max-series-per-user\)/);
    expect((await head.push(requestOf([one('a', [T0 + 1, 1])], limits))).failed.samples).toBe(0);
    await head.close();
  });

  it('stores native histograms, markers between them, and changes of kind, in order, over a restart', async () => {
    let head = await openHead();
    const labels = ['__name__', 'h'];
    const push = (part: Omit<SampleSeries, 'labels'>) => head.push(requestOf([{ labels, ...part }]));
    await push({ histograms: [timed(T0, 5), timed(T0 + 1, 7)] });
    expect((await push({ histograms: [timed(T0 + 1, 7)] })).failed.histograms).toBe(0);
    expect((await push({ histograms: [timed(T0 + 1, 8)] })).failedByReason.get('sample-duplicate-timestamp')).toBe(1);
    expect((await push({ samples: [[T0 + 1, 8]] })).failedByReason.get('sample-duplicate-timestamp')).toBe(1);
    expect((await push({ samples: [[T0 + 2, stale]] })).written.samples).toBe(1);
    expect((await push({ samples: [[T0 + 3, 42]] })).written.samples).toBe(1);
    expect((await push({ histograms: [timed(T0 + 4, 9)], samples: [[T0 + 3, 42]] })).written).toMatchObject({
      samples: 1,
      histograms: 1,
    });
    expect((await push({ histograms: [timed(T0, 9)] })).failedByReason.get('sample-out-of-order')).toBe(1);
    const before = await dumpHead(head);
    const samples = [...before.values()][0]!;
    expect(samples.map((sample) => sample[0])).toEqual([T0, T0 + 1, T0 + 2, T0 + 3, T0 + 4]);
    expect(samples[3]![1]).toBe('42');
    expect(samples[1]![1]).toContain('"count":7');
    head = await reopen(head);
    expect(await dumpHead(head)).toEqual(before);
    expect((await push({ histograms: [timed(T0 + 4, 9)] })).failed.histograms).toBe(0);
    expect((await push({ histograms: [timed(T0 + 4, 10)] })).failed.histograms).toBe(1);
    await head.close();
  });

  it('stores exemplars by Prometheus rules and finds them by matchers and time', async () => {
    let head = await openHead();
    const exemplar = (timeMs: number, value: number, id: string) => ({
      labels: ['trace_id', id],
      value,
      timeMs,
      hasInvalidUtf8: false,
    });
    const series = (job: string, ...exemplars: ReturnType<typeof exemplar>[]): SampleSeries => ({
      labels: up(job),
      samples: [[T0, 1]],
      exemplars,
    });
    const first = await head.push(
      requestOf([series('a', exemplar(T0, 1, 'x'), exemplar(T0 + 5, 2, 'y'), exemplar(T0 + 1, 2, 'z'))]),
    );
    expect(first).toMatchObject({ written: { exemplars: 3 }, failed: { exemplars: 0 } });
    expect(first.failedByReason.get('exemplar-out-of-order')).toBe(1);
    expect(first.refusals).toMatchObject([{ kind: 'exemplar', isSilent: true }]);
    const second = await head.push(
      requestOf([series('a', exemplar(T0 + 5, 2, 'y'), exemplar(T0 + 4, 2, 'z')), series('b', exemplar(T0, 9, 'q'))]),
    );
    expect(second).toMatchObject({ written: { exemplars: 2 }, failed: { exemplars: 1 } });
    expect(second.refusals).toMatchObject([{ kind: 'exemplar' }]);
    expect(second.refusals[0]!.isSilent).toBeUndefined();
    const none = await head.push(requestOf([{ labels: up('only'), exemplars: [exemplar(T0, 1, 'x')] }]));
    expect(none.refusals).toMatchObject([{ reason: 'exemplar-series-missing', isSilent: true }]);
    head = await reopen(head);
    const source = new HeadSource(() => head);
    const matcherSets = [[{ operator: '=', name: 'job', value: 'a' } as const]];
    const found = await source.exemplars({ tenant: 't', matcherSets, fromMs: T0 + 1, toMs: T0 + 9 }, signal);
    expect(
      found.map((item) => [item.series.get('job'), item.exemplars.map((e) => [e.timeMs, e.value, e.labels.get('trace_id')])]),
    ).toEqual([['a', [[T0 + 5, 2, 'y']]]]);
    const all = { tenant: 't', matcherSets: [], fromMs: 0, toMs: 2 * T0 };
    const before = await source.exemplars(all, signal);
    expect(before).toHaveLength(2);
    // As in Prometheus, they outlive their series.
    await head.truncate(T0 + 1);
    expect(head.state.rows.liveCount).toBe(0);
    expect(await source.exemplars(all, signal)).toEqual(before);
    const later = { ...series('a', exemplar(T0 + 4, 2, 'z'), exemplar(T0 + 6, 2, 'z')), samples: [[T0 + 6, 1] as const] };
    expect((await head.push(requestOf([later]))).written.exemplars).toBe(1);
    expect((await source.exemplars({ ...all, matcherSets }, signal)).map((item) => item.exemplars.length)).toEqual([3]);
    await head.close();
  });

  it('keeps metadata with their limits, over a restart', async () => {
    let head = await openHead();
    const metadata = [
      { name: 'up', type: 'gauge', help: 'Up.', unit: '' },
      { name: 'up', type: 'gauge', help: 'Other.', unit: '' },
      { name: 'up', type: 'gauge', help: 'Third.', unit: '' },
      { name: 'b', type: 'counter', help: '', unit: 's' },
      { name: 'c', type: 'counter', help: '', unit: 's' },
    ] as const;
    const input = { ...requestOf([], { maxMetadataPerUser: 2, maxMetadataPerMetric: 2 }), metadata };
    const result = await head.push(input);
    expect(result).toMatchObject({ written: { metadata: 3 }, failed: { metadata: 2 } });
    await head.push(
      requestOf([{ labels: ['__name__', 'v2'], samples: [[T0, 1]], metadata: { type: 'summary', help: 'V2.', unit: 'bytes' } }]),
    );
    head = await reopen(head);
    expect([...head.state.metadata.entries()].map(([name, held]) => [name, held.map((item) => item.help)])).toEqual([
      ['up', ['Up.', 'Other.']],
      ['b', ['']],
      ['v2', ['V2.']],
    ]);
    await head.close();
  });

  it('does not acknowledge while the disk fails, and acknowledges the retry once everything is safe', async () => {
    const due: (() => void)[] = [];
    const schedule = (_ms: number, run: () => void): (() => void) => {
      due.push(run);
      return () => undefined;
    };
    let head = await openHead({ log: { directory: '/log', files, schedule } });
    files.faults.freeBytes = 0;
    const request = () => requestOf([one('a', [T0, 1], [T0 + 1, 1])]);
    await expect(head.push(request())).rejects.toMatchObject({ status: 503, isRetryable: true });
    await expect(head.push(requestOf([one('b', [T0, 1])]))).rejects.toMatchObject({ status: 503 });
    expect(head.state.rows.liveCount).toBe(1);
    files.faults.freeBytes = undefined;
    due.shift()!();
    const deadline = Date.now() + 5000;
    while (head.log.durableLsn < head.log.lastLsn && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
    expect(await head.push(request())).toMatchObject({ written: { samples: 2 }, failed: { samples: 0 } });
    expect((await head.push(requestOf([one('a', [T0, 2])]))).failedByReason.get('sample-out-of-order')).toBe(1);
    head = await reopen(head);
    expect([...(await dumpHead(head)).values()]).toEqual([
      [
        [T0, '1'],
        [T0 + 1, '1'],
      ],
    ]);
    await head.close();
    await expect(head.push(requestOf([one('a', [T0, 1])]))).rejects.toMatchObject({ status: 503 });
  });

  it('makes records that the log takes of whatever a request has much of', async () => {
    const maxRecordBytes = 512 << 10;
    let head = await openHead({ log: { directory: '/log', files, maxRecordBytes } });
    const times = (count: number): number[] => Array.from({ length: count }, (_, i) => T0 + i);
    const help = 'x'.repeat(100);
    const metadata = times(20_000).map((_timeMs, i) => ({ name: `m${i}`, type: 'gauge', help, unit: '' }) as const);
    const exemplars = times(20_000).map((timeMs) => ({
      labels: ['trace_id', help],
      value: 1,
      timeMs,
      hasInvalidUtf8: false,
    }));
    const requests: AppendInput[] = [
      { ...requestOf([], { maxMetadataPerUser: 0 }), metadata },
      requestOf([one('floats', ...times(100_000).map((timeMs): [number, number] => [timeMs, timeMs]))]),
      requestOf([{ labels: up('histograms'), histograms: times(20_000).map((timeMs, i) => timed(timeMs, 4 + i)) }]),
      requestOf([{ ...one('exemplars', [T0, 1]), exemplars }], { maxExemplars: 100_000 }),
    ];
    for (const request of requests) {
      const { failed } = await head.push(request);
      expect(failed).toEqual({ samples: 0, histograms: 0, exemplars: 0, metadata: 0 });
    }
    head = await reopen(head);
    expect(head.state.metadata.metricCount).toBe(20_000);
    expect([...(await dumpHead(head)).values()].map((samples) => samples.length).sort((a, b) => a - b)).toEqual([
      1, 20_000, 100_000,
    ]);
    await head.close();
  });

  it('gives way to the event loop within a large request', async () => {
    const head = await openHead();
    const series = Array.from({ length: 30_000 }, (_, i) => one(`job-${i}`, [T0, i]));
    const metadata = Array.from(
      { length: 300_000 },
      (_, i) => ({ name: `m${i}`, type: 'gauge', help: 'Some.', unit: '' }) as const,
    );
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    count();
    const result = await head.push({ ...requestOf([]), cursor: new FakeCursor(series, 2 ** 32) });
    expect(result.newSeries).toBe(30_000);
    expect(turns).toBeGreaterThan(5);
    turns = 0;
    const told = await head.push({ ...requestOf([], { maxMetadataPerUser: 0 }), metadata });
    isDone = true;
    expect(told.written.metadata).toBe(300_000);
    expect(turns).toBeGreaterThan(3);
    await head.close();
  });
});
