const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/**
 * Reads a duration as Go and Prometheus write it: `1h30m`, `1.5h`, `7d`, `0`. Returns ms, or undefined if it isn't one or is beyond
 * 2^53 ms. A day has 24 hours, a week 7 days, a year 365 days.
 */
export function parseDurationMs(text: string): number | undefined {
  const body = text.trim();
  if (/^-?0+$/.test(body)) return 0;
  const isNegative = body.startsWith('-');
  const parts = body.slice(isNegative ? 1 : 0);
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w|y))+$/.test(parts)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of parts.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w|y)/g))
    totalMs += Number(amount) * MS_PER_UNIT[unit!]!;
  if (totalMs > Number.MAX_SAFE_INTEGER) return undefined;
  // 1.1h is 3960000.0000000005 in floating point.
  const roundedMs = Number.isSafeInteger(totalMs) ? totalMs : Math.round(totalMs * 1e6) / 1e6;
  return isNegative ? -roundedMs : roundedMs;
}

/** Writes ms as a duration that {@link parseDurationMs} reads back: `0s`, `1h30m`, `13h`, `1d`. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let rest = Math.abs(durationMs);
  let text = durationMs < 0 ? '-' : '';
  // Days only when they come out even, as Prometheus does: 25h stays 25h.
  const units = rest % MS_PER_UNIT.d! === 0 ? ['d'] : ['h', 'm', 's', 'ms'];
  for (const unit of units) {
    const size = MS_PER_UNIT[unit]!;
    const count = unit === 'ms' ? rest : Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** Reads a size: a whole number of bytes, or a number with B, K, KB, KiB, ... TiB (all binary). undefined if it isn't one. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?b)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const power = ['', 'k', 'm', 'g', 't'].indexOf(match[2]!.toLowerCase());
  if (power === 0 && match[3]?.toLowerCase() === 'ib') return undefined;
  const bytes = Number(match[1]) * 1024 ** power;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Writes bytes with the largest binary unit that comes out even: `100MiB`, `1500B`. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let power = 0;
  while (power < 4 && amount !== 0 && amount % 1024 === 0) {
    amount /= 1024;
    power++;
  }
  return `${amount}${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}
