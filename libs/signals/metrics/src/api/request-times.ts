import { maxTotalQueryLength } from '@telamon/limits';
import type { RequestLimits } from './query-settings.ts';

/** Times of a range query, ms. */
export interface RangeTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** The oldest time that a tenant may query, ms; -Infinity when there is no limit. */
export function oldestTimeMs({ maxLookbackMs }: Pick<RequestLimits, 'maxLookbackMs'>, nowMs: number): number {
  return maxLookbackMs > 0 ? nowMs - maxLookbackMs : Number.NEGATIVE_INFINITY;
}

/** Whether start and end are multiples of the step. */
export function isAligned({ startMs, endMs, stepMs }: RangeTimes): boolean {
  return startMs % stepMs === 0 && endMs % stepMs === 0;
}

/**
 * What a tenant's limits leave of a range: steps before the oldest time are cut off, the others stay where they are. undefined when
 * nothing is left.
 *
 * @throws CatalogueError 400 when what is left is too long.
 */
export function limitRange(times: RangeTimes, limits: RequestLimits, nowMs: number): RangeTimes | undefined {
  const left = cutOld(times, oldestTimeMs(limits, nowMs));
  if (left === undefined) return undefined;
  const lengthMs = left.endMs - left.startMs;
  if (limits.maxTotalLengthMs > 0 && lengthMs > limits.maxTotalLengthMs) {
    throw maxTotalQueryLength(lengthMs, limits.maxTotalLengthMs);
  }
  return limits.isAlignedWithStep ? align(left) : left;
}

function cutOld(times: RangeTimes, oldestMs: number): RangeTimes | undefined {
  if (times.startMs >= oldestMs) return times;
  const startMs = times.startMs + Math.ceil((oldestMs - times.startMs) / times.stepMs) * times.stepMs;
  return startMs > times.endMs ? undefined : { ...times, startMs };
}

function align({ startMs, endMs, stepMs }: RangeTimes): RangeTimes {
  const down = (timeMs: number): number => Math.floor(timeMs / stepMs) * stepMs;
  return { startMs: down(startMs), endMs: down(endMs), stepMs };
}

/** What a tenant's limits leave of the time range of a series or labels query, ms. Without an end, the range ends now. */
export function limitLabelsRange(
  range: { readonly fromMs: number; readonly toMs: number },
  limits: Pick<RequestLimits, 'maxLookbackMs' | 'maxLabelsLengthMs'>,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const { maxLabelsLengthMs } = limits;
  const shortest = maxLabelsLengthMs > 0 ? Math.min(range.toMs, nowMs) - maxLabelsLengthMs : Number.NEGATIVE_INFINITY;
  return { fromMs: Math.max(range.fromMs, shortest, oldestTimeMs(limits, nowMs)), toMs: range.toMs };
}

/** The smaller of a request's limit and the tenant's, where 0 is none. */
export function smallerLimit(asked: number, allowed: number): number {
  return asked === 0 || (allowed > 0 && allowed < asked) ? allowed : asked;
}
