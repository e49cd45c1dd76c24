import type { FloatHistogram } from '@telamon/model';
import { nativeVariance } from './native-quantile.ts';

/** A number taken from one native histogram. */
export type HistogramPart = (histogram: FloatHistogram) => number;

const PARTS: ReadonlyMap<string, HistogramPart> = new Map<string, HistogramPart>([
  ['histogram_count', (h) => h.count],
  ['histogram_sum', (h) => h.sum],
  ['histogram_avg', (h) => h.sum / h.count],
  ['histogram_stdvar', nativeVariance],
  ['histogram_stddev', (h) => Math.sqrt(nativeVariance(h))],
]);

/** The function of a name that takes a number from each native histogram, undefined when the name is another's. */
export function simpleHistogramFunction(name: string): HistogramPart | undefined {
  return PARTS.get(name);
}
