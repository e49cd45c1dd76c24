import type { FloatHistogram } from '@telamon/model';
import type { BinaryExpr, BinaryOperator } from '../../parser/ast.ts';
import { noteTexts } from '../annotations.ts';
import { combineHistogramAndFloat, combineHistograms } from './histogram-element.ts';
import { calculate, compareFloats, isComparison, isTrim } from './operators.ts';
import type { ElementNote } from './step-notes.ts';

/** One side of an operation on elements. */
export interface Operand {
  value: number;
  histogram: FloatHistogram | undefined;
}

/** Outcome of an operation on elements; reused. */
export interface ElementResult {
  value: number;
  histogram: FloatHistogram | undefined;
  /** False: a comparison that does not hold, or types that do not go together. */
  keep: boolean;
  /** The types do not go together: the element is dropped even with `bool`. */
  isIncompatible: boolean;
  /** What is to be said of it. */
  note: ElementNote | undefined;
}

/** An outcome to be reused. */
export function emptyResult(): ElementResult {
  return { value: 0, histogram: undefined, keep: false, isIncompatible: false, note: undefined };
}

/** Computes an operation on two elements of vectors (or of a vector and a scalar). */
export function combineElements(expr: BinaryExpr, left: Operand, right: Operand, result: ElementResult): void {
  const { op } = expr;
  result.isIncompatible = false;
  result.note = undefined;
  result.histogram = undefined;
  result.value = 0;
  if (left.histogram !== undefined && right.histogram !== undefined) {
    combineHistograms(expr, left.histogram, right.histogram, result);
  } else if (left.histogram !== undefined || right.histogram !== undefined) {
    combineHistogramAndFloat(expr, left, right, result);
  } else if (isTrim(op)) {
    refuse(result, { op, left: 'float', right: 'float' });
  } else if (isComparison(op)) {
    result.value = left.value;
    result.keep = compareFloats(op, left.value, right.value);
  } else {
    result.value = calculate(op, left.value, right.value);
    result.keep = true;
  }
}

/** Types of an operation that cannot be done. */
export interface RefusedTypes {
  readonly op: BinaryOperator;
  readonly left: 'float' | 'histogram';
  readonly right: 'float' | 'histogram';
}

/** Drops an element because its types do not go together, with an info. */
export function refuse(result: ElementResult, { left, op, right }: RefusedTypes): void {
  result.keep = false;
  result.isIncompatible = true;
  result.note = { isWarning: false, text: noteTexts.incompatibleTypes(left, op, right) };
}
