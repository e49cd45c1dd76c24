import { expect, it } from 'vitest';
import { CALENDAR_FUNCTIONS } from './calendar.ts';

const NAMES = ['year', 'month', 'day_of_month', 'hour', 'minute', 'day_of_week', 'day_of_year', 'days_in_month'];
const parts = (seconds: number): number[] => NAMES.map((name) => CALENDAR_FUNCTIONS.get(name)!(seconds));

it.each([
  [0, [1970, 1, 1, 0, 0, 4, 1, 31]],
  [1_709_210_096.9, [2024, 2, 29, 12, 34, 4, 60, 29]],
  [-1.5, [1969, 12, 31, 23, 59, 3, 365, 31]],
  [-62_135_596_801, [0, 12, 31, 23, 59, 0, 366, 31]],
  [-62_000_000_000, [5, 4, 19, 9, 46, 2, 109, 30]],
])('takes the date of %d apart', (seconds, expected) => {
  expect(parts(seconds)).toEqual(expected);
});

// As Prometheus 3.14 answers on amd64.
it.each([
  [8.64e12 + 1, [275_760, 9, 13, 0, 0, 6, 257, 30]],
  [1e15, [31_690_708, 7, 5, 1, 46, 0, 187, 31]],
  [-1e15, [-31_686_769, 6, 29, 22, 13, 0, 180, 30]],
  [9e18, [285_198_648_531, 4, 21, 16, 0, 6, 111, 30]],
  [-9e18, [-285_198_644_592, 9, 12, 8, 0, 1, 256, 30]],
  [Number.NaN, [292_277_026_596, 12, 4, 15, 30, 0, 339, 31]],
  [Number.POSITIVE_INFINITY, [292_277_026_596, 12, 4, 15, 30, 0, 339, 31]],
  [-1e300, [292_277_026_596, 12, 4, 15, 30, 0, 339, 31]],
])('takes a date beyond those of Date apart as Go does: %d', (seconds, expected) => {
  expect(parts(seconds)).toEqual(expected);
});

it('agrees with Date where both work', () => {
  for (let i = -5000; i <= 5000; i++) {
    const seconds = i * 1_599_999_999;
    const date = new Date(seconds * 1000);
    const expected = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()];
    expect(parts(seconds).slice(0, 4)).toEqual(expected);
  }
});
