import { describeRune } from './go-quote.ts';

/** End of a scanned literal (behind its closing quote), or what is wrong with it. */
export type StringScan = { readonly end: number; readonly problem?: undefined } | { readonly problem: string };

/** Scans a literal with escapes; `from` is behind its opening quote. */
export function scanQuoted(input: string, from: number, quote: string): StringScan {
  let at = from;
  for (;;) {
    const char = input[at];
    if (char === undefined || char === '\n') return { problem: 'unterminated quoted string' };
    if (char === quote) return { end: at + 1 };
    if (isInvalidAt(input, at)) return { problem: 'invalid UTF-8 rune' };
    at++;
    if (char !== '\\') continue;
    const found = scanEscape(input, at, quote);
    if (found.problem !== undefined) return found;
    at = found.end;
  }
}

/** Scans a literal without escapes, which may span lines; `from` is behind its opening back quote. */
export function scanRaw(input: string, from: number): StringScan {
  for (let at = from; ; at++) {
    const char = input[at];
    if (char === undefined) return { problem: 'unterminated raw string' };
    if (char === '`') return { end: at + 1 };
    if (isInvalidAt(input, at)) return { problem: 'invalid UTF-8 rune' };
  }
}

/** The replacement character, which stands for bytes that were no UTF-8, and surrogates without their other half. */
function isInvalidAt(input: string, at: number): boolean {
  const unit = input.charCodeAt(at);
  if (unit === 0xfffd) return true;
  if (unit < 0xd800 || unit > 0xdfff) return false;
  if (unit < 0xdc00) return input.codePointAt(at)! <= 0xffff;
  const before = at > 0 ? input.charCodeAt(at - 1) : 0;
  return before < 0xd800 || before > 0xdbff;
}

interface EscapeForm {
  readonly count: number;
  readonly base: number;
  readonly max: number;
  readonly skip: number;
}

function escapeForm(kind: string): EscapeForm | undefined {
  if (kind >= '0' && kind <= '7') return { count: 3, base: 8, max: 255, skip: 0 };
  if (kind === 'x') return { count: 2, base: 16, max: 255, skip: 1 };
  if (kind === 'u') return { count: 4, base: 16, max: 0x10ffff, skip: 1 };
  if (kind === 'U') return { count: 8, base: 16, max: 0x10ffff, skip: 1 };
  return undefined;
}

/** Scans one escape; `from` is behind its backslash. */
function scanEscape(input: string, from: number, quote: string): StringScan {
  const kind = runeAt(input, from);
  if (kind === '') return { problem: 'escape sequence not terminated' };
  if (kind === quote || 'abfnrtv\\'.includes(kind)) return { end: from + 1 };
  const form = escapeForm(kind);
  if (form === undefined) return { problem: `unknown escape sequence ${describeRune(kind)}` };
  let value = 0;
  let at = from + form.skip;
  for (let i = 0; i < form.count; i++, at++) {
    const char = runeAt(input, at);
    if (char === '') return { problem: 'escape sequence not terminated' };
    const digit = /^[0-9a-fA-F]$/.test(char) ? Number.parseInt(char, 16) : 16;
    if (digit >= form.base) return { problem: `illegal character ${describeRune(char)} in escape sequence` };
    value = value * form.base + digit;
  }
  if (value > form.max || (value >= 0xd800 && value < 0xe000)) {
    return { problem: 'escape sequence is an invalid Unicode code point' };
  }
  return { end: at };
}

/** The character at an index, '' at the end. */
export function runeAt(input: string, index: number): string {
  const code = input.codePointAt(index);
  return code === undefined ? '' : String.fromCodePoint(code);
}
