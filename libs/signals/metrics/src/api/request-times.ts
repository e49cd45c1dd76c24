import { maxTotalQueryLength } from '@telamon/limits';
import { ApiError, invalidParameter } from './api-error.ts';
import type { FormValues } from './api-request.ts';
import { requiredDurationMs, requiredTimeMs, wholeMs } from './params.ts';
import type { RequestLimits } from './query-settings.ts';

/** Points per series that a range query may ask for (Prometheus' fixed bound). */
const POINTS_MAX = 11_000;

/** Times of a range query, whole ms. */
export interface RangeTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** The times that a request to `query_range` asks for. Throws as Prometheus refuses times that make no sense. */
export function rangeTimesOf(form: FormValues): RangeTimes {
  const startMs = requiredTimeMs(form, 'start');
  const endMs = requiredTimeMs(form, 'end');
  if (endMs < startMs) throw invalidParameter('end', 'end timestamp must not be before start time');
  const exactStepMs = requiredDurationMs(form, 'step');
  if (exactStepMs > 0 && (endMs - startMs) / exactStepMs > POINTS_MAX) {
    const text = 'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)';
    throw new ApiError('bad_data', text);
  }
  const stepMs = wholeMs(exactStepMs);
  if (!(stepMs > 0)) {
    throw invalidParameter('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
  }
  return { startMs, endMs, stepMs };
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
