import { changes, resets } from './changes.ts';
import { makeInstantRate } from './instant-rate.ts';
import {
  averageOverTime,
  countOverTime,
  madOverTime,
  makeEndOverTime,
  makeExtremeOverTime,
  makeTimeOfEnd,
  makeTimeOfExtreme,
  makeVarianceOverTime,
  presentOverTime,
  quantileOverTime,
  sumOverTime,
} from './over-time.ts';
import type { RangeFunction } from './range-function.ts';
import { makeRate } from './rate.ts';
import { deriv, doubleExponentialSmoothing, predictLinear } from './regression.ts';

/** Functions over ranges by name. `absent_over_time` is finished by its caller. */
export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map([
  ['absent_over_time', presentOverTime],
  ['avg_over_time', averageOverTime],
  ['changes', changes],
  ['count_over_time', countOverTime],
  ['delta', makeRate({ isCounter: false, isPerSecond: false })],
  ['deriv', deriv],
  ['double_exponential_smoothing', doubleExponentialSmoothing],
  ['first_over_time', makeEndOverTime(false)],
  ['idelta', makeInstantRate(false)],
  ['increase', makeRate({ isCounter: true, isPerSecond: false })],
  ['irate', makeInstantRate(true)],
  ['last_over_time', makeEndOverTime(true)],
  ['mad_over_time', madOverTime],
  ['max_over_time', makeExtremeOverTime(true)],
  ['min_over_time', makeExtremeOverTime(false)],
  ['predict_linear', predictLinear],
  ['present_over_time', presentOverTime],
  ['quantile_over_time', quantileOverTime],
  ['rate', makeRate({ isCounter: true, isPerSecond: true })],
  ['resets', resets],
  ['stddev_over_time', makeVarianceOverTime(true)],
  ['stdvar_over_time', makeVarianceOverTime(false)],
  ['sum_over_time', sumOverTime],
  ['ts_of_first_over_time', makeTimeOfEnd(false)],
  ['ts_of_last_over_time', makeTimeOfEnd(true)],
  ['ts_of_max_over_time', makeTimeOfExtreme(true)],
  ['ts_of_min_over_time', makeTimeOfExtreme(false)],
]);

/** Functions that understand `anchored`. */
export const ANCHORED_FUNCTIONS: ReadonlySet<string> = new Set(['resets', 'changes', 'rate', 'increase', 'delta']);

/** Functions that understand `smoothed`. */
export const SMOOTHED_FUNCTIONS: ReadonlySet<string> = new Set(['rate', 'increase', 'delta']);
