/** Value text that both servers may write differently by at most this, relative to the larger one. */
export const RELATIVE_TOLERANCE = 1e-9;

/** Whether two number texts mean the same within the tolerance; NaN equals NaN. */
export function sameNumber(a: string, b: string, tolerance: number = RELATIVE_TOLERANCE): boolean {
  if (a === b) return true;
  const x = parseValue(a);
  const y = parseValue(b);
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y);
  if (!Number.isFinite(x) || !Number.isFinite(y)) return x === y;
  return Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y));
}

/** Number of a sample's text: `+Inf`, `-Inf`, `NaN` and what JavaScript reads. Text of another kind is NaN. */
export function parseValue(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text.trim() === '' ? Number.NaN : Number(text);
}

/**
 * First difference between two JSON values as `path: want, got`, or undefined. Texts that are numbers compare within
 * the tolerance (0: exactly as written).
 */
export function firstDifference(want: unknown, got: unknown, tolerance: number, path: string = '$'): string | undefined {
  if (Array.isArray(want) && Array.isArray(got)) {
    if (want.length !== got.length)
      return `${path}: want ${want.length} elements ${brief(want)}, got ${got.length} ${brief(got)}`;
    for (let i = 0; i < want.length; i++) {
      const found = firstDifference(want[i], got[i], tolerance, `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isRecord(want) && isRecord(got)) {
    for (const key of new Set([...Object.keys(want), ...Object.keys(got)])) {
      const found = firstDifference(want[key], got[key], tolerance, `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Object.is(want, got)) return undefined;
  if (
    tolerance > 0 &&
    typeof want === 'string' &&
    typeof got === 'string' &&
    isValueText(want) &&
    sameNumber(want, got, tolerance)
  )
    return undefined;
  return `${path}: want ${brief(want)}, got ${brief(got)}`;
}

function isValueText(text: string): boolean {
  return text === 'NaN' || !Number.isNaN(parseValue(text));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 300);
}

/** JSON text with the keys of every object sorted: equal label sets give equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isRecord(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

/** A copy with the elements in a fixed order: by metric when they have one, else by their text. */
export function inFixedOrder(list: readonly unknown[]): unknown[] {
  const key = (item: unknown): string => canonical(isRecord(item) && item.metric !== undefined ? item.metric : item);
  return [...list]
    .map((item) => [key(item), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, item]) => item);
}
