import { Labels, SampleColumns } from '@telamon/model';
import { decodeChunk, ENCODING_XOR } from '@telamon/tsdb';
import { sameBytes } from './bytes-range.ts';
import { type BatchVisitor, CHUNK_LATE, CHUNK_OPEN, type LoggedChunk } from './head-batch.ts';
import type { HeadState } from './head-state.ts';
import type { AnyHistogram } from './histogram-bytes.ts';
import type { MetricMetadata } from './metadata-table.ts';
import { F_LAST_TIME } from './series-rows.ts';

const NO_LIMITS = { perUser: 0, perMetric: 0 };

/**
 * Applies the records of a log to an empty state. What a checkpoint and a later segment both hold is taken once: an
 * in-order sample that is not newer than the series' newest is known already.
 */
export class HeadReplay implements BatchVisitor {
  /** Samples, histograms and exemplars whose series' record is missing (a damaged log). */
  orphans = 0;
  readonly #state: HeadState;
  readonly #maxExemplars: number;
  readonly #columns = new SampleColumns();

  constructor(state: HeadState, maxExemplars: number) {
    this.#state = state;
    this.#maxExemplars = maxExemplars;
  }

  series(ref: number, labels: Uint8Array): void {
    const state = this.#state;
    if (state.rows.isLive(ref)) {
      const held = state.labelBytes(ref);
      if (held.length === labels.length && sameBytes(held, 0, labels, 0, labels.length)) return;
      // The ref was given to another series after the first one had gone.
      this.#remove(ref);
    }
    const bytes = labels.slice();
    const twin = state.findByLabels(bytes);
    // Only the log of a series that went and came back gives it two refs; the older one's samples are in blocks.
    if (twin !== 0) this.#remove(twin);
    state.create(Labels.fromBytes(bytes), ref);
  }

  sample(ref: number, timeMs: number, low: number, high: number): void {
    if (!this.#isKnown(ref)) return;
    if (timeMs > this.#state.rows.float(ref, F_LAST_TIME)) this.#state.appendFloat(ref, timeMs, low, high);
  }

  lateSample(ref: number, timeMs: number, low: number, high: number): void {
    if (this.#isKnown(ref)) this.#state.insertLate(ref, { timeMs, low, high, histogram: undefined });
  }

  histogram(ref: number, timeMs: number, value: AnyHistogram): void {
    if (!this.#isKnown(ref)) return;
    const lastMs = this.#state.rows.float(ref, F_LAST_TIME);
    if (timeMs > lastMs) this.#state.appendHistogram(ref, timeMs, value);
    else if (timeMs === lastMs) this.#state.noteLastHistogram(ref, value);
  }

  lateHistogram(ref: number, timeMs: number, value: AnyHistogram): void {
    if (this.#isKnown(ref)) this.#state.insertLate(ref, { timeMs, low: 0, high: 0, histogram: value });
  }

  exemplar(ref: number, timeMs: number, words: readonly [low: number, high: number], labels: Uint8Array): void {
    if (!this.#isKnown(ref)) return;
    this.#state.exemplars.append({ ref, timeMs, low: words[0], high: words[1], labels }, this.#maxExemplars);
  }

  metadata(metric: string, metadata: MetricMetadata): void {
    this.#state.metadata.add(metric, metadata, NO_LIMITS);
  }

  state(newestMs: number, truncatedMs: number): void {
    this.#state.newestMs = Math.max(this.#state.newestMs, newestMs);
    this.#state.truncatedMs = Math.max(this.#state.truncatedMs, truncatedMs);
  }

  chunk(chunk: LoggedChunk): void {
    const { ref, encoding } = chunk;
    if (!this.#isKnown(ref)) return;
    const state = this.#state;
    if ((chunk.flags & CHUNK_LATE) !== 0) {
      state.addLateChunk(ref, chunk);
      return;
    }
    if ((chunk.flags & CHUNK_OPEN) !== 0) {
      const columns = this.#columns;
      columns.clear();
      decodeChunk(encoding, chunk.bytes, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
      state.floats.reserve(chunk.bytes.length);
      for (let i = 0; i < columns.length; i++) {
        this.sample(ref, columns.timesMs[i]!, columns.words[2 * i]!, columns.words[2 * i + 1]!);
      }
      state.floats.reserve(0);
      return;
    }
    state.addClosed(ref, chunk);
    state.rows.setFloat(ref, F_LAST_TIME, chunk.maxTimeMs);
    state.markHistogram(ref, encoding !== ENCODING_XOR);
  }

  #isKnown(ref: number): boolean {
    if (this.#state.rows.isLive(ref)) return true;
    this.orphans++;
    return false;
  }

  #remove(ref: number): void {
    const state = this.#state;
    const flat = state.labels(ref).flat();
    state.kill(ref);
    const isKept = (other: number): boolean => other !== ref;
    state.postings.pruneAll(isKept);
    for (let i = 0; i < flat.length; i += 2) state.postings.prune(flat[i]!, flat[i + 1]!, isKept);
  }
}
