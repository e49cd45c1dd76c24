import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Regexp } from '@telamon/algo';
import { compareUtf8, Labels, type MatcherSpec } from '@telamon/model';
import { MemoryLogFiles } from '@telamon/wal';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dumpHead } from './dump-head.ts';
import { FakeCursor, requestOf } from './fake-cursor.ts';
import { cardinalityOf } from './head-cardinality.ts';
import { HeadSource } from './head-source.ts';
import { TenantHead } from './tenant-head.ts';

const T0 = 1_793_491_200_000;
const signal = new AbortController().signal;
const always = { tenant: 't', fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'head-'));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

function openHead(files: MemoryLogFiles = new MemoryLogFiles()): Promise<TenantHead> {
  return TenantHead.open({ tenant: 't', log: { directory: '/log', files }, chunkDirectory: join(root, 'chunks'), now: () => T0 });
}

const value = fc.constantFrom('', 'a', 'b', 'ab', 'abc', 'x\u{1f600}', '\ue000', '42');
const labelSet = fc.record({ __name__: fc.constantFrom('m', 'n'), a: value, b: value, 'c.d': value });
const matcher: fc.Arbitrary<MatcherSpec> = fc.record({
  operator: fc.constantFrom('=', '!=', '=~', '!~'),
  name: fc.constantFrom('__name__', 'a', 'b', 'c.d', 'missing'),
  value: fc.constantFrom('', 'a', 'ab', 'a|b', 'a.*', '.+', '.*', 'm', '(m|n)', 'x.', '[0-9]+', 'a|'),
});

/** The meaning of a matcher, written down once more. */
function passes(spec: MatcherSpec, labels: Labels): boolean {
  const held = labels.get(spec.name);
  if (spec.operator === '=') return held === spec.value;
  if (spec.operator === '!=') return held !== spec.value;
  return Regexp.compile(spec.value).test(held) === (spec.operator === '=~');
}

