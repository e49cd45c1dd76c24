import type { FloatHistogram } from '@telamon/model';
import type { BinaryExpr, BinaryOperator } from '../../parser/ast.ts';
import { type Annotations, noteTexts } from '../annotations.ts';
import { combineHistogramAndFloat, combineHistograms } from './histogram-element.ts';
import { calculate, compareFloats, isComparison, isTrim } from './operators.ts';

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
}

/** Computes an operation on two elements of vectors (or of a vector and a scalar). Notes incompatible types. */
export function combineElements(
  expr: BinaryExpr,
  left: Operand,
  right: Operand,
  into: { result: ElementResult; annotations: Annotations },
): void {
  const { op } = expr;
  const { result } = into;
  result.isIncompatible = false;
  result.histogram = undefined;
  result.value = 0;
  if (left.histogram !== undefined && right.histogram !== undefined) {
    combineHistograms(expr, left.histogram, right.histogram, into);
  } else if (left.histogram !== undefined || right.histogram !== undefined) {
    combineHistogramAndFloat(expr, left, right, into);
  } else if (isTrim(op)) {
    refuse(into, expr, { op, left: 'float', right: 'float' });
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
export function refuse(into: { result: ElementResult; annotations: Annotations }, expr: BinaryExpr, types: RefusedTypes): void {
  into.result.keep = false;
  into.result.isIncompatible = true;
  into.annotations.info(noteTexts.incompatibleTypes(types.left, types.op, types.right), expr.pos);
}
