/** Part of a UTC date, from seconds since 1970 (fractions are cut). */
export type CalendarFunction = (seconds: number) => number;

const MS_PER_DAY = 86_400_000;
const SECONDS_PER_DAY = 86_400n;
/** Beyond, a date and the end of its month may be none that `Date` knows. */
const MAX_DATE_SECONDS = 8e12;
/** The calendar repeats itself after 400 years. */
const CYCLE_YEARS = 400;
const CYCLE_DAYS = 146_097;
/** Begins a cycle, as the year 1 does. */
const CYCLE_YEAR = 2001;
/** From here Go counts, in 64 bits without sign: the first of January, at midnight. */
const FIRST_YEAR = -292_277_022_399;
const SECONDS_BEFORE_1970 = 9_223_372_028_715_321_600n;
const MIN_INT64 = -(2n ** 63n);

/** Functions that take dates apart, by name. Without an argument they speak of the evaluation time. */
export const CALENDAR_FUNCTIONS: ReadonlyMap<string, CalendarFunction> = new Map<string, CalendarFunction>([
  ['minute', (seconds) => momentOf(seconds).date.getUTCMinutes()],
  ['hour', (seconds) => momentOf(seconds).date.getUTCHours()],
  ['day_of_week', (seconds) => momentOf(seconds).date.getUTCDay()],
  ['day_of_month', (seconds) => momentOf(seconds).date.getUTCDate()],
  ['day_of_year', (seconds) => dayOfYear(momentOf(seconds).date)],
  ['days_in_month', (seconds) => daysInMonth(momentOf(seconds).date)],
  ['month', (seconds) => momentOf(seconds).date.getUTCMonth() + 1],
  ['year', yearOf],
]);

/** A time, as that of a year which differs from its own by whole cycles. */
interface Moment {
  readonly date: Date;
  /** Years to be added to those of the date. */
  readonly years: number;
}

/**
 * What Go makes of a float as seconds: the whole of int64; for what is no int64, NaN and infinities among it, the least one (as
 * on amd64), whose place in the calendar wraps around to its end.
 */
function momentOf(seconds: number): Moment {
  const whole = Math.trunc(seconds);
  if (Math.abs(whole) <= MAX_DATE_SECONDS) return { date: new Date(whole * 1000), years: 0 };
  const unix = whole >= -(2 ** 63) && whole < 2 ** 63 ? BigInt(whole) : MIN_INT64;
  const absolute = BigInt.asUintN(64, unix + SECONDS_BEFORE_1970);
  const days = Number(absolute / SECONDS_PER_DAY);
  const ms = Date.UTC(CYCLE_YEAR, 0, 1) + (days % CYCLE_DAYS) * MS_PER_DAY + Number(absolute % SECONDS_PER_DAY) * 1000;
  return { date: new Date(ms), years: FIRST_YEAR - CYCLE_YEAR + Math.floor(days / CYCLE_DAYS) * CYCLE_YEARS };
}

function yearOf(seconds: number): number {
  const { date, years } = momentOf(seconds);
  return date.getUTCFullYear() + years;
}

function dayOfYear(date: Date): number {
  const newYear = new Date(0).setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - newYear) / MS_PER_DAY) + 1;
}

function daysInMonth(date: Date): number {
  const last = new Date(0);
  last.setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth() + 1, 0);
  return last.getUTCDate();
}
