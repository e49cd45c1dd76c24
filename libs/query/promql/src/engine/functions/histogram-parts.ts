import type { FloatHistogram } from '@telamon/model';

/** A number taken from one native histogram. */
export type HistogramPart = (histogram: FloatHistogram) => number;

const PARTS: ReadonlyMap<string, HistogramPart> = new Map<string, HistogramPart>([
  ['histogram_count', (h) => h.count],
  ['histogram_sum', (h) => h.sum],
  ['histogram_avg', (h) => h.sum / h.count],
]);

/** The function of a name that takes a number from each native histogram, undefined when the name is another's. */
export function simpleHistogramFunction(name: string): HistogramPart | undefined {
  return PARTS.get(name);
}
