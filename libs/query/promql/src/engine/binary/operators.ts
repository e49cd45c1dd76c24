import { goAtan2, goPow } from '@telamon/algo';
import type { BinaryOperator } from '../../parser/ast.ts';

/** Arithmetic on two floats; comparisons tell by {@link compareFloats}. */
export function calculate(op: BinaryOperator, left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return goPow(left, right);
    case 'atan2':
      return goAtan2(left, right);
    default:
      return compareFloats(op, left, right) ? 1 : 0;
  }
}

/** Whether a comparison holds. */
export function compareFloats(op: BinaryOperator, left: number, right: number): boolean {
  switch (op) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '>':
      return left > right;
    case '<':
      return left < right;
    case '>=':
      return left >= right;
    case '<=':
      return left <= right;
    default:
      throw new Error(`${op} is no comparison`);
  }
}

const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(['==', '!=', '>', '<', '>=', '<='] as const);
const ARITHMETIC: ReadonlySet<BinaryOperator> = new Set(['+', '-', '*', '/', '%', '^', 'atan2'] as const);
const SET_OPERATORS: ReadonlySet<BinaryOperator> = new Set(['and', 'or', 'unless'] as const);

/** Whether an operator compares. */
export function isComparison(op: BinaryOperator): boolean {
  return COMPARISONS.has(op);
}

/** Whether an operator's result is another quantity, so that the metric's name no longer fits. */
export function changesMetric(op: BinaryOperator): boolean {
  return ARITHMETIC.has(op);
}

/** Whether an operator combines sets of series. */
export function isSetOperator(op: BinaryOperator): boolean {
  return SET_OPERATORS.has(op);
}

/** Whether an operator trims native histograms. */
export function isTrim(op: BinaryOperator): boolean {
  return op === '</' || op === '>/';
}
