import type { StepRange } from '@telamon/contract';

/** Steps that a part has at the least, if the range has as many: a request for one step costs nearly as much as one for many. */
const STEPS_MIN = 8;
/** Parts of one query at the most. */
const PARTS_MAX = 256;

/** A range in parts, and the distance of the times between which they lie. */
export interface SplitRange {
  readonly intervalMs: number;
  readonly ranges: readonly StepRange[];
}

/**
 * Takes a range apart at multiples of the interval, or of a multiple of it where the steps are few. Every part lies on the grid of the
 * range; together they are all of its steps. `intervalMs` 0: one part.
 */
export function splitRange(range: StepRange, intervalMs: number): SplitRange {
  const { fromMs, stepMs } = range;
  const lastMs = fromMs + Math.floor((range.toMs - fromMs) / stepMs) * stepMs;
  if (intervalMs === 0) return { intervalMs, ranges: [{ fromMs, toMs: lastMs, stepMs }] };
  const wideMs = intervalMs * Math.max(1, Math.ceil((stepMs * STEPS_MIN) / intervalMs));
  const doublings = Math.max(0, Math.ceil(Math.log2((lastMs - fromMs) / wideMs / PARTS_MAX)));
  const everyMs = wideMs * 2 ** doublings;
  const ranges: StepRange[] = [];
  for (let atMs = fromMs; atMs <= lastMs; ) {
    const boundaryMs = (Math.floor(atMs / everyMs) + 1) * everyMs;
    const nextMs = atMs + Math.ceil((boundaryMs - atMs) / stepMs) * stepMs;
    ranges.push({ fromMs: atMs, toMs: Math.min(nextMs - stepMs, lastMs), stepMs });
    atMs = nextMs;
  }
  return { intervalMs: everyMs, ranges };
}
