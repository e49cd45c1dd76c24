import { METRIC_NAME } from '@telamon/model';
import { TimeSlice } from '@telamon/telemetry';
import type { HeadState } from './head-state.ts';

/** A name and a number. */
export interface NamedCount {
  readonly name: string;
  readonly value: number;
}

/** What `/api/v1/status/tsdb` tells about a head. */
export interface HeadCardinality {
  readonly numSeries: number;
  readonly numLabelPairs: number;
  readonly chunkCount: number;
  /** ms; undefined when the head is empty. */
  readonly minTimeMs: number | undefined;
  readonly maxTimeMs: number | undefined;
  /** Most first. */
  readonly seriesCountByMetricName: readonly NamedCount[];
  readonly labelValueCountByLabelName: readonly NamedCount[];
  /** Bytes of the label's values, once for every series. */
  readonly memoryInBytesByLabelName: readonly NamedCount[];
  readonly seriesCountByLabelValuePair: readonly NamedCount[];
}

/** Counts a head's series by label; `limit` entries a list. Cost: O(label pairs), in slices. */
export async function cardinalityOf(state: HeadState, limit: number, signal?: AbortSignal): Promise<HeadCardinality> {
  const slice = new TimeSlice(10, signal);
  const { postings } = state;
  const metrics = new TopList(limit);
  const values = new TopList(limit);
  const bytes = new TopList(limit);
  const pairs = new TopList(limit);
  for (const name of [...postings.names()]) {
    values.offer(name, postings.valueCount(name));
    let size = 0;
    for (const value of postings.values(name)) {
      const count = postings.count(name, value);
      size += Buffer.byteLength(value) * count;
      if (name === METRIC_NAME) metrics.offer(value, count);
      pairs.offer(`${name}=${value}`, count);
      const pause = slice.pause();
      if (pause !== undefined) await pause;
    }
    bytes.offer(name, size);
  }
  let openChunks = 0;
  for (let ref = 1; ref < state.rows.end; ref++) {
    if (!state.rows.isLive(ref)) continue;
    openChunks += state.floats.sampleCount(ref) > 0 ? 1 : 0;
    openChunks += (state.histograms.get(ref)?.sampleCount ?? 0) > 0 ? 1 : 0;
    const pause = (ref & 1023) === 0 ? slice.pause() : undefined;
    if (pause !== undefined) await pause;
  }
  const minTimeMs = Math.min(state.oldestMs, state.lateOldestMs);
  return {
    numSeries: state.rows.liveCount,
    numLabelPairs: postings.pairCount(),
    chunkCount: state.closed.count + openChunks,
    minTimeMs: Number.isFinite(minTimeMs) ? minTimeMs : undefined,
    maxTimeMs: Number.isFinite(minTimeMs) ? state.newestMs : undefined,
    seriesCountByMetricName: metrics.items,
    labelValueCountByLabelName: values.items,
    memoryInBytesByLabelName: bytes.items,
    seriesCountByLabelValuePair: pairs.items,
  };
}

/** The largest counts, most first; of equal ones the first to come. */
class TopList {
  readonly items: NamedCount[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(name: string, value: number): void {
    const { items } = this;
    if (items.length === this.#limit && (this.#limit === 0 || items[items.length - 1]!.value >= value)) return;
    let at = items.length;
    while (at > 0 && items[at - 1]!.value < value) at--;
    items.splice(at, 0, { name, value });
    if (items.length > this.#limit) items.pop();
  }
}
