const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/** Pause after `failures` (from 0) in a row: 125-250 ms, doubling to 5-10 s, at random so that clients don't come back together. */
export function backoffMs(failures: number, random: () => number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20)) * (0.5 + 0.5 * random());
}
