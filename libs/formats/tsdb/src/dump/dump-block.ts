import { formatG, Labels, type Matcher, SampleColumns } from '@telamon/model';
import type { BlockReader } from '../block/block-reader.ts';
import { ENCODING_HISTOGRAM, ENCODING_HISTOGRAM_ST } from '../chunk/chunk-encoding.ts';
import { decodeChunk } from '../chunk/decode-chunk.ts';
import type { ChunkView } from '../chunk/merge-chunks.ts';
import { formatHistogram } from './histogram-text.ts';

/**
 * The samples of a block as `promtool tsdb dump` prints them, a line a sample without line feed: `{labels} value time`.
 * Series in the order of their labels, samples in that of their times, with fromMs <= t <= toMs. For tests and tools.
 */
export function* dumpBlock(
  block: BlockReader,
  matchers: readonly Matcher[] = [],
  fromMs: number = Number.NEGATIVE_INFINITY,
  toMs: number = Number.POSITIVE_INFINITY,
): IterableIterator<string> {
  for (const series of block.select(matchers, fromMs, toMs)) {
    const labels = Labels.fromBytes(series.labels).toString();
    for (const chunk of series.chunks) yield* dumpChunk(labels, chunk, fromMs, toMs);
  }
}

function* dumpChunk(labels: string, chunk: ChunkView, fromMs: number, toMs: number): IterableIterator<string> {
  const columns = new SampleColumns();
  decodeChunk(chunk.encoding, chunk.data, fromMs, toMs, columns);
  const isInteger = chunk.encoding === ENCODING_HISTOGRAM || chunk.encoding === ENCODING_HISTOGRAM_ST;
  for (let i = 0; i < columns.length; i++) {
    const histogram = columns.histograms?.[i];
    const value = histogram === undefined ? formatG(columns.values[i]!) : formatHistogram(histogram, isInteger);
    yield `${labels} ${value} ${columns.timesMs[i]}`;
  }
}
