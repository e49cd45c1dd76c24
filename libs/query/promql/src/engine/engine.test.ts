import { Labels, type SampleColumns, TelamonError } from '@telamon/model';
import { describe, expect, it } from 'vitest';
import { load } from '../promqltest/load.ts';
import { parseScript } from '../promqltest/script.ts';
import { TestStorage } from '../promqltest/test-storage.ts';
import { Engine } from './engine.ts';
import type { Queryable, Series } from './queryable.ts';
import type { QueryResult } from './result.ts';

function storageOf(text: string): TestStorage {
  const storage = new TestStorage();
  for (const command of parseScript(text)) if (command.kind === 'load') load(command, storage);
  return storage;
}

const SHOP = `load 1m
  orders_total{job="a", instance="1"} 0+60x10
  orders_total{job="a", instance="2"} 0+120x10
  orders_total{job="b", instance="1"} 0+30x10
`;

const MINUTE = 60_000;

function vectorOf(result: QueryResult): [string, number][] {
  if (result.value.type !== 'vector') throw new Error(`got a ${result.value.type}`);
  return result.value.samples.map(({ labels, value }) => [labels.toString(), value]);
}

describe('statistics', () => {
  const storage = storageOf(SHOP);

  it('count what selectors and windows look at, as Prometheus does', async () => {
    const engine = new Engine();
    const instant = await engine.instant(storage, 'orders_total', 5 * MINUTE);
    expect(instant.stats.samples).toMatchObject({ totalQueryableSamples: 3, peakSamples: 3, samplesRead: 3 });
    const rate = await engine.instant(storage, 'rate(orders_total[3m])', 5 * MINUTE);
    // Three windows of three samples; at the peak one window and the two results before it, with its own.
    expect(rate.stats.samples).toMatchObject({ totalQueryableSamples: 9, peakSamples: 6, samplesRead: 9 });
  });

  it('count per step when they are asked for', async () => {
    const engine = new Engine({ features: { perStepStats: true } });
    const times = { startMs: 0, endMs: 2 * MINUTE, stepMs: MINUTE };
    const result = await engine.range(storage, 'sum_over_time(orders_total{job="b"}[2m])', times, { perStepStats: true });
    expect(result.stats.samples.totalQueryableSamplesPerStep).toEqual([
      [0, 1],
      [MINUTE, 2],
      [2 * MINUTE, 2],
    ]);
    expect(result.stats.samples).toMatchObject({ totalQueryableSamples: 5, samplesRead: 3 });
    const silent = await engine.range(storage, 'orders_total', times);
    expect(silent.stats.samples.totalQueryableSamplesPerStep).toBeUndefined();
  });

  it('time the parts of the work with the clock that was given', async () => {
    let now = 0;
    const engine = new Engine({ now: () => (now += 1000) });
    const { timings } = (await engine.instant(storage, 'orders_total', 0)).stats;
    expect(timings.execTotalTime).toBeGreaterThan(0);
    expect(timings.queryPreparationTime).toBeGreaterThan(0);
    expect(timings.evalTotalTime).toBeGreaterThanOrEqual(timings.innerEvalTime);
  });
});

