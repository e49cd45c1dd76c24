const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  ki: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mi: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gi: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
  t: 1024 ** 4,
  ti: 1024 ** 4,
  tib: 1024 ** 4,
  tb: 1000 ** 4,
};

/**
 * Parses a size of an option to bytes: `1048576`, `100MiB`, `1.5GiB`, `64KB` (decimal units with B alone are powers of
 * 1000, all others of 1024), any case. Undefined when it is none, or not a whole safe number of bytes.
 */
export function parseByteSize(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim());
  if (found === null) return undefined;
  const unit = found[2]!.toLowerCase();
  if (!Object.hasOwn(FACTORS, unit)) return undefined;
  const bytes = Number(found[1]) * FACTORS[unit]!;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Text of a size: the largest power of 1024 with at most two decimals (`100MiB`, `1.5KiB`, `10B`). */
export function formatByteSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = bytes;
  let at = 0;
  while (size >= 1024 && at < units.length - 1) {
    size /= 1024;
    at++;
  }
  return `${Number(size.toFixed(2))}${units[at]}`;
}
