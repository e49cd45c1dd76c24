const DECIMAL = /^[+-]?(\d+(_?\d+)*\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/;

/** Reads a number as Go's `strconv.ParseFloat` does; undefined when it is none. */
export function parseGoFloat(text: string): number | undefined {
  if (DECIMAL.test(text) && !text.includes('_')) return Number(text);
  const lower = text.toLowerCase();
  const sign = lower.startsWith('-') ? -1 : 1;
  const bare = lower.replace(/^[+-]/, '');
  if (bare === 'inf' || bare === 'infinity') return sign * Infinity;
  // A signed NaN is none.
  if (lower === 'nan') return NaN;
  const hex = HEXADECIMAL.exec(text);
  if (hex === null) return undefined;
  const [, , whole = '', fraction = '', exponent = '0'] = hex;
  if (whole === '' && fraction === '') return undefined;
  return sign * Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
}
