import type { SampleColumns } from '@telamon/model';
import { ENCODING_XOR, XorAppender } from '@telamon/tsdb';
import { MAX_FLOAT_CHUNK_BYTES, SAMPLES_PER_CHUNK } from './chunk-cutting.ts';
import { type ChunkSink, HistogramSeries } from './histogram-series.ts';

/**
 * Writes samples as chunks of at most 120 floats, or of histograms by their rules. Integer histograms become float ones,
 * as columns hold only those.
 */
export function encodeColumns(columns: SampleColumns, sink: ChunkSink): void {
  let floats = new XorAppender();
  // Cutting at a range's end is not wanted here: the samples are of one range already.
  const histograms = new HistogramSeries(Number.MAX_SAFE_INTEGER);
  const endFloats = (): void => {
    if (floats.sampleCount === 0) return;
    sink({ encoding: ENCODING_XOR, minTimeMs: floats.minTimeMs, maxTimeMs: floats.maxTimeMs, bytes: floats.bytes() });
    floats = new XorAppender();
  };
  for (let i = 0; i < columns.length; i++) {
    const timeMs = columns.timesMs[i]!;
    const histogram = columns.histograms?.[i];
    if (histogram !== undefined) {
      endFloats();
      histograms.append(timeMs, { kind: 'float', histogram }, sink);
      continue;
    }
    histograms.end(sink);
    if (floats.sampleCount === SAMPLES_PER_CHUNK || floats.sizeBytes > MAX_FLOAT_CHUNK_BYTES) endFloats();
    floats.appendWords(timeMs, columns.words[2 * i]! | 0, columns.words[2 * i + 1]! | 0);
  }
  endFloats();
  histograms.end(sink);
}
