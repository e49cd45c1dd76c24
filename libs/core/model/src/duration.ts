const MS_PER_UNIT: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
/** Units that are only written when they fit exactly. */
const EXACT_UNITS: ReadonlySet<string> = new Set(['y', 'w']);
/** Longest duration in milliseconds: what fits int64 nanoseconds. */
const MAX_DURATION_MS = 2 ** 63 / 1e6;

/**
 * Parses a Prometheus duration (`1h30m`, units y w d h m s ms, largest first, each once; `0` needs none) to milliseconds.
 * Undefined when it is none or exceeds 292 years.
 */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  if (text === '') return undefined;
  const found = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
  if (found === null) return undefined;
  let sum = 0;
  for (const [i, factor] of Object.values(MS_PER_UNIT).entries()) sum += Number(found[i + 1] ?? 0) * factor;
  return sum > MAX_DURATION_MS ? undefined : sum;
}

/** Text of a duration as Prometheus prints it: `0s`, `1h30m`, `1d`, `1d1h`, `-5m`; whole milliseconds. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let rest = Math.abs(durationMs);
  let text = durationMs < 0 ? '-' : '';
  for (const [unit, factor] of Object.entries(MS_PER_UNIT)) {
    if (EXACT_UNITS.has(unit) && rest % factor !== 0) continue;
    const count = Math.floor(rest / factor);
    if (count === 0) continue;
    text += `${count}${unit}`;
    rest -= count * factor;
  }
  return text;
}

/**
 * Parses a duration of an option: a Prometheus duration, or Go's form with fractions and small units (`1h0m0s`, `1.5s`,
 * `250us`), optionally negative. Result in milliseconds, possibly fractional. Undefined when it is neither.
 */
export function parseOptionDurationMs(text: string): number | undefined {
  const isNegative = text.startsWith('-');
  const body = isNegative || text.startsWith('+') ? text.slice(1) : text;
  const sign = isNegative ? -1 : 1;
  const plain = parseDurationMs(body);
  if (plain !== undefined) return plain === 0 ? 0 : sign * plain;
  const parts = [...body.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|y|w|d|h|m|s)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== body) return undefined;
  let sum = 0;
  for (const [, count, unit] of parts) {
    const factor = MS_PER_UNIT[unit!];
    sum += factor === undefined ? Number(count) / (unit === 'ns' ? 1e6 : 1e3) : Number(count) * factor;
  }
  return sum > MAX_DURATION_MS ? undefined : sign * sum;
}
