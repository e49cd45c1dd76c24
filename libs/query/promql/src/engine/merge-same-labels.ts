import type { Evaluation } from './evaluation.ts';
import { Row } from './row.ts';
import { mergeRow } from './row-collector.ts';
import { StepMatrix } from './step-matrix.ts';

/**
 * Puts rows with equal labels together. Throws a QueryError when two of them have a sample at the same step. Returns the
 * matrix itself when no two rows are equal. Cost: O(rows) keys, O(cells) only on collisions.
 */
export function mergeSameLabels(evaluation: Evaluation, matrix: StepMatrix): StepMatrix {
  if (matrix.rows <= 1) return matrix;
  const seen = new Set<string>();
  for (const labels of matrix.labels) seen.add(labels.key());
  if (seen.size === matrix.rows) return matrix;
  const merged = new StepMatrix(matrix.steps, evaluation.ledger, seen.size);
  const index = new Map<string, number>();
  const row = new Row(matrix.steps);
  for (let i = 0; i < matrix.rows; i++) {
    const labels = matrix.labels[i]!;
    matrix.readRow(i, row);
    const existing = index.get(labels.key());
    if (existing !== undefined) mergeRow(merged, existing, row);
    else index.set(labels.key(), merged.appendRow(labels, matrix.dropName[i]!, row));
  }
  matrix.release();
  return merged;
}
