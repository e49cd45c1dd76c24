import { HINT_GAUGE, HINT_UNKNOWN, SampleColumns } from '@telamon/model';
import { decodeChunk } from './decode-chunk.ts';

/** A compressed chunk: `data` without encoding byte and checksum. Times inclusive, ms. */
export interface ChunkView {
  readonly encoding: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly data: Uint8Array;
}

/**
 * Appends the samples with fromMs <= t <= toMs of the chunks of one series to `into`, ascending, one per time.
 *
 * `chunks` ascend by minTimeMs and may overlap (out-of-order data, replicas). Of samples with one time that of the chunk
 * that stands first in the list is kept; Prometheus promises none and keeps, when it compacts, the one of the chunk that
 * starts first, which is the same. A counter histogram whose predecessor in the result is not its predecessor in its
 * chunk has its hint set to unknown, as there.
 *
 * Throws as {@link decodeChunk}. Cost: linear; overlapping runs are decoded into temporary columns first.
 */
export function mergeChunks(chunks: readonly ChunkView[], fromMs: number, toMs: number, into: SampleColumns): void {
  for (let start = 0; start < chunks.length; ) {
    let maxTimeMs = chunks[start]!.maxTimeMs;
    let end = start + 1;
    for (; end < chunks.length && chunks[end]!.minTimeMs <= maxTimeMs; end++) {
      maxTimeMs = Math.max(maxTimeMs, chunks[end]!.maxTimeMs);
    }
    const first = chunks[start]!;
    if (first.minTimeMs > toMs) return;
    if (maxTimeMs >= fromMs) {
      if (end === start + 1) decodeChunk(first.encoding, first.data, fromMs, toMs, into);
      else mergeOverlapping(chunks.slice(start, end), fromMs, toMs, into);
    }
    start = end;
  }
}

function mergeOverlapping(chunks: readonly ChunkView[], fromMs: number, toMs: number, into: SampleColumns): void {
  const inputs: SampleColumns[] = [];
  for (const chunk of chunks) {
    if (chunk.maxTimeMs < fromMs || chunk.minTimeMs > toMs) continue;
    const columns = new SampleColumns();
    decodeChunk(chunk.encoding, chunk.data, fromMs, toMs, columns);
    if (columns.length > 0) inputs.push(columns);
  }
  mergeColumns(inputs, into);
}

/**
 * Appends several columns, each ascending, to `into` as {@link mergeChunks} does: of one time the first input's row stays.
 * Histogram objects are taken over; their hints may be changed.
 */
export function mergeColumns(inputs: readonly SampleColumns[], into: SampleColumns): void {
  const rows = new Int32Array(inputs.length);
  let last = -1;
  for (;;) {
    let best = -1;
    let bestTimeMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < inputs.length; i++) {
      const timeMs = rows[i]! < inputs[i]!.length ? inputs[i]!.timesMs[rows[i]!]! : Number.POSITIVE_INFINITY;
      if (timeMs < bestTimeMs) {
        best = i;
        bestTimeMs = timeMs;
      }
    }
    if (best < 0) return;
    copyRow(inputs[best]!, rows[best]!, into, last === best);
    last = best;
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i]!;
      if (rows[i]! < input.length && input.timesMs[rows[i]!] === bestTimeMs) rows[i]!++;
    }
  }
}

function copyRow(from: SampleColumns, row: number, into: SampleColumns, isConsecutive: boolean): void {
  const histogram = from.histograms?.[row];
  const timeMs = from.timesMs[row]!;
  if (histogram !== undefined) {
    if (!isConsecutive && histogram.counterResetHint !== HINT_GAUGE) histogram.counterResetHint = HINT_UNKNOWN;
    into.pushHistogram(timeMs, histogram);
    into.words[2 * into.length - 2] = from.words[2 * row]!;
    into.words[2 * into.length - 1] = from.words[2 * row + 1]!;
  } else {
    into.pushWords(timeMs, from.words[2 * row]!, from.words[2 * row + 1]!);
  }
  const startTimeMs = from.startTimesMs?.[row] ?? 0;
  if (startTimeMs !== 0) into.setStartTime(startTimeMs);
}
