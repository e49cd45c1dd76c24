import type { FloatHistogram } from '@telamon/model';
import type { BinaryExpr } from '../../parser/ast.ts';
import { type Annotations, noteTexts } from '../annotations.ts';
import { executionError } from '../query-error.ts';
import type { ElementResult, Operand } from './element.ts';
import { isTrim } from './operators.ts';

interface Into {
  readonly result: ElementResult;
  readonly annotations: Annotations;
}

/** An operation on two native histograms. */
export function combineHistograms(expr: BinaryExpr, _left: FloatHistogram, _right: FloatHistogram, into: Into): void {
  const { op } = expr;
  if (op === '+' || op === '-' || op === '==' || op === '!=') throw unsupported(op);
  into.result.keep = false;
  into.result.isIncompatible = true;
  into.annotations.info(noteTexts.incompatibleTypes('histogram', op, 'histogram'), expr.pos);
}

/** An operation on a native histogram and a float, in either order. */
export function combineHistogramAndFloat(expr: BinaryExpr, left: Operand, into: Into): void {
  const { op } = expr;
  const isHistogramLeft = left.histogram !== undefined;
  if (op === '*' || (isHistogramLeft && (op === '/' || isTrim(op)))) throw unsupported(op);
  into.result.keep = false;
  into.result.isIncompatible = true;
  const text = isHistogramLeft
    ? noteTexts.incompatibleTypes('histogram', op, 'float')
    : noteTexts.incompatibleTypes('float', op, 'histogram');
  into.annotations.info(text, expr.pos);
}

function unsupported(op: string): Error {
  return executionError(`native histograms are not supported in the operator ${op} yet`);
}
