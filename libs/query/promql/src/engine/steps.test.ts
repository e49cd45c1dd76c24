import { Labels } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TestSample, TestStorage } from '../promqltest/test-storage.ts';
import { Annotations } from './annotations.ts';
import { Engine } from './engine.ts';
import type { RangeCallContext } from './functions/range-function.ts';
import { makeRate } from './functions/rate.ts';
import { RangeWindows } from './range-window.ts';
import { ABSENT, Row } from './row.ts';

const STEP_MS = 15_000;

const sample = fc.record({
  gapMs: fc.constantFrom(1, 5_000, 15_000, 15_001, 40_000, 400_000),
  value: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constantFrom(NaN, Infinity, -0, 1e300, 0.1)),
  isStale: fc.boolean().map((is) => is),
});

/** Samples at growing times from 0 on. */
const samples = fc.array(sample, { maxLength: 30 }).map((list) => {
  let timeMs = 0;
  return list.map(({ gapMs, value, isStale }, i): TestSample => {
    timeMs += gapMs;
    return { timeMs, value, isStale: isStale && i % 5 === 4, histogram: undefined, startTimeMs: 0 };
  });
});

const SETS = [
  { __name__: 'm_total', job: 'a', le: '1' },
  { __name__: 'm_total', job: 'a', le: '+Inf' },
  { __name__: 'm_total', job: 'b', le: '+Inf' },
  { __name__: 'n', job: 'a' },
];

const QUERIES = [
  'm_total',
  'rate(m_total[1m])',
  'sum by (job) (increase(m_total[45s]))',
  'avg_over_time(m_total[1m:10s])',
  'max_over_time(m_total[2m]) - min_over_time(m_total[2m])',
  'm_total{le="+Inf"} / on(job) group_left n',
  'm_total and on(job) n > 3',
  'm_total unless on(job) n or n * 2',
  'topk(1, m_total)',
  'quantile(0.3, m_total)',
  'count_values("v", m_total)',
  'histogram_quantile(0.5, m_total)',
  'absent(n)',
  'absent_over_time(n[30s])',
  'scalar(n) + vector(1)',
  'timestamp(m_total)',
  'changes(m_total[1m]) + resets(m_total[1m])',
  'deriv(m_total[2m]) + predict_linear(m_total[2m], 10)',
  'label_replace(n, "x", "$1", "job", "(.*)") == bool 3',
  'n offset 20s + n @ 60',
  'sum(m_total > bool 5) by (le)',
  'stddev_over_time(n[3m]) + quantile_over_time(0.5, n[3m])',
  '-clamp(n, 1, 10) % 4',
];

describe('a range query', () => {
  it('answers at every step what an instant query answers', async () => {
    const engine = new Engine();
    await fc.assert(
      fc.asyncProperty(fc.tuple(samples, samples, samples, samples), fc.constantFrom(...QUERIES), async (data, query) => {
        const storage = new TestStorage();
        data.forEach((list, i) => {
          storage.append(Labels.fromRecord(SETS[i]!), list);
        });
        const steps = 8;
        const times = { startMs: 0, endMs: (steps - 1) * STEP_MS, stepMs: STEP_MS };
        const range = await engine.range(storage, query, times).catch((error: Error) => error.message);
        for (let step = 0; step < steps; step++) {
          const timeMs = step * STEP_MS;
          const instant = await engine.instant(storage, query, timeMs).catch((error: Error) => error.message);
          // A match that is not unique at one step fails the whole range.
          if (typeof range === 'string' || typeof instant === 'string') {
            if (typeof instant === 'string') expect(typeof range).toBe('string');
            continue;
          }
          if (range.value.type !== 'matrix') throw new Error(range.value.type);
          const inRange = new Map<string, number>();
          for (const series of range.value.series) {
            const at = series.timesMs.indexOf(timeMs);
            if (at >= 0) inRange.set(series.labels.toString(), series.values[at]!);
          }
          const atOnce = new Map<string, number>();
          if (instant.value.type === 'vector') {
            for (const { labels, value } of instant.value.samples) atOnce.set(labels.toString(), value);
          }
          expect(inRange).toEqual(atOnce);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('rates in one loop', () => {
  it('are those of the general way', () => {
    fc.assert(
      fc.property(samples, fc.boolean(), fc.boolean(), (list, isCounter, isPerSecond) => {
        const storage = new TestStorage();
        storage.append(Labels.fromRecord({ __name__: 'x' }), list);
        const layout = { steps: 10, firstEndMs: 0, strideMs: 20_000, rangeMs: 70_000, beforeMs: 0, afterMs: 0 };
        const rows = [false, true].map((usesStartTimes) => {
          const windows = new RangeWindows(layout);
          const row = new Row(layout.steps);
          const context: RangeCallContext = {
            annotations: new Annotations(),
            position: { start: 0, end: 0 },
            argsPosition: { start: 0, end: 0 },
            params: [],
            timeOf: (step) => step * layout.strideMs,
            isAnchored: false,
            isSmoothed: false,
            usesStartTimes,
          };
          const isLoaded = windows.load({
            labels: Labels.EMPTY,
            read: (fromMs, toMs, into) => {
              into.clear();
              for (const { timeMs, value } of list) {
                if (timeMs < fromMs || timeMs > toMs) continue;
                into.pushFloat(timeMs, value);
                if (usesStartTimes) into.setStartTime(0);
              }
            },
          });
          if (isLoaded) makeRate({ isCounter, isPerSecond })(windows, row, context);
          return [...row.values].map((value, step) => (row.kinds[step] === ABSENT ? undefined : value));
        });
        expect(rows[0]).toEqual(rows[1]);
      }),
    );
  });
});
