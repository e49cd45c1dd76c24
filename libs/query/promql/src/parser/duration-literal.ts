import { formatDurationMs } from '@telamon/model';
import { quoteGo } from './go-quote.ts';

/** Unit, its milliseconds, and its place: units must come from large to small. */
const UNITS: ReadonlyMap<string, { readonly place: number; readonly ms: bigint }> = new Map([
  ['y', { place: 1, ms: 31_536_000_000n }],
  ['w', { place: 2, ms: 604_800_000n }],
  ['d', { place: 3, ms: 86_400_000n }],
  ['h', { place: 4, ms: 3_600_000n }],
  ['m', { place: 5, ms: 60_000n }],
  ['s', { place: 6, ms: 1_000n }],
  ['ms', { place: 7, ms: 1n }],
]);

/** What a signed 64-bit count of nanoseconds can hold, in ms. */
const MAX_DURATION_MS = 9_223_372_036_854n;
const MAX_UINT64 = 18_446_744_073_709_551_615n;

/**
 * Reads a duration such as `1h30m` and returns milliseconds (0 <= ms <= 9,223,372,036,854). `0` needs no unit.
 * Throws an Error with the text that Prometheus gives.
 */
export function parseDurationLiteral(text: string): number {
  if (text === '0') return 0;
  if (text === '') throw new Error('empty duration string');
  const invalid = (): Error => new Error(`not a valid duration string: ${quoteGo(text)}`);
  let total = 0n;
  let lastPlace = 0;
  for (let rest = text; rest !== ''; ) {
    const [all, digits, unitName] = /^([0-9]+)([^0-9]+)/.exec(rest) ?? [];
    if (all === undefined || digits!.length > 20 || BigInt(digits!) > MAX_UINT64) throw invalid();
    const unit = UNITS.get(unitName!);
    if (unit === undefined) throw new Error(`unknown unit ${quoteGo(unitName!)} in duration ${quoteGo(text)}`);
    if (unit.place <= lastPlace) throw invalid();
    lastPlace = unit.place;
    total += BigInt(digits!) * unit.ms;
    if (total > MAX_DURATION_MS) throw new Error('duration out of range');
    rest = rest.slice(all.length);
  }
  return Number(total);
}

/** A duration in ms as Prometheus prints it: `1d2h3m`, `0s`, `90d`; fractions of a millisecond are cut off. */
export function formatDurationLiteral(durationMs: number): string {
  return formatDurationMs(Math.trunc(durationMs));
}

/** Seconds to whole milliseconds by way of nanoseconds, halves of which round away from zero and whose rest is cut off. */
export function secondsToMs(seconds: number): number {
  const nanoseconds = Math.sign(seconds) * Math.round(Math.abs(seconds) * 1e9);
  if (Number.isSafeInteger(nanoseconds)) return Math.trunc(nanoseconds / 1e6) + 0;
  return Number(BigInt(nanoseconds) / 1_000_000n);
}

/** Whether seconds do not fit a signed 64-bit count of nanoseconds; NaN does not (Prometheus takes it for the lowest number). */
export function isDurationOutOfRange(seconds: number): boolean {
  return !(Math.abs(seconds) <= 2 ** 63 / 1e9);
}
