const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  '\\': 0x5c,
  "'": 0x27,
  '"': 0x22,
};

/**
 * Value of a quoted literal that the lexer has accepted: '...', "..." with Go's escapes, or `...` without any.
 * `\xNN` and octal escapes are bytes; those that make no UTF-8 stay as lone surrogates U+DC80..U+DCFF, so that they
 * equal no label and print as they were written. Cost: O(n).
 */
export function unquoteLiteral(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`') || !body.includes('\\')) return body;
  if (!/\\(x|[0-7])/.test(body)) return replaceEscapes(body);
  return decodeLossless(escapesToBytes(body));
}

/** Escapes without bytes: every one stands for a code point. */
function replaceEscapes(body: string): string {
  let out = '';
  for (let i = 0; i < body.length; ) {
    const slash = body.indexOf('\\', i);
    if (slash < 0) return out + body.slice(i);
    const found = readEscape(body, slash);
    out += body.slice(i, slash) + String.fromCodePoint(found.code);
    i = found.end;
  }
  return out;
}

interface Escape {
  readonly code: number;
  readonly isByte: boolean;
  readonly end: number;
}

/** Reads the escape whose backslash is at `at`. */
function readEscape(body: string, at: number): Escape {
  const kind = body[at + 1]!;
  if (kind === 'x') return { code: Number.parseInt(body.slice(at + 2, at + 4), 16), isByte: true, end: at + 4 };
  if (kind === 'u') return { code: Number.parseInt(body.slice(at + 2, at + 6), 16), isByte: false, end: at + 6 };
  if (kind === 'U') return { code: Number.parseInt(body.slice(at + 2, at + 10), 16), isByte: false, end: at + 10 };
  const simple = SIMPLE_ESCAPES[kind];
  if (simple !== undefined) return { code: simple, isByte: false, end: at + 2 };
  return { code: Number.parseInt(body.slice(at + 1, at + 4), 8), isByte: true, end: at + 4 };
}

function escapesToBytes(body: string): Uint8Array {
  const encoder = new TextEncoder();
  // An escape is never shorter than its bytes, a character never longer than three bytes per unit.
  const bytes = new Uint8Array(body.length * 3);
  let length = 0;
  for (let i = 0; i < body.length; ) {
    const slash = body.indexOf('\\', i);
    const plainEnd = slash < 0 ? body.length : slash;
    length += encoder.encodeInto(body.slice(i, plainEnd), bytes.subarray(length)).written;
    if (slash < 0) break;
    const found = readEscape(body, slash);
    if (found.isByte) bytes[length++] = found.code;
    else length += encoder.encodeInto(String.fromCodePoint(found.code), bytes.subarray(length)).written;
    i = found.end;
  }
  return bytes.subarray(0, length);
}

/** UTF-8 to string; each byte that belongs to no character becomes U+DC00 + byte. */
function decodeLossless(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const width = sequenceLength(bytes[i]!);
    const char = width === 0 ? undefined : tryDecode(bytes.subarray(i, i + width));
    out += char ?? String.fromCharCode(0xdc00 + bytes[i]!);
    i += char === undefined ? 1 : width;
  }
  return out;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** The text that the bytes are the UTF-8 form of, undefined if they are none. */
function tryDecode(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return Buffer.from(text).equals(bytes) ? text : undefined;
}
