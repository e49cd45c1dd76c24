import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntHistogram } from '@telamon/model';
import { TimeSlice } from '@telamon/telemetry';
import { MemoryLogFiles } from '@telamon/wal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dumpFrames, dumpHead } from './dump-head.ts';
import { requestOf, type SampleSeries } from './fake-cursor.ts';
import { blockFrames, compactableRange } from './head-blocks.ts';
import { TenantHead } from './tenant-head.ts';

const MINUTE = 60_000;
const RANGE = 120 * MINUTE;
const NOW = 40 * 24 * 60 * MINUTE;

/** What a head must hold, kept in the plainest way: series -> time -> texts of which one is found. */
class NaiveHead {
  readonly series = new Map<string, Map<number, Set<string>>>();
  readonly last = new Map<string, { timeMs: number; text: string }>();
  newestMs = Number.NEGATIVE_INFINITY;
  truncatedMs = Number.NEGATIVE_INFINITY;

  /** One request; `windowMs` 0 = no late samples. Returns how many samples must be refused. */
  push(samples: readonly { job: string; timeMs: number; text: string }[], windowMs: number): void {
    const floorMs = Math.max(this.newestMs - RANGE / 2, this.truncatedMs);
    const lateFloorMs = windowMs > 0 ? this.newestMs - windowMs : Number.POSITIVE_INFINITY;
    for (const { job, timeMs, text } of samples) {
      const last = this.last.get(job);
      if (timeMs > (last?.timeMs ?? Number.NEGATIVE_INFINITY) && timeMs >= floorMs) {
        this.last.set(job, { timeMs, text });
        this.#put(job, timeMs, text, true);
      } else if (timeMs === last?.timeMs && timeMs >= floorMs) continue;
      else if (timeMs >= lateFloorMs) this.#put(job, timeMs, text, false);
    }
    for (const { timeMs } of this.last.values()) this.newestMs = Math.max(this.newestMs, timeMs);
  }

  /** Takes a range out and returns what was in it. */
  cut(minMs: number, maxMs: number): Map<string, Map<number, Set<string>>> {
    const out = new Map<string, Map<number, Set<string>>>();
    for (const [job, samples] of this.series) {
      const inside = new Map([...samples].filter(([timeMs]) => timeMs >= minMs && timeMs < maxMs));
      if (inside.size > 0) out.set(job, inside);
      for (const timeMs of inside.keys()) samples.delete(timeMs);
      if (samples.size > 0) continue;
      this.series.delete(job);
      this.last.delete(job);
    }
    this.truncatedMs = Math.max(this.truncatedMs, maxMs);
    return out;
  }

  #put(job: string, timeMs: number, text: string, isFirst: boolean): void {
    const samples = this.series.get(job) ?? new Map<number, Set<string>>();
    this.series.set(job, samples);
    const held = samples.get(timeMs);
    if (held === undefined || isFirst) samples.set(timeMs, new Set([text]));
    else held.add(text);
  }
}

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      samples: fc.array(
        fc.record({
          job: fc.integer({ min: 0, max: 3 }),
          aheadMs: fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: -3 * RANGE, max: RANGE / 2 }), fc.constant(0)),
          value: fc.integer({ min: 0, max: 5 }),
          isHistogram: fc.boolean(),
        }),
        { maxLength: 12 },
      ),
      isLate: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      job: fc.integer({ min: 0, max: 3 }),
      count: fc.integer({ min: 1, max: 400 }),
      everyMs: fc.constantFrom(15_000, 30_000, 5 * MINUTE),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), isIdle: fc.boolean(), lateInBetween: fc.boolean() }) },
);

const floatText = (value: number): string => String(value);

function histogramOf(value: number): IntHistogram {
  const none = new Float64Array(0);
  const spans = [{ offset: value, length: 1 }];
  const shape = {
    counterResetHint: 0 as const,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: value + 1,
    sum: value,
    customValues: none,
  };
  return { ...shape, positiveSpans: spans, negativeSpans: [], positiveDeltas: Float64Array.of(value + 1), negativeDeltas: none };
}

function histogramText(value: number): string {
  return `"count":${value + 1}`;
}

