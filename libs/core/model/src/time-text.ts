import { parseDurationMs } from './duration.ts';
import { parseGoFloat } from './go-float.ts';
import { quoteGo } from './labels.ts';
import { TelamonError } from './telamon-error.ts';

/** Earliest time that is told apart; the API's own minimum is clamped to it. */
export const MIN_TIME_MS: number = Number.MIN_SAFE_INTEGER;
/** Latest time that is told apart. */
export const MAX_TIME_MS: number = Number.MAX_SAFE_INTEGER;

/** What clients send for "from the beginning" and "to the end"; their years have more than four digits. */
const MIN_TIME_TEXT = '-292273086-05-16T16:47:06Z';
const MAX_TIME_TEXT = '292277025-08-18T07:12:54.999999999Z';

/**
 * Parses a time of the query API to milliseconds: seconds as a float (rounded to milliseconds) or RFC 3339 with any
 * fraction (truncated). {@link TelamonError} of status 400 otherwise. Clamped to {@link MIN_TIME_MS}..{@link MAX_TIME_MS}.
 */
export function parseTimeMs(text: string): number {
  const timeMs = readTime(text);
  if (timeMs === undefined) throw new TelamonError(`cannot parse ${quoteGo(text)} to a valid timestamp`, { status: 400 });
  return Math.min(MAX_TIME_MS, Math.max(MIN_TIME_MS, timeMs));
}

/**
 * Parses a duration of the query API to milliseconds (nanoseconds kept as fraction): seconds as a float, or a Prometheus
 * duration. {@link TelamonError} of status 400 otherwise. May be negative or zero.
 */
export function parseApiDurationMs(text: string): number {
  const seconds = parseGoFloat(text);
  if (seconds !== undefined && !Number.isNaN(seconds)) {
    const nanoseconds = seconds * 1e9;
    if (Math.abs(nanoseconds) > 2 ** 63) {
      throw new TelamonError(`cannot parse ${quoteGo(text)} to a valid duration. It overflows int64`, { status: 400 });
    }
    return Math.trunc(nanoseconds) / 1e6;
  }
  const durationMs = parseDurationMs(text);
  if (durationMs === undefined) throw new TelamonError(`cannot parse ${quoteGo(text)} to a valid duration`, { status: 400 });
  return durationMs;
}

/** RFC 3339 with milliseconds, as `new Date(timeMs).toISOString()` but for every time within its range. */
export function formatRfc3339Ms(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function readTime(text: string): number | undefined {
  const seconds = parseGoFloat(text);
  if (seconds !== undefined) return Number.isFinite(seconds) ? secondsToMs(seconds) : undefined;
  if (text === MIN_TIME_TEXT) return MIN_TIME_MS;
  if (text === MAX_TIME_TEXT) return MAX_TIME_MS;
  return parseRfc3339Ms(text);
}

/** Repeats Prometheus' arithmetic step by step, rounding errors included. */
function secondsToMs(seconds: number): number {
  const whole = Math.trunc(seconds);
  const scaled = (seconds - whole) * 1000;
  const fraction = (Math.sign(scaled) * Math.round(Math.abs(scaled))) / 1000;
  return whole * 1000 + Math.floor(Math.trunc(fraction * 1e9) / 1e6);
}

/** Parses RFC 3339 as Go does (upper case `T` and `Z`, any fraction, ranges checked); undefined otherwise. */
export function parseRfc3339Ms(text: string): number | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const fractionMs = Number((found[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offsetMinutes = readOffset(found[8]!);
  if (offsetMinutes === undefined) return undefined;
  return date.getTime() + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + fractionMs;
}

function readOffset(text: string): number | undefined {
  if (text === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  if (hours > 24 || minutes > 60) return undefined;
  return (text[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}
