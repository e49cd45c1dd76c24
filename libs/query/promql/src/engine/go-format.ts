import { formatG, formatValue } from '@telamon/model';

/** A number as Go's `%.2g`: two significant digits, without trailing zeros. */
export function formatTwoDigits(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatG(value);
  const [mantissa, exponent] = value.toExponential(1).split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 2) return formatValue(Number(`${mantissa}e${exponent}`));
  const digits = mantissa.replace(/\.0$/, '');
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** A number as Go's `%f`: six digits after the point. */
export function formatSixDecimals(value: number): string {
  if (!Number.isFinite(value)) return formatValue(value);
  // Beyond 1e21 toFixed gives an exponent; a double that large is whole.
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
}