describe('HeadSource', () => {
  it('finds the series, names and values that matchers mean', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(labelSet, { minLength: 1, maxLength: 30 }),
        fc.array(fc.array(matcher, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
        async (sets, matcherSets) => {
          const head = await openHead();
          const all = [...new Map(sets.map((set) => Labels.fromRecord(set)).map((labels) => [labels.key(), labels])).values()];
          await head.push(requestOf(all.map((labels) => ({ labels: labels.flat(), samples: [[T0, 1]] as const }))));
          const matching = all.filter((labels) => matcherSets[0]!.every((spec) => passes(spec, labels)));
          const found = await dumpHead(head, { matchers: matcherSets[0]! });
          expect([...found.keys()].sort()).toEqual(matching.map(String).sort());
          const either = all.filter((labels) => matcherSets.some((specs) => specs.every((spec) => passes(spec, labels))));
          const source = new HeadSource(() => head);
          const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort(compareUtf8);
          expect(await source.labelNames({ ...always, matcherSets }, signal)).toEqual(
            sorted(either.flatMap((labels) => [...labels].map(([name]) => name))),
          );
          expect(await source.labelValues('a', { ...always, matcherSets }, signal)).toEqual(
            sorted(either.map((labels) => labels.get('a')).filter((text) => text !== '')),
          );
          expect(await source.labelValues('b', { ...always, matcherSets: [] }, signal)).toEqual(
            sorted(all.map((labels) => labels.get('b')).filter((text) => text !== '')),
          );
          await head.close();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives the chunks that overlap a time range, from memory and from disk', async () => {
    const head = await openHead();
    const samples = Array.from({ length: 1000 }, (_, i) => [T0 - 20_000_000 + i * 15_000, Math.sin(i)] as const);
    await head.push(
      requestOf([
        { labels: ['__name__', 'm'], samples },
        { labels: ['__name__', 'n'], samples: samples.slice(-1) },
      ]),
    );
    expect(head.state.closed.count).toBeGreaterThan(5);
    const whole = (await dumpHead(head)).get('{__name__="m"}')!;
    expect(whole).toEqual(samples.map(([t, v]) => [t, String(v)]));
    expect(head.state.spill.diskReads).toBe(0);
    await head.state.spill.flush();
    expect(head.state.spill.bufferedBytes).toBe(0);
    const wish = { fromMs: samples[130]![0], toMs: samples[400]![0] };
    expect(await dumpHead(head, wish)).toEqual(new Map([['{__name__="m"}', whole.slice(130, 401)]]));
    expect(head.state.spill.diskReads).toBeGreaterThan(1);
    expect(await dumpHead(head, { fromMs: T0 * 2 })).toEqual(new Map());
    await head.close();
  });

  it('honours limits and labels-only, and ends when the signal aborts', async () => {
    const head = await openHead();
    const series = Array.from({ length: 20_000 }, (_, i) => ({
      labels: ['__name__', 'm', 'i', String(i)],
      samples: [[T0, i]] as const,
    }));
    await head.push({ ...requestOf([]), cursor: new FakeCursor(series, 2 ** 32) });
    const source = new HeadSource(() => head);
    const select = async (extra: object, aborted: AbortSignal = signal): Promise<number> => {
      let bytes = 0;
      for await (const frame of source.select({ ...always, matchers: [], ...extra }, aborted))
        bytes += new DataView(frame.buffer).getUint32(0, true);
      return bytes;
    };
    expect(await select({})).toBe(20_000);
    expect(await select({ limit: 7 })).toBe(7);
    expect(await select({ isLabelsOnly: true })).toBe(20_000);
    await head.push(requestOf([{ labels: ['__name__', 'early'], samples: [[T0 - 60_000, 1]] }]));
    expect(await select({ isLabelsOnly: true, fromMs: T0 - 10_000 })).toBe(20_000);
    expect(await select({ isLabelsOnly: true, toMs: T0 - 10_000 })).toBe(1);
    expect(await select({ isLabelsOnly: true, fromMs: T0 - 50_000, toMs: T0 - 10_000 })).toBe(0);
    // Every look at the clock takes a millisecond, so that however fast the machine is the query has more than one slice.
    let nowMs = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs++);
    const controller = new AbortController();
    const pending = select({ matchers: [{ operator: '=~', name: 'i', value: '.*(1|2).*3?.*' }] }, controller.signal);
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(pending).rejects.toThrow('enough');
    clock.mockRestore();
    expect(head.isBusy).toBe(false);
    await expect(select({ matchers: [{ operator: '=~', name: 'i', value: '(' }] })).rejects.toMatchObject({ status: 400 });
    expect(await new HeadSource(() => undefined).labelNames({ ...always, matcherSets: [] }, signal)).toEqual([]);
    await head.close();
  });

  it('lets a reader go that leaves at a full frame', async () => {
    const head = await openHead();
    // The seventeenth series fills a frame, and the clock is looked at beside every sixteenth.
    const filler = 'x'.repeat(31_500);
    const series = Array.from({ length: 40 }, (_, i) => ({
      labels: ['__name__', 'm', 'i', `${100 + i}${filler}`],
      samples: [[T0, i]] as const,
    }));
    await head.push({ ...requestOf([]), cursor: new FakeCursor(series, 2 ** 32) });
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    let nowMs = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 20));
    const controller = new AbortController();
    const frames = new HeadSource(() => head).select({ ...always, matchers: [] }, controller.signal)[Symbol.asyncIterator]();
    const { value: frame } = await frames.next();
    expect(new DataView((frame as Uint8Array<ArrayBuffer>).buffer).getUint32(0, true)).toBe(17);
    controller.abort(new Error('enough'));
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    await frames.return!();
    clock.mockRestore();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(head.isBusy).toBe(false);
    await head.close();
  });

  it('counts series by label', async () => {
    const head = await openHead();
    const series = ['a', 'b', 'c'].map((job) => ({
      labels: ['__name__', 'm', 'job', job],
      samples: [
        [T0, 1],
        [T0 + 1, 2],
      ] as const,
    }));
    await head.push(requestOf([...series, { labels: ['__name__', 'n', 'job', 'a'], samples: [[T0, 1]] as const }]));
    expect(await cardinalityOf(head.state, 2)).toEqual({
      numSeries: 4,
      numLabelPairs: 5,
      chunkCount: 4,
      minTimeMs: T0,
      maxTimeMs: T0 + 1,
      seriesCountByMetricName: [
        { name: 'm', value: 3 },
        { name: 'n', value: 1 },
      ],
      labelValueCountByLabelName: [
        { name: 'job', value: 3 },
        { name: '__name__', value: 2 },
      ],
      memoryInBytesByLabelName: [
        { name: '__name__', value: 4 },
        { name: 'job', value: 4 },
      ],
      seriesCountByLabelValuePair: [
        { name: '__name__=m', value: 3 },
        { name: 'job=a', value: 2 },
      ],
    });
    await head.close();
  });
});
