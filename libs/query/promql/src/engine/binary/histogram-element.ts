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
import { noteTexts } from '../annotations.ts';
import { type ElementResult, type Operand, refuse } from './element-result.ts';
import { trimHistogram } from './trim-histogram.ts';

/** An operation on two native histograms: sum, difference, equality. */
export function combineHistograms({ op }: BinaryExpr, left: FloatHistogram, right: FloatHistogram, result: ElementResult): void {
  if (op === '+' || op === '-') addOrSubtract(op, left, right, result);
  else if (op === '==' || op === '!=') {
    result.histogram = left;
    result.keep = equalHistograms(left, right) === (op === '==');
  } else refuse(result, { left: 'histogram', op, right: 'histogram' });
}

/** A collision of counter resets drops the sum: Prometheus takes the warning for a failure here. */
function addOrSubtract(op: '+' | '-', left: FloatHistogram, right: FloatHistogram, result: ElementResult): void {
  const output = copyFloatHistogram(left);
  const outcome = op === '+' ? addHistogram(output, right) : subtractHistogram(output, right);
  if (outcome === undefined) {
    drop(result, noteTexts.incompatibleLayout(op));
    return;
  }
  const operation = op === '+' ? 'addition' : 'subtraction';
  if (op === '-') output.counterResetHint = HINT_GAUGE;
  if (outcome.isResetCollision) {
    drop(result, noteTexts.counterResetCollision(operation));
    return;
  }
  if (outcome.isBoundsReconciled) result.note = { isWarning: false, text: noteTexts.mismatchedCustomBuckets(operation) };
  result.histogram = compactHistogram(output);
  result.keep = true;
}

/** An operation on a native histogram and a float, in either order: scaling and trimming. */
export function combineHistogramAndFloat({ op }: BinaryExpr, left: Operand, right: Operand, result: ElementResult): void {
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
  } else if (isHistogramLeft) refuse(result, { left: 'histogram', op, right: 'float' });
  else refuse(result, { left: 'float', op, right: 'histogram' });
}

function drop(result: ElementResult, warning: string): void {
  result.keep = false;
  result.isIncompatible = true;
  result.note = { isWarning: true, text: warning };
}
