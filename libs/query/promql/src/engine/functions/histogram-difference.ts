import {
  addHistogram,
  copyFloatHistogram,
  detectReset,
  type FloatHistogram,
  multiplyHistogram,
  subtractHistogram,
  usesCustomBuckets,
} from '@telamon/model';
import type { PositionRange } from '../../parser/ast.ts';
import { type Annotations, noteTexts } from '../annotations.ts';

/** Where notes about calculations with histograms go. */
export interface HistogramNotes {
  readonly annotations: Annotations;
  readonly position: PositionRange;
  readonly metricName: string;
}

/** Adds in place; false, with a warning, when the bucket schemas do not go together. */
export function addNoted(target: FloatHistogram, other: FloatHistogram, notes: HistogramNotes): boolean {
  return note(addHistogram(target, other), 'addition', notes);
}

/** Subtracts in place; false, with a warning, when the bucket schemas do not go together. */
export function subtractNoted(target: FloatHistogram, other: FloatHistogram, notes: HistogramNotes): boolean {
  return note(subtractHistogram(target, other), 'subtraction', notes);
}

function note(
  outcome: { isBoundsReconciled: boolean } | undefined,
  operation: 'addition' | 'subtraction',
  { annotations, position, metricName }: HistogramNotes,
): boolean {
  if (outcome === undefined) annotations.warn(noteTexts.mixedSchemas(metricName), position);
  else if (outcome.isBoundsReconciled) annotations.info(noteTexts.mismatchedCustomBuckets(operation), position);
  return outcome !== undefined;
}

/** A histogram at a time. */
export interface TimedHistogram {
  readonly histogram: FloatHistogram;
  readonly timeMs: number;
}

/**
 * The histogram between two at a time; a counter that was reset between them starts from nothing. Undefined, with a
 * warning, when their schemas do not go together. Always a copy.
 */
export function interpolateHistograms(
  pair: { before: TimedHistogram; after: TimedHistogram },
  timeMs: number,
  isCounter: boolean,
  notes: HistogramNotes,
): FloatHistogram | undefined {
  const { before, after } = pair;
  if (timeMs === before.timeMs) return copyFloatHistogram(before.histogram);
  if (timeMs === after.timeMs) return copyFloatHistogram(after.histogram);
  const fraction = (timeMs - before.timeMs) / (after.timeMs - before.timeMs);
  const result = copyFloatHistogram(after.histogram);
  if (isCounter && detectReset(after.histogram, before.histogram)) return multiplyHistogram(result, fraction);
  if (!subtractNoted(result, before.histogram, notes)) return undefined;
  multiplyHistogram(result, fraction);
  return addNoted(result, before.histogram, notes) ? result : undefined;
}

/** Whether two histograms have the same kind of buckets. */
export function haveSameKind(a: FloatHistogram, b: FloatHistogram): boolean {
  return usesCustomBuckets(a) === usesCustomBuckets(b);
}
