import { type FloatHistogram, type SampleColumns, writeStaleAt } from '@telamon/model';
import { CorruptError, DownsampledChunkError } from '../format-error.ts';
import {
  ENCODING_AGGREGATE,
  ENCODING_FLOAT_HISTOGRAM,
  ENCODING_FLOAT_HISTOGRAM_ST,
  ENCODING_HISTOGRAM,
  ENCODING_HISTOGRAM_ST,
  ENCODING_XOR,
  ENCODING_XOR2,
} from './chunk-encoding.ts';
import { type HistogramReader, openFloatHistogramChunk, openIntHistogramChunk } from './histogram-reader.ts';
import { reduceResolution } from './reduce-resolution.ts';
import { decodeXor } from './xor-decoder.ts';
import { decodeXor2 } from './xor2-decoder.ts';

/** Finest schema that the engine calculates with; finer ones are merged down on reading, as Prometheus does. */
const FINEST_SCHEMA = 8;

/**
 * Appends the samples of a chunk with fromMs <= t <= toMs to `into`, ascending. Histograms come with absolute counts and
 * with the hints that Prometheus' iterators give (see {@link HistogramReader}). `data` is the chunk without encoding byte
 * and checksum, and is neither kept nor changed. Throws {@link DownsampledChunkError} for Thanos' aggregates and
 * {@link CorruptError} for damaged or unknown ones; rows appended until then stay. Cost: linear, ~30 ns a float sample.
 */
export function decodeChunk(encoding: number, data: Uint8Array, fromMs: number, toMs: number, into: SampleColumns): void {
  if (encoding === ENCODING_XOR) decodeXor(data, fromMs, toMs, into);
  else if (encoding === ENCODING_XOR2) decodeXor2(data, fromMs, toMs, into);
  else decodeHistograms(openHistogramChunk(encoding, data), fromMs, toMs, into);
}

/** Opens a histogram chunk of any encoding; throws as {@link decodeChunk}. */
export function openHistogramChunk(encoding: number, data: Uint8Array): HistogramReader {
  switch (encoding) {
    case ENCODING_HISTOGRAM:
      return openIntHistogramChunk(data, false);
    case ENCODING_HISTOGRAM_ST:
      return openIntHistogramChunk(data, true);
    case ENCODING_FLOAT_HISTOGRAM:
      return openFloatHistogramChunk(data, false);
    case ENCODING_FLOAT_HISTOGRAM_ST:
      return openFloatHistogramChunk(data, true);
    case ENCODING_AGGREGATE:
      throw new DownsampledChunkError();
    default:
      throw new CorruptError(`unknown chunk encoding ${encoding}`);
  }
}

function decodeHistograms(reader: HistogramReader, fromMs: number, toMs: number, into: SampleColumns): void {
  while (reader.next()) {
    if (reader.timeMs > toMs) return;
    if (reader.timeMs < fromMs) continue;
    const histogram: FloatHistogram = reader.floatHistogram();
    into.pushHistogram(reader.timeMs, histogram.schema > FINEST_SCHEMA ? reduceResolution(histogram, FINEST_SCHEMA) : histogram);
    // The marker's payload must not depend on what a number survived on its way.
    if (reader.isStale()) writeStaleAt(into.words, into.length - 1);
    if (reader.startTimeMs !== 0) into.setStartTime(reader.startTimeMs);
  }
}
