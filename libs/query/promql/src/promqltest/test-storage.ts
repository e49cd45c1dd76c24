import {
  detectReset,
  type FloatHistogram,
  HINT_GAUGE,
  HINT_NOT_RESET,
  HINT_RESET,
  HINT_UNKNOWN,
  type Labels,
  type Matcher,
  matchesAll,
  type SampleColumns,
  STALE_NAN_HIGH,
  STALE_NAN_LOW,
} from '@telamon/model';
import type { Queryable, SelectHints, Series } from '../engine/queryable.ts';

/** One sample of a test series. */
export interface TestSample {
  readonly timeMs: number;
  readonly value: number;
  readonly isStale: boolean;
  readonly histogram: FloatHistogram | undefined;
  /** 0 = unknown. */
  readonly startTimeMs: number;
}

/** Storage in memory, for scripts: exact, small, without limits. */
export class TestStorage implements Queryable {
  readonly #series = new Map<string, MemorySeries>();

  /** Adds samples to a series; a sample at a time that is taken is left out, as a head would refuse it. */
  append(labels: Labels, samples: readonly TestSample[]): void {
    const key = labels.key();
    let series = this.#series.get(key);
    if (series === undefined) {
      series = new MemorySeries(labels);
      this.#series.set(key, series);
    }
    for (const sample of samples) series.append(sample);
  }

  /** Forgets everything. */
  clear(): void {
    this.#series.clear();
  }

  async select(matchers: readonly Matcher[], hints: SelectHints, _signal: AbortSignal): Promise<readonly Series[]> {
    const found = [...this.#series.values()].filter(
      (series) => series.overlaps(hints.startMs, hints.endMs) && matchesAll(matchers, series.labels),
    );
    return found.sort((a, b) => a.labels.compare(b.labels));
  }
}

class MemorySeries implements Series {
  readonly labels: Labels;
  readonly #samples: TestSample[] = [];

  constructor(labels: Labels) {
    this.labels = labels;
  }

  append(sample: TestSample): void {
    const samples = this.#samples;
    let at = samples.length;
    while (at > 0 && samples[at - 1]!.timeMs > sample.timeMs) at--;
    if (at > 0 && samples[at - 1]!.timeMs === sample.timeMs) return;
    samples.splice(at, 0, at === samples.length ? withStoredHint(sample, samples[at - 1]) : sample);
  }

  overlaps(fromMs: number, toMs: number): boolean {
    return this.#samples.some(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
  }

  read(fromMs: number, toMs: number, into: SampleColumns): void {
    into.clear();
    for (const sample of this.#samples) {
      if (sample.timeMs < fromMs || sample.timeMs > toMs) continue;
      if (sample.histogram !== undefined) into.pushHistogram(sample.timeMs, sample.histogram);
      else if (sample.isStale) into.pushWords(sample.timeMs, STALE_NAN_LOW, STALE_NAN_HIGH);
      else into.pushFloat(sample.timeMs, sample.value);
      if (sample.startTimeMs !== 0 || into.startTimesMs !== undefined) into.setStartTime(sample.startTimeMs);
    }
  }
}

/**
 * A histogram with the counter reset hint that a chunk of Prometheus would give it back with: gauge for gauges, not reset
 * for what continues the chunk before it, else unknown (never reset, since what came before a chunk is not certain).
 */
function withStoredHint(sample: TestSample, previous: TestSample | undefined): TestSample {
  const { histogram } = sample;
  if (histogram === undefined || histogram.isStale || histogram.counterResetHint === HINT_GAUGE) return sample;
  const before = previous?.histogram;
  const plain: FloatHistogram = { ...histogram, counterResetHint: HINT_UNKNOWN };
  const continues =
    before !== undefined &&
    histogram.counterResetHint !== HINT_RESET &&
    before.counterResetHint !== HINT_GAUGE &&
    !before.isStale &&
    !detectReset(plain, before);
  return { ...sample, histogram: continues ? { ...plain, counterResetHint: HINT_NOT_RESET } : plain };
}
