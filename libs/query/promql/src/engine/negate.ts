import type { FloatHistogram } from '@telamon/model';
import { executionError } from './query-error.ts';

/** A native histogram times -1. */
export function negateHistogram(_histogram: FloatHistogram): FloatHistogram {
  throw executionError('native histograms are not supported in the operator - yet');
}
