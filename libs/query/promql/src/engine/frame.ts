import type { SampleCounts } from './sample-budget.ts';

/** The times at which a subtree is evaluated: a query's, a subquery's, or one step of either. */
export interface Frame {
  readonly startMs: number;
  /** > 0; 1 when there is one step. */
  readonly stepMs: number;
  /** Number of steps, >= 1. */
  readonly steps: number;
  /** Whether it is one time, and no range which happens to have one step. */
  readonly isInstant: boolean;
  readonly counts: SampleCounts;
}

/** Time of a step. */
export function timeOfStep(frame: Frame, step: number): number {
  return frame.startMs + step * frame.stepMs;
}

/** Number of steps from start to end inclusive. */
export function countSteps(startMs: number, endMs: number, stepMs: number): number {
  return Math.floor((endMs - startMs) / stepMs) + 1;
}
