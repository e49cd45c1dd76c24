import { type Labels, METRIC_NAME } from '@telamon/model';
import type { VectorMatching } from '../../parser/ast.ts';
import { keyOfLabels, keyWithoutLabels } from '../metric-labels.ts';
import type { StepMatrix } from '../step-matrix.ts';

/** Numbers of the match groups of two sides: rows with the same number may be joined. */
export interface Signatures {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly count: number;
}

/** Numbers the match groups by the labels of `on` or all but those of `ignoring`. Cost: O(rows). */
export function signaturesOf(left: StepMatrix, right: StepMatrix, matching: VectorMatching): Signatures {
  const keyOf = keyFunction(matching);
  const ordinals = new Map<string, number>();
  const number = (matrix: StepMatrix): Int32Array =>
    Int32Array.from(matrix.labels, (labels) => {
      const key = keyOf(labels);
      let ordinal = ordinals.get(key);
      if (ordinal === undefined) {
        ordinal = ordinals.size;
        ordinals.set(key, ordinal);
      }
      return ordinal;
    });
  const numbers = { left: number(left), right: number(right) };
  return { ...numbers, count: ordinals.size };
}

function keyFunction(matching: VectorMatching): (labels: Labels) => string {
  if (matching.isOn) {
    const names = [...matching.matchingLabels];
    return (labels) => keyOfLabels(labels, names);
  }
  const excluded = new Set([...matching.matchingLabels, METRIC_NAME]);
  return (labels) => keyWithoutLabels(labels, excluded);
}

/** Labels by which a series is matched, for error texts and for sides that are filled in. */
export function matchLabels(labels: Labels, matching: VectorMatching): Labels {
  if (matching.isOn) return labels.keep(new Set(matching.matchingLabels));
  return labels.without(new Set([...matching.matchingLabels, METRIC_NAME]));
}
