import {
  addHistogram,
  compactHistogram,
  copyFloatHistogram,
  divideHistogram,
  equalHistograms,
  type FloatHistogram,
  HINT_GAUGE,
  multiplyHistogram,
  subtractHistogram,
} from '@telamon/model';
import type { BinaryExpr } from '../../parser/ast.ts';
import { type Annotations, noteTexts } from '../annotations.ts';
import type { ElementResult, Operand } from './element.ts';
import { trimHistogram } from './trim-histogram.ts';

interface Into {
  readonly result: ElementResult;
  readonly annotations: Annotations;
}

/** An operation on two native histograms: sum, difference, equality. */
export function combineHistograms(expr: BinaryExpr, left: FloatHistogram, right: FloatHistogram, into: Into): void {
  const { op } = expr;
  const { result } = into;
  if (op === '+' || op === '-') addOrSubtract(expr, left, right, into);
  else if (op === '==' || op === '!=') {
    result.histogram = left;
    result.keep = equalHistograms(left, right) === (op === '==');
  } else refuse(into, expr, noteTexts.incompatibleTypes('histogram', op, 'histogram'));
}

function addOrSubtract(expr: BinaryExpr, left: FloatHistogram, right: FloatHistogram, into: Into): void {
  const { op, pos } = expr;
  const { result, annotations } = into;
  const output = copyFloatHistogram(left);
  const outcome = op === '+' ? addHistogram(output, right) : subtractHistogram(output, right);
  if (outcome === undefined) {
    result.keep = false;
    result.isIncompatible = true;
    annotations.warn(noteTexts.incompatibleLayout(op), pos);
    return;
  }
  const operation = op === '+' ? 'addition' : 'subtraction';
  if (op === '-') output.counterResetHint = HINT_GAUGE;
  if (outcome.isBoundsReconciled) annotations.info(noteTexts.mismatchedCustomBuckets(operation), pos);
  if (outcome.isResetCollision) annotations.warn(noteTexts.counterResetCollision(operation), pos);
  result.histogram = compactHistogram(output);
  result.keep = true;
}

/** An operation on a native histogram and a float, in either order: scaling and trimming. */
export function combineHistogramAndFloat(expr: BinaryExpr, left: Operand, right: Operand, into: Into): void {
  const { op } = expr;
  const { result } = into;
  const isHistogramLeft = left.histogram !== undefined;
  const histogram = left.histogram ?? right.histogram!;
  const number = isHistogramLeft ? right.value : left.value;
  result.keep = true;
  if (op === '*') {
    result.histogram = compactHistogram(multiplyHistogram(copyFloatHistogram(histogram), number));
  } else if (op === '/' && isHistogramLeft) {
    result.histogram = compactHistogram(divideHistogram(copyFloatHistogram(histogram), number));
  } else if ((op === '</' || op === '>/') && isHistogramLeft) {
    result.histogram = trimHistogram(histogram, number, op === '</');
  } else if (isHistogramLeft) refuse(into, expr, noteTexts.incompatibleTypes('histogram', op, 'float'));
  else refuse(into, expr, noteTexts.incompatibleTypes('float', op, 'histogram'));
}

function refuse({ result, annotations }: Into, expr: BinaryExpr, text: string): void {
  result.keep = false;
  result.isIncompatible = true;
  annotations.info(text, expr.pos);
}
