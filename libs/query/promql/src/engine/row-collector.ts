import type { Labels } from '@telamon/model';
import type { Evaluation } from './evaluation.ts';
import { dropMetadata } from './metric-labels.ts';
import { sameLabelsetError } from './query-error.ts';
import { ABSENT, type Row } from './row.ts';
import { StepMatrix } from './step-matrix.ts';

/**
 * What happens to rows that come to carry the same labels when names are dropped at once:
 * `merge` puts rows together that never meet at one step, `reject` fails whenever two rows agree.
 */
export type CollisionRule = 'merge' | 'reject';

/** How rows are collected. */
export interface CollectorOptions {
  readonly steps: number;
  readonly rule: CollisionRule;
  /** All rows carry the same name, so that dropping it cannot make two rows equal. */
  readonly haveOneName: boolean;
}

/** Keeps streamed rows in a matrix, drops names when they are to go at once, and looks after equal labels. */
export class RowCollector {
  readonly matrix: StepMatrix;
  readonly #options: CollectorOptions;
  readonly #isNameRemovalDelayed: boolean;
  /** Row by label key; undefined as long as collisions are impossible. */
  #index: Map<string, number> | undefined;

  constructor(evaluation: Evaluation, options: CollectorOptions) {
    this.matrix = new StepMatrix(options.steps, evaluation.ledger);
    this.#options = options;
    this.#isNameRemovalDelayed = evaluation.options.isNameRemovalDelayed;
  }

  /** Takes a row. Throws a QueryError when equal labels are not allowed. Rows without samples are left out. */
  add(labels: Labels, dropName: boolean, row: Row): void {
    if (row.isEmpty()) return;
    if (!dropName || this.#isNameRemovalDelayed) {
      this.#place(labels, dropName, row);
      return;
    }
    const dropped = dropMetadata(labels);
    const lostMoreThanName = dropped !== labels && dropped.size < labels.size - 1;
    if (this.#index === undefined && (lostMoreThanName || !this.#options.haveOneName)) this.#startIndex();
    this.#place(dropped, false, row);
  }

  #startIndex(): void {
    const index = new Map<string, number>();
    this.matrix.labels.forEach((labels, row) => {
      index.set(labels.key(), row);
    });
    this.#index = index;
  }

  #place(labels: Labels, dropName: boolean, row: Row): void {
    const index = this.#index;
    if (index === undefined) {
      this.matrix.appendRow(labels, dropName, row);
      return;
    }
    const key = labels.key();
    const existing = index.get(key);
    if (existing === undefined) index.set(key, this.matrix.appendRow(labels, dropName, row));
    else if (this.#options.rule === 'reject') throw sameLabelsetError();
    else mergeRow(this.matrix, existing, row);
  }
}

/** Adds a row's samples to those of a matrix row. Throws when both have one at the same step. */
export function mergeRow(matrix: StepMatrix, into: number, row: Row): void {
  const base = into * matrix.steps;
  for (let step = 0; step < matrix.steps; step++) {
    if (row.kinds[step] === ABSENT) continue;
    if (matrix.kinds[base + step] !== ABSENT) throw sameLabelsetError();
    const histogram = row.histograms?.[step];
    if (histogram !== undefined) matrix.setHistogram(base + step, histogram);
    else matrix.setFloat(base + step, row.values[step]!);
  }
}
