/**
 * Parses a number as Go's `strconv.ParseFloat(text, 64)`: decimal, hexadecimal with a `p` exponent, `_` between digits,
 * `inf`, `infinity` and `nan` in any case. Undefined where Go answers with an error, which includes overflow.
 */
export function parseGoFloat(text: string): number | undefined {
  if (/^[+-]?[0-9]{1,15}$/.test(text)) return Number(text);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2]!.toLowerCase() === 'nan') return special[1] === '' ? Number.NaN : undefined;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (text.includes('_') && !hasGoodUnderscores(text)) return undefined;
  const plain = text.replaceAll('_', '');
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain)) {
    const value = Number(plain);
    return Number.isFinite(value) ? value : undefined;
  }
  return parseHexadecimal(plain);
}

/** An underscore stands between two digits, or between the base prefix and a digit. */
function hasGoodUnderscores(text: string): boolean {
  const isHexadecimal = /^[+-]?0[xX]/.test(text);
  return isHexadecimal
    ? /^(?:[^_]|(?<=[0-9a-fA-FxX])_(?=[0-9a-fA-F]))*$/.test(text)
    : /^(?:[^_]|(?<=[0-9])_(?=[0-9]))*$/.test(text);
}

function parseHexadecimal(text: string): number | undefined {
  const found = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/.exec(text);
  if (found === null || found[2] + found[3]! === '') return undefined;
  const fraction = found[3]!;
  const digits = BigInt(`0x${found[2]}${fraction}`);
  const value = scale(digits, Number(found[4]) - 4 * fraction.length);
  if (!Number.isFinite(value)) return undefined;
  return found[1] === '-' ? -value : value;
}

/** `digits * 2^exponent`, rounded once. */
function scale(digits: bigint, exponent: number): number {
  if (digits === 0n || exponent < -5000) return 0;
  if (exponent > 5000) return Number.POSITIVE_INFINITY;
  // Keep 64 significant bits and a sticky one, so that the conversion to a double rounds right.
  const excess = digits.toString(2).length - 66;
  if (excess > 0) {
    const dropped = digits & ((1n << BigInt(excess)) - 1n);
    return scale((digits >> BigInt(excess)) | (dropped === 0n ? 0n : 1n), exponent + excess);
  }
  if (exponent >= -1020) return Number(digits) * 2 ** Math.min(exponent, 1023) * 2 ** Math.max(exponent - 1023, 0);
  // Subnormal results: one division of integers rounds once.
  const shift = BigInt(-exponent - 1074);
  if (shift <= 0n) return Number(digits << -shift) * 2 ** -1074;
  const half = 1n << (shift - 1n);
  const floor = digits >> shift;
  const rest = digits & ((1n << shift) - 1n);
  const isUp = rest > half || (rest === half && (floor & 1n) === 1n);
  return Number(isUp ? floor + 1n : floor) * 2 ** -1074;
}
