import { parseApiDurationMs, parseTimeMs } from '@telamon/model';
import { ApiError, invalidParameter } from './api-error.ts';
import type { FormValues } from './api-request.ts';

/** Parses a required time; throws `invalid parameter "<name>": cannot parse ...`. Returns ms. */
export function requiredTimeMs(form: FormValues, name: string): number {
  try {
    return parseTimeMs(form.get(name));
  } catch (error) {
    throw invalidParameter(name, (error as Error).message);
  }
}

/** Parses an optional time, worded as Prometheus does for optional ones. Returns ms. */
export function optionalTimeMs(form: FormValues, name: string, defaultMs: number): number {
  const text = form.get(name);
  if (text === '') return defaultMs;
  try {
    return parseTimeMs(text);
  } catch (error) {
    throw invalidParameter(name, `invalid time value for '${name}': ${(error as Error).message}`);
  }
}

/** Parses a required duration in ms; throws like {@link requiredTimeMs}. */
export function requiredDurationMs(form: FormValues, name: string): number {
  const text = form.get(name);
  // Go parses NaN and converts it to its lowest integer.
  if (/^[+-]?nan$/i.test(text)) return Number.NEGATIVE_INFINITY;
  try {
    return parseApiDurationMs(text);
  } catch (error) {
    throw invalidParameter(name, (error as Error).message);
  }
}

/** A duration without its fraction of a millisecond, which Prometheus drops: 8.2 s, which are 8199.999999 ms there, become 8199. */
export function wholeMs(durationMs: number): number {
  return Math.trunc(durationMs);
}

/** Parses `lookback_delta`; the default when it is absent or 0. Returns whole ms. */
export function lookbackParam(form: FormValues, defaultMs: number): number {
  if (form.get('lookback_delta') === '') return defaultMs;
  try {
    return wholeMs(requiredDurationMs(form, 'lookback_delta')) || defaultMs;
  } catch (error) {
    const reason = (error as Error).message.replace('invalid parameter "lookback_delta": ', '');
    throw new ApiError('bad_data', `error parsing lookback delta duration: ${reason}`);
  }
}

/** Parses `timeout`; undefined when absent. Returns ms. */
export function optionalDurationMs(form: FormValues, name: string): number | undefined {
  return form.get(name) === '' ? undefined : requiredDurationMs(form, name);
}

const INT64_MAX = 9_223_372_036_854_775_807n;

/** Go's strconv.Atoi; undefined with the error text where Go fails. Values beyond 2^53 saturate. */
export function atoi(text: string): { readonly value: number } | { readonly error: string } {
  if (!/^[+-]?[0-9]+$/.test(text)) return { error: `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax` };
  const exact = BigInt(text);
  if (exact > INT64_MAX || exact < -INT64_MAX - 1n)
    return { error: `strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range` };
  return { value: Number(exact) };
}

/** Parses `limit` of queries, labels and series: 0 = none. */
export function limitParam(form: FormValues): number {
  const text = form.get('limit');
  if (text === '') return 0;
  const parsed = atoi(text);
  if ('error' in parsed) throw invalidParameter('limit', parsed.error);
  if (parsed.value < 0) throw invalidParameter('limit', 'limit must be non-negative');
  return parsed.value;
}
