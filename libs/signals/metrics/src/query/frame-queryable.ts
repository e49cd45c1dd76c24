import type { Matcher, MatcherSpec } from '@telamon/model';
import type { Queryable, SelectHints, Series } from '@telamon/promql';
import { unpackFrame } from '../frame/packed-frame.ts';
import { readSeriesRecords, type SeriesRecord } from '../frame/series-records.ts';
import { type QueryShard, takeShard } from '../frontend/query-shard.ts';
import type { SelectRequest } from '../metrics-source.ts';
import type { FetchBudget } from './fetch-budget.ts';
import { FrameSeries } from './frame-series.ts';
import { mergeSeries, SeriesRuns } from './series-runs.ts';

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
    const { shard, matchers: plain } = takeShard(matchers);
    const request: SelectRequest = {
      tenant,
      matchers: plain.map(specOf),
      fromMs,
      toMs: hints.endMs,
      // Sources know no shards, and the first series may all be another's.
      ...(hints.limit > 0 && shard === undefined ? { limit: hints.limit } : {}),
    };
    const bySource = await Promise.all(sources.map((source) => this.#collect(source(request, signal), shard)));
    const joined = mergeSeries(bySource);
    budget.takeJoined(joined.length);
    return joined.map((record) => new FrameSeries(record, this.#oldestMs));
  }

  async #collect(frames: AsyncIterable<Uint8Array>, shard: QueryShard | undefined): Promise<SeriesRecord[]> {
    const { budget } = this.#options;
    const runs = new SeriesRuns();
    for await (const received of frames) {
      const frame = unpackFrame(received);
      budget.takeFrame(frame.byteLength);
      const all = readSeriesRecords(frame);
      const found =
        shard === undefined
          ? all
          : all.filter(({ frame: bytes, labelsAt, labelsEnd }) => shard.owns(bytes.subarray(labelsAt, labelsEnd)));
      for (const record of found) budget.takeSeries(record);
      runs.add(found);
    }
    return runs.joined();
  }
}

function specOf(matcher: Matcher): MatcherSpec {
  return { operator: matcher.operator, name: matcher.name, value: matcher.value };
}
