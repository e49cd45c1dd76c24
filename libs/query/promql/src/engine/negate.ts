import { copyFloatHistogram, type FloatHistogram, multiplyHistogram } from '@telamon/model';

/** A native histogram times -1, as a copy. */
export function negateHistogram(histogram: FloatHistogram): FloatHistogram {
  return multiplyHistogram(copyFloatHistogram(histogram), -1);
}
