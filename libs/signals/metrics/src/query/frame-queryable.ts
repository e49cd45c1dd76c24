import type { Matcher, MatcherSpec } from '@telamon/model';
import type { Queryable, SelectHints, Series } from '@telamon/promql';
import { compareLabelBytes } from '../frame/compare-label-bytes.ts';
import { readSeriesFrame } from '../frame/series-frame.ts';
import type { SelectRequest } from '../metrics-source.ts';
import { FrameSeries } from './frame-series.ts';

/** Opens a stream of frames from one source; ends the stream when the signal aborts. */
export type FrameStream = (request: SelectRequest, signal: AbortSignal) => AsyncIterable<Uint8Array>;

/** Where a query's series come from, and what it may hold. */
export interface FrameQueryableOptions {
  readonly tenant: string;
  /** Each source gives a series at most once; the same series from several sources is merged. */
  readonly sources: readonly FrameStream[];
  /** Told the size of every frame that is kept until the query ends; throws when the query's memory limit is reached. */
  readonly chargeBytes: (sizeBytes: number) => void;
  /** Told the number of series of every frame; throws when the query's series limit is reached. */
  readonly chargeSeries: (count: number) => void;
}

/** The engine's storage: selects from every source at once and joins what belongs to one series. */
export class FrameQueryable implements Queryable {
  readonly #options: FrameQueryableOptions;

  constructor(options: FrameQueryableOptions) {
    this.#options = options;
  }

  /** See {@link Queryable.select}. Cost: linear in frames, plus sorting the series. */
  async select(matchers: readonly Matcher[], hints: SelectHints, signal: AbortSignal): Promise<readonly Series[]> {
    const request: SelectRequest = {
      tenant: this.#options.tenant,
      matchers: matchers.map(specOf),
      fromMs: hints.startMs,
      toMs: hints.endMs,
      ...(hints.limit > 0 ? { limit: hints.limit } : {}),
    };
    const bySource = await Promise.all(this.#options.sources.map((source) => this.#collect(source(request, signal))));
    return sortByLabels(joinSources(bySource.filter((series) => series.length > 0)));
  }

  async #collect(frames: AsyncIterable<Uint8Array>): Promise<FrameSeries[]> {
    const found: FrameSeries[] = [];
    for await (const frame of frames) {
      this.#options.chargeBytes(frame.byteLength);
      const before = found.length;
      for (const series of readSeriesFrame(frame)) found.push(new FrameSeries(series.labels, series.chunks));
      this.#options.chargeSeries(found.length - before);
    }
    return found;
  }
}

function specOf(matcher: Matcher): MatcherSpec {
  return { operator: matcher.operator, name: matcher.name, value: matcher.value };
}

/** One source needs no joining: it gives each series once. */
function joinSources(bySource: readonly FrameSeries[][]): FrameSeries[] {
  if (bySource.length <= 1) return bySource[0] ?? [];
  const byKey = new Map<string, FrameSeries>();
  for (const list of bySource) {
    for (const series of list) {
      const key = byteKey(series.labelBytes);
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, series);
      else known.addChunks(series.chunks);
    }
  }
  return [...byKey.values()];
}

function byteKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Sources that keep their series in order cost one pass; Prometheus' sums depend on the order in the last digit. */
function sortByLabels(series: FrameSeries[]): FrameSeries[] {
  for (let i = 1; i < series.length; i++) {
    if (compareLabelBytes(series[i - 1]!.labelBytes, series[i]!.labelBytes) > 0) {
      return series.sort((a, b) => compareLabelBytes(a.labelBytes, b.labelBytes));
    }
  }
  return series;
}
