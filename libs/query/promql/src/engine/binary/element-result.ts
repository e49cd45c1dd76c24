import type { FloatHistogram } from '@telamon/model';
import type { BinaryOperator } from '../../parser/ast.ts';
import { noteTexts } from '../annotations.ts';
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
