import { tooManySamplesError } from './query-error.ts';
import { ABSENT } from './row.ts';
import type { StepMatrix } from './step-matrix.ts';

/** Counts of one evaluation: what was selected, per step if asked for. Subqueries count apart and are merged. */
export class SampleCounts {
  total = 0;
  read = 0;
  readonly totalPerStep: Float64Array | undefined;
  readonly readPerStep: Float64Array | undefined;

  constructor(steps: number, isPerStep: boolean) {
    this.totalPerStep = isPerStep ? new Float64Array(steps) : undefined;
    this.readPerStep = isPerStep ? new Float64Array(steps) : undefined;
  }

  /** Counts samples that a step looked at. */
  addAt(step: number, samples: number): void {
    this.total += samples;
    if (this.totalPerStep !== undefined) this.totalPerStep[step]! += samples;
  }

  /** Counts samples that were read from storage for a step. */
  addReadAt(step: number, samples: number): void {
    this.read += samples;
    if (this.readPerStep !== undefined) this.readPerStep[step]! += samples;
  }
}

/**
 * Samples that a query holds at one time, counted the way Prometheus counts them, so that the same query meets the same
 * limit and shows the same statistics: as if every intermediate result were kept, although streaming keeps less.
 */
export class SampleBudget {
  readonly #limit: number;
  current = 0;
  peak = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes samples and checks the limit. */
  add(samples: number): void {
    this.current += samples;
    if (this.current > this.#limit) throw tooManySamplesError();
  }

  /** Notes the present level as a candidate for the peak. */
  notePeak(): void {
    if (this.current > this.peak) this.peak = this.current;
  }

  /** Checks and notes a level that was reached for a moment. */
  touch(level: number): void {
    if (level > this.#limit) throw tooManySamplesError();
    if (level > this.peak) this.peak = level;
  }

  /**
   * Accounts for a node that combined `inputs` step by step into `output`. `before` is the level before the inputs were
   * evaluated. Cost: O(cells).
   */
  settle(before: number, inputs: readonly StepMatrix[], output: StepMatrix): void {
    const gathered = new Float64Array(output.steps);
    for (const input of inputs) countPerStep(input, gathered);
    const produced = new Float64Array(output.steps);
    countPerStep(output, produced);
    let held = this.current;
    for (let step = 0; step < output.steps; step++) {
      this.touch(held + gathered[step]! + produced[step]!);
      held += produced[step]!;
    }
    this.current = before + output.countSamples();
    this.notePeak();
  }
}

function countPerStep(matrix: StepMatrix, counts: Float64Array): void {
  const { kinds, steps } = matrix;
  const cells = matrix.rows * steps;
  for (let cell = 0, step = 0; cell < cells; cell++) {
    if (kinds[cell] !== ABSENT) counts[step]!++;
    if (++step === steps) step = 0;
  }
}
