import type { Labels } from '@telamon/model';
import type { Evaluation } from '../evaluation.ts';
import { sameLabelsetError } from '../query-error.ts';
import { ABSENT, type Row } from '../row.ts';
import { mergeRow } from '../row-collector.ts';
import { StepMatrix } from '../step-matrix.ts';

/** Rows of a result found by their labels: what carries the same labels is one row, and must not meet at a step. */
export class KeyedRows {
  readonly matrix: StepMatrix;
  readonly #index = new Map<string, number>();

  constructor(evaluation: Evaluation, steps: number) {
    this.matrix = new StepMatrix(steps, evaluation.ledger);
  }

  /** Number of the row with these labels, made if there is none. */
  rowFor(labels: Labels, dropName: boolean): number {
    const key = labels.key();
    let row = this.#index.get(key);
    if (row === undefined) {
      row = this.matrix.addRow(labels, dropName);
      this.#index.set(key, row);
    }
    return row;
  }

  /** Adds a row's samples. Throws a QueryError when one is there already. */
  addRow(labels: Labels, dropName: boolean, from: Row): void {
    const row = this.rowFor(labels, dropName);
    mergeRow(this.matrix, row, from);
  }

  /** Cell of a row at a step for writing. Throws a QueryError when it is taken. */
  claim(row: number, step: number): number {
    const cell = row * this.matrix.steps + step;
    if (this.matrix.kinds[cell] !== ABSENT) throw sameLabelsetError();
    return cell;
  }
}
