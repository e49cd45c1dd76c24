/**
 * A number as Go's `strconv.FormatFloat(v, 'f', -1, 64)` writes it: shortest digits that read back, never an exponent.
 */
export function formatGoFixed(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  return text.includes('e') ? expand(text) : text;
}

/** A number as Go's `%g` writes it: shortest digits; exponent form below 1e-4 and from 1e6 on (or from 10^digits). */
export function formatGoGeneral(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 21) return `${mantissa}e${power < 0 ? '-' : '+'}${twoDigits(Math.abs(power))}`;
  return formatGoFixed(value);
}

/** A number as Go's `%.2g`: two significant digits, without trailing zeros. */
export function formatGoTwoDigits(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatGoGeneral(value);
  const [mantissa, exponent] = value.toExponential(1).split('e') as [string, string];
  const power = Number(exponent);
  const digits = mantissa.replace(/\.0$/, '');
  if (power < -4 || power >= 2) return `${digits}e${power < 0 ? '-' : '+'}${twoDigits(Math.abs(power))}`;
  return formatGoFixed(Number(`${mantissa}e${exponent}`));
}

/** A number as Go's `%f`: six digits after the point. */
export function formatGoSixDecimals(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${expand(value.toExponential())}.000000`;
}

/** A number as an OpenMetrics label value: always with a point or an exponent, so that 1 becomes `1.0`. */
export function formatOpenMetrics(value: number): string {
  const text = formatGoGeneral(value);
  return /[e.NI]/.test(text) ? text : `${text}.0`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function expand(text: string): string {
  const isNegative = text.startsWith('-');
  const [mantissa, exponent] = (isNegative ? text.slice(1) : text).split('e') as [string, string];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  let out: string;
  if (point <= 0) out = `0.${'0'.repeat(-point)}${digits}`;
  else if (point >= digits.length) out = digits + '0'.repeat(point - digits.length);
  else out = `${digits.slice(0, point)}.${digits.slice(point)}`;
  return isNegative ? `-${out}` : out;
}
