import {
  type CounterResetHint,
  type FloatHistogram,
  HINT_GAUGE,
  HINT_UNKNOWN,
  type IntHistogram,
  SampleColumns,
} from '@telamon/model';
import { ENCODING_HISTOGRAM, ENCODING_HISTOGRAM_ST, isFloatEncoding, MAX_SAMPLES_PER_CHUNK } from './chunk-encoding.ts';
import { decodeChunk, openHistogramChunk } from './decode-chunk.ts';
import { openIntHistogramChunk } from './histogram-reader.ts';
import type { ChunkView } from './merge-chunks.ts';
import { SeriesEncoder } from './series-encoder.ts';

/** Samples of one chunk in the form in which they were written, so that integers stay integers. */
interface ChunkRows {
  readonly timesMs: ArrayLike<number>;
  readonly length: number;
  /** Hands row `row` to an encoder; a histogram that lost its neighbour loses its hint. */
  emit(row: number, encoder: SeriesEncoder, isConsecutive: boolean): void;
}

/** A closed time range, ms. */
export interface TimeInterval {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/**
 * Merges overlapping chunks of one series into chunks that do not overlap, one sample per time: of two, that of the chunk
 * that stands first in the list. Integer histograms stay integers. Start times of floats are kept, those of
 * histograms (encodings 5 and 6) are not.
 */
export function reencodeOverlapping(chunks: readonly ChunkView[]): ChunkView[] {
  const inputs = chunks.map(decodeRows);
  const rows = new Int32Array(inputs.length);
  const encoder = new SeriesEncoder();
  let last = -1;
  for (;;) {
    let best = -1;
    let bestTimeMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < inputs.length; i++) {
      if (rows[i]! >= inputs[i]!.length) continue;
      const timeMs = inputs[i]!.timesMs[rows[i]!]!;
      if (timeMs < bestTimeMs) {
        best = i;
        bestTimeMs = timeMs;
      }
    }
    if (best < 0) return encoder.finish();
    inputs[best]!.emit(rows[best]!, encoder, last === best);
    last = best;
    for (let i = 0; i < inputs.length; i++) {
      if (rows[i]! < inputs[i]!.length && inputs[i]!.timesMs[rows[i]!] === bestTimeMs) rows[i]!++;
    }
  }
}

/**
 * Writes a chunk anew without the samples of the deleted intervals. Usually one chunk, none when nothing is left, several
 * when histograms no longer fit together. Start times as in {@link reencodeOverlapping}.
 */
export function reencodeWithout(chunk: ChunkView, deleted: readonly TimeInterval[]): ChunkView[] {
  const input = decodeRows(chunk);
  const encoder = new SeriesEncoder(MAX_SAMPLES_PER_CHUNK);
  let last = -2;
  for (let row = 0; row < input.length; row++) {
    const timeMs = input.timesMs[row]!;
    if (deleted.some((interval) => timeMs >= interval.minTimeMs && timeMs <= interval.maxTimeMs)) continue;
    input.emit(row, encoder, last === row - 1);
    last = row;
  }
  return encoder.finish();
}

function decodeRows(chunk: ChunkView): ChunkRows {
  if (isFloatEncoding(chunk.encoding)) return decodeFloats(chunk);
  return chunk.encoding === ENCODING_HISTOGRAM || chunk.encoding === ENCODING_HISTOGRAM_ST
    ? decodeIntHistograms(chunk)
    : decodeFloatHistograms(chunk);
}

function decodeFloats(chunk: ChunkView): ChunkRows {
  const columns = new SampleColumns();
  decodeChunk(chunk.encoding, chunk.data, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
  const { timesMs, words, length, startTimesMs } = columns;
  return {
    timesMs,
    length,
    emit: (row, encoder) => encoder.float(timesMs[row]!, words[2 * row]!, words[2 * row + 1]!, startTimesMs?.[row] ?? 0),
  };
}

function decodeIntHistograms(chunk: ChunkView): ChunkRows {
  const reader = openIntHistogramChunk(chunk.data, chunk.encoding === ENCODING_HISTOGRAM_ST);
  const timesMs: number[] = [];
  const histograms: IntHistogram[] = [];
  while (reader.next()) {
    timesMs.push(reader.timeMs);
    histograms.push(reader.intHistogram());
  }
  return {
    timesMs,
    length: timesMs.length,
    emit: (row, encoder, isConsecutive) => encoder.intHistogram(timesMs[row]!, withHint(histograms[row]!, isConsecutive)),
  };
}

function decodeFloatHistograms(chunk: ChunkView): ChunkRows {
  const reader = openHistogramChunk(chunk.encoding, chunk.data);
  const timesMs: number[] = [];
  const histograms: FloatHistogram[] = [];
  while (reader.next()) {
    timesMs.push(reader.timeMs);
    histograms.push(reader.floatHistogram());
  }
  return {
    timesMs,
    length: timesMs.length,
    emit: (row, encoder, isConsecutive) => encoder.floatHistogram(timesMs[row]!, withHint(histograms[row]!, isConsecutive)),
  };
}

function withHint<H extends { counterResetHint: CounterResetHint }>(histogram: H, isConsecutive: boolean): H {
  if (isConsecutive || histogram.counterResetHint === HINT_GAUGE) return histogram;
  return { ...histogram, counterResetHint: HINT_UNKNOWN };
}