function agree(
  found: ReadonlyMap<string, readonly (readonly [number, string])[]>,
  expected: ReadonlyMap<string, ReadonlyMap<number, ReadonlySet<string>>>,
): void {
  expect([...found.keys()].sort()).toEqual([...expected.keys()].map((job) => `{__name__="m", job="${job}"}`).sort());
  for (const [job, samples] of expected) {
    const got = found.get(`{__name__="m", job="${job}"}`)!;
    expect(got.map((sample) => sample[0])).toEqual([...samples.keys()].sort((a, b) => a - b));
    for (const [timeMs, text] of got) {
      const allowed = [...samples.get(timeMs)!];
      if (!allowed.some((one) => (one.startsWith('"') ? text.includes(one) : text === one)))
        throw new Error(`${job}@${timeMs}: ${text}, expected ${allowed.join(' or ')}`);
    }
  }
}

describe('a head and a naive model of it', () => {
  it('agree after any mixture of appends, late samples, restarts without warning and cut blocks', async () => {
    const root = await mkdtemp(join(tmpdir(), 'head-'));
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
          let files = new MemoryLogFiles();
          const open = (): Promise<TenantHead> =>
            TenantHead.open({
              tenant: 't',
              log: { directory: '/log', files, segmentSizeBytes: 4000 },
              chunkDirectory: join(root, 'chunks'),
              now: () => NOW,
            });
          let head = await open();
          const naive = new NaiveHead();
          let clockMs = 1000 * MINUTE;
          let isLateDue = false;
          const push = async (
            samples: { job: string; timeMs: number; value: number; isHistogram: boolean }[],
            windowMs: number,
          ): Promise<void> => {
            const series: SampleSeries[] = samples.map(({ job, timeMs, value, isHistogram }) => ({
              labels: ['__name__', 'm', 'job', job],
              ...(isHistogram
                ? { histograms: [{ timeMs, startTimeMs: 0, histogram: histogramOf(value) }] }
                : { samples: [[timeMs, value] as const] }),
            }));
            await head.push(requestOf(series, { outOfOrderWindowMs: windowMs, creationGracePeriodMs: NOW }));
            naive.push(
              samples.map(({ job, timeMs, value, isHistogram }) => ({
                job,
                timeMs,
                text: isHistogram ? histogramText(value) : floatText(value),
              })),
              windowMs,
            );
          };
          for (const action of steps) {
            if (action.kind === 'push') {
              const samples = action.samples.map(({ job, aheadMs, value, isHistogram }) => ({
                job: `j${job}`,
                timeMs: clockMs + aheadMs,
                value,
                isHistogram: isHistogram && job === 3,
              }));
              await push(samples, action.isLate ? 2 * RANGE : 0);
              clockMs = Math.max(clockMs, naive.newestMs);
            } else if (action.kind === 'run') {
              const samples = Array.from({ length: action.count }, (_, i) => ({
                job: `j${action.job}`,
                timeMs: clockMs + (i + 1) * action.everyMs,
                value: i,
                isHistogram: false,
              }));
              await push(samples, 0);
              clockMs = Math.max(clockMs, naive.newestMs);
            } else if (action.kind === 'restart') {
              files = files.afterPowerLoss();
              await head.close();
              head = await open();
              expect(head.replayed).toMatchObject({ damages: [], orphans: 0 });
            } else {
              const range = compactableRange(head.state, action.isIdle, isLateDue);
              if (range === undefined) continue;
              const block = await dumpFrames(head.reading(() => blockFrames(head.state, range, new TimeSlice())));
              const expected = naive.cut(range.minMs, range.maxMs);
              agree(block, expected);
              if (action.lateInBetween) {
                const timesMs = [range.maxMs - 1, range.maxMs - 40_000, range.minMs];
                await push(
                  timesMs.map((timeMs) => ({
                    job: 'j0',
                    timeMs: Math.min(timeMs, naive.newestMs),
                    value: 7,
                    isHistogram: false,
                  })),
                  40 * RANGE,
                );
              }
              await head.truncate(range.maxMs);
              isLateDue = head.state.lateOldestMs < head.state.truncatedMs;
            }
            agree(await dumpHead(head), naive.series);
          }
          await head.state.spill.flush();
          agree(await dumpHead(head), naive.series);
          await head.close();
        }),
        { numRuns: 60 },
      );
    } finally {
      await rm(root, { recursive: true });
    }
  }, 60_000);
});
