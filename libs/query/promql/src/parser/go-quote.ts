/** Characters that Go prints as they are: letters, marks, numbers, punctuation, symbols and the plain space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x5c, '\\\\'],
]);

const PLAIN_ASCII = /^[ !#-[\]-~]*$/;

/**
 * A string as Go's `%q` prints it. Bytes that were no UTF-8, which {@link unquoteLiteral} keeps as lone surrogates
 * U+DC80..U+DCFF, print as `\xNN`. Cost: O(n).
 */
export function quoteGo(text: string): string {
  if (PLAIN_ASCII.test(text)) return `"${text}"`;
  let out = '"';
  for (const char of text) out += char === '"' ? '\\"' : escapeRune(char);
  return `${out}"`;
}

/** One character as Go's `%q` prints a rune; '' (the end of the input) prints as the replacement character. */
export function quoteGoRune(char: string): string {
  if (char === '') return "'\ufffd'";
  return char === "'" ? "'\\''" : `'${escapeRune(char)}'`;
}

/** One character as Go's `%#U` prints it: `U+0022 '"'`. */
export function describeRune(char: string): string {
  const code = char.codePointAt(0)!;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return PRINTABLE.test(char) ? `${name} '${char}'` : name;
}

function escapeRune(char: string): string {
  const code = char.codePointAt(0)!;
  const short = SHORT_ESCAPES.get(code);
  if (short !== undefined) return short;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (PRINTABLE.test(char)) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`;
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
