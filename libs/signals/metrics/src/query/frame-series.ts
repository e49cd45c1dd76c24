import { Labels, type SampleColumns } from '@telamon/model';
import type { Series } from '@telamon/promql';
import { mergeChunks } from '@telamon/tsdb';
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
      for (const record of this.#record.others ?? []) this.#chunks = mergeLists(this.#chunks, chunksOfRecord(record));
    }
    return this.#chunks;
  }

  /** See {@link Series.read}. */
  read(fromMs: number, toMs: number, into: SampleColumns): void {
    into.clear();
    mergeChunks(this.chunks, Math.max(fromMs, this.#oldestMs), toMs, into);
  }
}

/** Merges two ascending lists; chunks that are the same are kept once. Cost: linear. */
function mergeLists(mine: readonly FrameChunk[], others: readonly FrameChunk[]): FrameChunk[] {
  const merged: FrameChunk[] = [];
  let at = 0;
  for (const chunk of others) {
    while (at < mine.length && mine[at]!.minTimeMs <= chunk.minTimeMs) merged.push(mine[at++]!);
    if (!isAtEnd(merged, chunk)) merged.push(chunk);
  }
  while (at < mine.length) merged.push(mine[at++]!);
  return merged;
}

/** Whether one of the last chunks that begin with the same sample is the same. */
function isAtEnd(chunks: readonly FrameChunk[], wanted: FrameChunk): boolean {
  for (let i = chunks.length - 1; i >= 0 && chunks[i]!.minTimeMs === wanted.minTimeMs; i--) {
    const { maxTimeMs, encoding, data } = chunks[i]!;
    if (maxTimeMs === wanted.maxTimeMs && encoding === wanted.encoding && Buffer.compare(data, wanted.data) === 0) return true;
  }
  return false;
}
