import type { FloatHistogram } from '@telamon/model';
import { ABSENT, HISTOGRAM, type Row } from './row.ts';

/** Bytes that Prometheus counts for a histogram's fixed fields. */
const FIXED_BYTES = 168;

/** How many float samples a histogram counts as: its bytes and its time's, in units of 16. Same counting as Prometheus. */
export function histogramSampleSize(h: FloatHistogram): number {
  const items =
    h.positiveSpans.length + h.negativeSpans.length + h.positiveBuckets.length + h.negativeBuckets.length + h.customValues.length;
  return Math.floor((FIXED_BYTES + 8 * items + 8) / 16);
}

/** Samples that a row holds, histograms counted by size. */
export function sampleSizeOfRow(row: Row): number {
  const { kinds } = row;
  let size = 0;
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] === HISTOGRAM) size += histogramSampleSize(row.histograms![step]!);
    else if (kinds[step] !== ABSENT) size++;
  }
  return size;
}
