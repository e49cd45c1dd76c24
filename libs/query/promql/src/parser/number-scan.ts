const DECIMAL_DIGITS = '0123456789';
const HEX_DIGITS = '0123456789abcdefABCDEF';

/** Where a scan stopped and whether it found what it looked for; a failed scan stops behind the offending character. */
export interface Scan {
  readonly end: number;
  readonly isOk: boolean;
}

/** Whether a character may be part of a name: letter, digit, underscore (ASCII only). */
export function isAlphaNumeric(char: string): boolean {
  return isAlpha(char) || isDigit(char);
}

/** Whether a character is a letter or underscore (ASCII only). */
export function isAlpha(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || char === '_';
}

/** Whether a character is an ASCII digit. */
export function isDigit(char: string): boolean {
  return char >= '0' && char <= '9' && char.length === 1;
}

/**
 * Scans a number at `from`: decimal or hexadecimal, with at most one dot and one exponent, single underscores between
 * digits. What it accepts may still be no number (`1e)`); the literal's parser tells. Letters must not follow.
 */
export function scanNumber(input: string, from: number): Scan {
  let at = from;
  const isOneOf = (set: string): boolean => at < input.length && set.includes(input[at]!);
  let digits = DECIMAL_DIGITS;
  if (isOneOf('0')) {
    at++;
    if (isOneOf('xX')) {
      at++;
      digits = HEX_DIGITS;
      if (isOneOf('_')) at++;
    }
  }
  if (isOneOf('.')) at++;
  if (isOneOf(digits)) at++;
  let hasDot = false;
  let hasExponent = false;
  while (isOneOf(`${digits}._eE`)) {
    const char = input[at]!;
    if (char === '.') {
      at++;
      if (hasDot) return { end: at, isOk: false };
      hasDot = true;
      if (isOneOf('_.')) return { end: at + 1, isOk: false };
      if (digits === HEX_DIGITS) return { end: at, isOk: false };
    } else if (char === 'e' || char === 'E') {
      at++;
      if (hasExponent) return { end: at, isOk: false };
      hasExponent = true;
      if (isOneOf('+-')) at++;
      if (isOneOf('._eE')) return { end: at + 1, isOk: false };
      if (at >= input.length) return { end: at, isOk: false };
    } else if (char === '_') {
      at++;
      if (isOneOf('._eE')) return { end: at + 1, isOk: false };
      if (at >= input.length) return { end: at, isOk: false };
    } else {
      while (isOneOf(digits)) at++;
    }
  }
  const isOk = at > from && !(at < input.length && isAlphaNumeric(input[at]!));
  return { end: at, isOk };
}

/**
 * Scans what follows the first number of a duration: a unit, then further numbers with units. Every unit may be followed
 * by an `s`; the duration's parser tells which are right. Letters and digits must not follow.
 */
export function scanDurationRest(input: string, from: number): Scan {
  let at = from;
  const accept = (set: string): boolean => {
    const isFound = at < input.length && set.includes(input[at]!);
    if (isFound) at++;
    return isFound;
  };
  if (!accept('smhdwy')) return { end: at, isOk: false };
  accept('s');
  while (accept(DECIMAL_DIGITS)) {
    while (accept(DECIMAL_DIGITS));
    if (!accept('smhdw')) return { end: at, isOk: false };
    accept('s');
  }
  if (at < input.length && isAlphaNumeric(input[at]!)) return { end: at + 1, isOk: false };
  return { end: at, isOk: true };
}
