import { Labels, type SampleColumns } from '@telamon/model';
import type { Series } from '@telamon/promql';
import { mergeChunks } from '@telamon/tsdb';
import { mergeChunkLists } from '../frame/merge-chunk-lists.ts';
import type { FrameChunk } from '../frame/series-frame.ts';
import { chunksOfRecord, labelsOfRecord, type SeriesRecord } from '../frame/series-records.ts';

/** A series whose samples stand in one or more frames, which must stay unchanged while it lives. Chunks are looked at when they are needed. */
export class FrameSeries implements Series {
  readonly labels: Labels;
  readonly #record: SeriesRecord;
  #chunks: readonly FrameChunk[] | undefined;
  readonly #oldestMs: number;

  /** Takes a record with what was joined to it; samples before `oldestMs` are not read. */
  constructor(record: SeriesRecord, oldestMs: number) {
    this.#oldestMs = oldestMs;
    this.labels = Labels.fromBytes(labelsOfRecord(record));
    this.#record = record;
  }

  /** Chunks ascending by their first sample; those of the source that was added first come first. */
  get chunks(): readonly FrameChunk[] {
    if (this.#chunks === undefined) {
      this.#chunks = chunksOfRecord(this.#record);
      for (const record of this.#record.others ?? []) this.#chunks = mergeChunkLists(this.#chunks, chunksOfRecord(record));
    }
    return this.#chunks;
  }

  /** See {@link Series.read}. */
  read(fromMs: number, toMs: number, into: SampleColumns): void {
    into.clear();
    mergeChunks(this.chunks, Math.max(fromMs, this.#oldestMs), toMs, into);
  }
}
