/**
 * Text of a sample in the query API: Go's `FormatFloat(v, 'f', -1)`, but with exponent ('e') for |v| < 1e-6 or >= 1e21;
 * `+Inf`, `-Inf`, `NaN`, `-0`. Shortest digits that read back as the same double.
 */
export function formatValue(value: number): string {
  // JavaScript switches to an exponent at the same two thresholds.
  const text = String(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return text.includes('e') ? padExponent(text) : text;
}

/** Text of a scalar result: as {@link formatValue} but never with an exponent (Go's 'f', -1). */
export function formatScalar(value: number): string {
  const text = formatValue(value);
  const at = text.indexOf('e');
  return at < 0 ? text : writeFixed(text, at);
}

/** Go's `FormatFloat(v, 'f', -1)`: how OTLP translation writes `le` and `quantile`. The same as {@link formatScalar}. */
export function formatFixed(value: number): string {
  return formatScalar(value);
}

/** Go's `FormatFloat(v, 'e', -1)`: always an exponent of at least two digits (`1e+00`). */
export function formatExponent(value: number): string {
  if (!Number.isFinite(value)) return formatValue(value);
  return (Object.is(value, -0) ? '-' : '') + padExponent(value.toExponential());
}

/** Go's `%g` and `%v` of a float: shortest digits, with an exponent below 1e-4 and from 1e6 on. */
export function formatG(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatValue(value);
  const exponential = value.toExponential();
  const exponent = Number(exponential.slice(exponential.indexOf('e') + 1));
  return exponent < -4 || exponent >= 6 ? padExponent(exponential) : formatScalar(value);
}

/** Text of a time in the query API: whole seconds, else exactly three decimals (`1.500`), sign first. */
export function formatTimestampMs(timeMs: number): string {
  const sign = timeMs < 0 ? '-' : '';
  const size = Math.abs(timeMs);
  const rest = size % 1000;
  const seconds = (size - rest) / 1000;
  return rest === 0 ? `${sign}${seconds}` : `${sign}${seconds}.${String(rest).padStart(3, '0')}`;
}

/** Value of `le` and `quantile` as OpenMetrics writes it: like `%g`, whole numbers with `.0`. */
export function formatOpenMetrics(value: number): string {
  const text = formatG(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function padExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function writeFixed(text: string, at: number): string {
  const exponent = Number(text.slice(at + 1));
  const sign = text.startsWith('-') ? '-' : '';
  const [whole, fraction = ''] = text.slice(sign.length, at).split('.') as [string, string?];
  const digits = whole + fraction;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return sign + digits.padEnd(exponent + 1, '0');
}
