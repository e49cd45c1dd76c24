import { formatScalar } from '@telamon/model';
import { quoteGo } from './go-quote.ts';

const DECIMAL = /^([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][+-]?[0-9][0-9_]*)?$/;
const MISPLACED_UNDERSCORE = /(^|[^0-9a-fA-FxX])_|_([^0-9a-fA-F]|$)/;
const MAX_INT64 = 9_223_372_036_854_775_807n;

/**
 * Value of a number as the lexer found it. An integer is read as Go reads its literals, so a leading 0 means octal
 * (`010` is 8) unless a digit is too large (`09` is 9); hexadecimal must fit 63 bits; `_` may separate digits.
 * Throws an Error with Go's text.
 */
export function parseNumberLiteral(text: string): number {
  const lower = text.toLowerCase();
  if (lower === 'inf') return Number.POSITIVE_INFINITY;
  if (lower === 'nan') return Number.NaN;
  const isHex = lower.startsWith('0x');
  const digits = text.replaceAll('_', '');
  if (MISPLACED_UNDERSCORE.test(text)) throw invalidSyntax(text);
  const integer = isHex ? parseInteger(digits, /^0[xX][0-9a-fA-F]+$/, digits) : parseOctal(digits);
  if (integer !== undefined) return integer;
  if (isHex || !DECIMAL.test(text)) throw invalidSyntax(text);
  const value = Number(digits);
  if (!Number.isFinite(value))
    throw new Error(`error parsing number: strconv.ParseFloat: parsing ${quoteGo(text)}: value out of range`);
  return value;
}

function parseOctal(digits: string): number | undefined {
  return parseInteger(digits, /^0[0-7]+$/, `0o${digits.slice(1)}`);
}

function parseInteger(digits: string, pattern: RegExp, literal: string): number | undefined {
  if (!pattern.test(digits)) return undefined;
  const value = BigInt(literal);
  return value > MAX_INT64 ? undefined : Number(value);
}

function invalidSyntax(text: string): Error {
  return new Error(`error parsing number: strconv.ParseFloat: parsing ${quoteGo(text)}: invalid syntax`);
}

/** A float as Go's `%f` prints it, with six decimals. */
export function formatFloatFixed6(value: number): string {
  if (!Number.isFinite(value)) return formatScalar(value);
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
}
