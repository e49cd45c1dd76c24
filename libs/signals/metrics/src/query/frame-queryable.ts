import type { Matcher, MatcherSpec } from '@telamon/model';
import type { Queryable, SelectHints, Series } from '@telamon/promql';
import { compareLabelBytes } from '@telamon/tsdb';
import { readSeriesRecords } from '../frame/series-records.ts';
import type { SelectRequest } from '../metrics-source.ts';
import type { FetchBudget } from './fetch-budget.ts';
import { FrameSeries } from './frame-series.ts';

/** Most runs that are told apart, against sources without any order. */
const RUNS_MAX = 64;

/** Opens a stream of frames from one source; ends the stream when the signal aborts. */
export type FrameStream = (request: SelectRequest, signal: AbortSignal) => AsyncIterable<Uint8Array>;

/** Where a query's series come from, and what it may hold. */
export interface FrameQueryableOptions {
  readonly tenant: string;
  /** What they give for one series is joined, within a source and between them. */
  readonly sources: readonly FrameStream[];
  readonly budget: FetchBudget;
  /** Older samples are not there for this query; default: all are. */
  readonly oldestMs?: number;
}

/** The engine's storage: selects from every source at once and joins what belongs to one series. */
export class FrameQueryable implements Queryable {
  readonly #options: FrameQueryableOptions;
  readonly #oldestMs: number;

  constructor(options: FrameQueryableOptions) {
    this.#options = options;
    this.#oldestMs = options.oldestMs ?? Number.NEGATIVE_INFINITY;
  }

  /** See {@link Queryable.select}. Cost: linear in frames, plus sorting the series. */
  async select(matchers: readonly Matcher[], hints: SelectHints, signal: AbortSignal): Promise<readonly Series[]> {
    const { tenant, budget, sources } = this.#options;
    const fromMs = Math.max(hints.startMs, this.#oldestMs);
    if (hints.endMs < fromMs) return [];
    budget.takeLength(hints.endMs - fromMs);
    const request: SelectRequest = {
      tenant,
      matchers: matchers.map(specOf),
      fromMs,
      toMs: hints.endMs,
      ...(hints.limit > 0 ? { limit: hints.limit } : {}),
    };
    const bySource = await Promise.all(sources.map((source) => this.#collect(source(request, signal))));
    const joined = joinEqual(sortByLabels(bySource.flat(2)));
    budget.takeJoined(joined.length);
    return joined;
  }

  /** Series of one source, in ascending runs. */
  async #collect(frames: AsyncIterable<Uint8Array>): Promise<FrameSeries[][]> {
    const { budget } = this.#options;
    const runs: FrameSeries[][] = [];
    for await (const frame of frames) {
      budget.takeFrame(frame.byteLength);
      const found: FrameSeries[] = [];
      for (const record of readSeriesRecords(frame)) {
        budget.takeSeries(record);
        found.push(new FrameSeries(record, this.#oldestMs));
      }
      if (found.length > 0) addToRun(runs, found);
    }
    return runs;
  }
}

/**
 * Frames of several replicas come in turns. Each is put behind those that it may follow, so that the order that every replica
 * keeps is not lost: a few long runs are sorted with one comparison or two a series.
 */
function addToRun(runs: FrameSeries[][], found: FrameSeries[]): void {
  const first = found[0]!.labelBytes;
  let best: FrameSeries[] | undefined;
  for (const run of runs) {
    const last = run.at(-1)!.labelBytes;
    if (compareLabelBytes(last, first) > 0) continue;
    if (best === undefined || compareLabelBytes(best.at(-1)!.labelBytes, last) < 0) best = run;
  }
  if (best === undefined) {
    if (runs.length < RUNS_MAX) runs.push(found);
    else for (const series of found) runs[0]!.push(series);
    return;
  }
  for (const series of found) best.push(series);
}

function specOf(matcher: Matcher): MatcherSpec {
  return { operator: matcher.operator, name: matcher.name, value: matcher.value };
}

/**
 * Sources that keep their series in order cost one pass, and sorted runs one merge; Prometheus' sums depend on the order in
 * the last digit.
 */
function sortByLabels(series: FrameSeries[]): FrameSeries[] {
  for (let i = 1; i < series.length; i++) {
    if (compareLabelBytes(series[i - 1]!.labelBytes, series[i]!.labelBytes) > 0) {
      return series.sort((a, b) => compareLabelBytes(a.labelBytes, b.labelBytes));
    }
  }
  return series;
}

/** Makes one of neighbours with the same labels: a series comes once from each place that has some of it. */
function joinEqual(sorted: FrameSeries[]): FrameSeries[] {
  let kept = 0;
  for (let i = 1; i < sorted.length; i++) {
    const last = sorted[kept]!;
    const next = sorted[i]!;
    if (areEqual(last.labelBytes, next.labelBytes)) last.join(next);
    else sorted[++kept] = next;
  }
  if (sorted.length > 0) sorted.length = kept + 1;
  return sorted;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  // Neighbours that differ mostly differ at the end.
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return false;
  return true;
}