describe('limits', () => {
  const storage = storageOf(SHOP);

  it('end a query with too many samples', async () => {
    const engine = new Engine({ maxSamples: 2 });
    const failing = engine.instant(storage, 'orders_total', 5 * MINUTE);
    await expect(failing).rejects.toMatchObject({
      errorType: 'execution',
      message: 'query processing would load too many samples into memory in query execution',
    });
    await expect(engine.instant(storage, 'orders_total{job="b"}', 5 * MINUTE)).resolves.toBeDefined();
    await expect(engine.instant(storage, 'rate(orders_total{job="b"}[3m])', 5 * MINUTE)).rejects.toThrow('too many samples');
  });

  it('end a subquery of more steps than any query may hold samples, before it takes memory for them', async () => {
    const engine = new Engine();
    await expect(engine.instant(storage, 'max_over_time(vector(1)[10y:1ms])', 5 * MINUTE)).rejects.toThrow('too many samples');
    const small = new Engine({ maxMemoryBytes: 1_000_000 });
    await expect(small.instant(storage, 'max_over_time(absent_metric[1d:1s])', 5 * MINUTE)).rejects.toThrow('amount of memory');
  });

  it('end a query that holds too much memory', async () => {
    const engine = new Engine({ maxMemoryBytes: 20_000 });
    const times = { startMs: 0, endMs: 10 * MINUTE, stepMs: 1000 };
    await expect(engine.range(storage, 'orders_total', times)).rejects.toMatchObject({
      errorType: 'execution',
      message: expect.stringContaining('(limit: 20000 bytes)'),
    });
    // The same data in a stream: nothing is kept but the sum.
    await expect(engine.range(storage, 'sum(orders_total)', times)).resolves.toBeDefined();
  });

  it('end a query that takes too long', async () => {
    let now = 0;
    const engine = new Engine({ timeoutMs: 50, now: () => (now += 10) });
    const times = { startMs: 0, endMs: 10 * MINUTE, stepMs: 2 };
    await expect(engine.range(storage, 'sum(orders_total * 2) + sum(orders_total)', times)).rejects.toMatchObject({
      errorType: 'timeout',
      message: 'query timed out in query execution',
    });
  });

  it('refuse impossible ranges', async () => {
    const engine = new Engine();
    await expect(engine.range(storage, '1', { startMs: 0, endMs: 1, stepMs: 0 })).rejects.toMatchObject({
      errorType: 'bad_data',
    });
    await expect(engine.range(storage, '1', { startMs: 2, endMs: 1, stepMs: 1 })).rejects.toMatchObject({
      errorType: 'bad_data',
    });
    await expect(engine.range(storage, '"text"', { startMs: 0, endMs: 1, stepMs: 1 })).rejects.toThrow(
      'invalid expression type "string" for range query, must be Scalar or instant Vector',
    );
  });
});

describe('interruptions', () => {
  /** Many series, each with a sample at every time asked for. */
  const endless: Queryable = {
    select: async () =>
      Array.from(
        { length: 2000 },
        (_, i): Series => ({
          labels: Labels.fromRecord({ __name__: 'x', i: String(i).padStart(4, '0') }),
          read: (fromMs: number, toMs: number, into: SampleColumns) => {
            into.clear();
            for (let t = fromMs; t <= toMs; t += 1000) into.pushFloat(t, i);
          },
        }),
      ),
  };
  const times = { startMs: 0, endMs: 1000 * 1000, stepMs: 1000 };
  const canceled = { errorType: 'canceled', message: 'query was canceled in query execution' };

  it('end the work soon after the flag is set', async () => {
    let looks = 0;
    const running = new Engine().range(endless, 'sum(rate(x[1m]))', times, { isCancelled: () => ++looks > 3 });
    await expect(running).rejects.toMatchObject(canceled);
    expect(looks).toBe(4);
  });

  it('end the work when the signal aborts, also while the storage is waited for', async () => {
    const abort = new AbortController();
    const stuck: Queryable = {
      select: (_matchers, _hints, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(Object.assign(new Error('gone'), { name: 'AbortError' })));
        }),
    };
    const running = new Engine().instant(stuck, 'x', 0, { signal: abort.signal });
    abort.abort();
    await expect(running).rejects.toMatchObject(canceled);
    await expect(new Engine().instant(endless, 'x', 0, { signal: AbortSignal.abort() })).rejects.toMatchObject(canceled);
  });

  it('come between the steps of a single series, and change nothing', async () => {
    const samples = 20_000;
    const long: Queryable = {
      select: async () => [
        {
          labels: Labels.fromRecord({ __name__: 'x' }),
          read: (fromMs: number, toMs: number, into: SampleColumns) => {
            into.clear();
            for (let t = Math.max(0, fromMs); t <= Math.min(toMs, samples * 1000); t += 1000) into.pushFloat(t, t % 7);
          },
        },
      ],
    };
    let now = 0;
    const engine = new Engine({ now: () => (now += 1) });
    let yields = 0;
    const maybeYield = async (): Promise<void> => {
      yields++;
    };
    const wide = { startMs: 0, endMs: samples * 1000, stepMs: 20_000 };
    const { value } = await engine.range(long, 'count_over_time(x[5h]) - sum_over_time((x * 0 + 1)[5h:1s])', wide, {
      maybeYield,
    });
    expect(yields).toBeGreaterThan(2);
    if (value.type !== 'matrix') throw new Error(value.type);
    expect(value.series[0]!.values.every((difference) => difference === 0)).toBe(true);
    let looks = 0;
    const canceledQuery = engine.range(long, 'sum_over_time(x[5h])', wide, { isCancelled: () => ++looks > 3 });
    await expect(canceledQuery).rejects.toMatchObject(canceled);
  });

  it('say timeout, not cancellation, when the time is up while the storage is waited for', async () => {
    const stuck: Queryable = {
      select: (_matchers, _hints, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(Object.assign(new Error('gone'), { name: 'AbortError' })));
        }),
    };
    await expect(new Engine({ timeoutMs: 5 }).instant(stuck, 'x', 0)).rejects.toMatchObject({ errorType: 'timeout' });
  });

  it('let others run in between', async () => {
    let yields = 0;
    let now = 0;
    const engine = new Engine({ now: () => (now += 1) });
    await engine.range(endless, 'sum(rate(x[1m]))', times, {
      maybeYield: async () => {
        yields++;
      },
    });
    expect(yields).toBeGreaterThan(2);
  });

  it('hand on what the storage failed with', async () => {
    const error = new TelamonError('limit', { status: 422 });
    const failing: Queryable = { select: () => Promise.reject(error) };
    await expect(new Engine().instant(failing, 'x', 0)).rejects.toBe(error);
  });
});

