import type { BinaryExpr } from '../../parser/ast.ts';
import { type ElementResult, type Operand, refuse } from './element-result.ts';
import { combineHistogramAndFloat, combineHistograms } from './histogram-element.ts';
import { calculate, compareFloats, isComparison, isTrim } from './operators.ts';

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
