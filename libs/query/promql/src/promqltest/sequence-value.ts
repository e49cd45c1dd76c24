import type { FloatHistogram, Labels } from '@telamon/model';

/** One place of a sequence of samples in the test language. */
export interface SequenceValue {
  /** `_`: no sample here. */
  readonly isOmitted: boolean;
  readonly isStale: boolean;
  readonly value: number;
  readonly histogram: FloatHistogram | undefined;
  /** The histogram's counter reset hint was written out, so that it has to match. */
  readonly hasHint: boolean;
}

const NOTHING = { isOmitted: false, isStale: false, value: 0, histogram: undefined, hasHint: false } as const;

/** `_` */
export const OMITTED: SequenceValue = { ...NOTHING, isOmitted: true };
/** `stale` */
export const STALE: SequenceValue = { ...NOTHING, isStale: true };

/** A float. */
export function floatValue(value: number): SequenceValue {
  return { ...NOTHING, value };
}

/** A native histogram. */
export function histogramValue(histogram: FloatHistogram, hasHint: boolean): SequenceValue {
  return { ...NOTHING, histogram, hasHint };
}

/** A line of the test language: a metric and its samples. */
export interface SeriesLine {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
}