describe('names', () => {
  it('are dropped at once unless told otherwise', async () => {
    const storage = storageOf('load 1m\n  a{x="1"} 1 2\n  b{x="1"} 3 4\n');
    const at = MINUTE;
    await expect(new Engine().instant(storage, 'abs({__name__=~"a|b"})', at)).rejects.toThrow(
      'vector cannot contain metrics with the same labelset',
    );
    await expect(new Engine().instant(storage, 'rate({__name__=~"a|b"}[2m])', at)).rejects.toThrow('same labelset');
    await expect(new Engine().instant(storage, 'sum(abs({__name__=~"a|b"}))', at)).rejects.toThrow('same labelset');
    const delayed = new Engine({ features: { delayedNameRemoval: true } });
    await expect(delayed.instant(storage, 'abs({__name__=~"a|b"})', at)).rejects.toThrow('same labelset');
    // Until the end the names tell the series apart.
    const groups = await delayed.instant(storage, 'count(sum by (__name__) (abs({__name__=~"a|b"})))', at);
    expect(vectorOf(groups)).toEqual([['{}', 2]]);
  });
});

describe('trees', () => {
  it('are evaluated as texts are, and stay as they were', async () => {
    const storage = storageOf(SHOP);
    const engine = new Engine();
    const text = 'sum by (job) (rate(orders_total[5m] @ end()) * (1 + 1))';
    const tree = engine.parse(text);
    const before = JSON.stringify(tree);
    const times = { startMs: 0, endMs: 10 * MINUTE, stepMs: MINUTE };
    expect((await engine.range(storage, tree, times)).value).toEqual((await engine.range(storage, text, times)).value);
    expect(JSON.stringify(tree)).toBe(before);
  });

  it('may not name selectors without end', async () => {
    const storage = { select: () => Promise.reject(new Error('storage was asked')) };
    const query = `a${'+a'.repeat(2_000)}`;
    await expect(new Engine().instant(storage, query, 0)).rejects.toThrow(
      'the query has 2001 selectors, at most 2000 are allowed',
    );
  });

  it('may be chains of many operators', async () => {
    const storage = storageOf(SHOP);
    const engine = new Engine();
    const links = 20_000;
    const scalar = await engine.instant(storage, `1${' + 1'.repeat(links)}`, 0);
    expect(scalar.value).toMatchObject({ type: 'scalar', value: links + 1 });
    const vector = await engine.instant(storage, `orders_total{job="b"}${' + 1'.repeat(links)}`, 10 * MINUTE);
    expect(vectorOf(vector)).toEqual([['{instance="1", job="b"}', 300 + links]]);
  }, 30_000);
});

describe('streamed aggregation', () => {
  it('gives what aggregating the whole vector gives', async () => {
    const storage = storageOf(SHOP);
    const engine = new Engine();
    const times = { startMs: 0, endMs: 10 * MINUTE, stepMs: MINUTE };
    for (const inner of [
      'rate(orders_total[3m])',
      'orders_total * 2 > 100',
      '-increase(orders_total[2m])',
      'round(orders_total, 7)',
    ]) {
      const streamed = await engine.range(storage, `sum by (job) (${inner})`, times);
      // A set operation is not streamed.
      const whole = await engine.range(storage, `sum by (job) ((${inner}) or nothing)`, times);
      expect(streamed.value, inner).toEqual(whole.value);
    }
  });
});
