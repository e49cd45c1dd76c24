import { TelamonError } from '@telamon/model';

/** A request target in origin form, still percent-encoded, cut at the first `?`. */
export interface RequestTarget {
  /** Starts with `/`; never decoded, never normalised. */
  readonly rawPath: string;
  /** Without the `?`; '' when there is none. */
  readonly rawQuery: string;
}

/** Anything but bytes above 127 and printable ASCII without blank, `#` and backslash. */
const INVALID_BYTE = /[^!"$-[\]-~\u0080-\u00ff]/;

/**
 * Splits the target of a request line. Only the origin form (`/path?query`) is taken: the absolute form would let the
 * client choose a host that no one checked.
 *
 * @throws TelamonError 400 for any other form, and for a backslash, blank or control character in it.
 */
export function splitTarget(requestLine: string): RequestTarget {
  const target = isAscii(requestLine) ? requestLine : Buffer.from(requestLine, 'latin1').toString('utf8');
  if (!requestLine.startsWith('/') || INVALID_BYTE.test(requestLine)) {
    throw new TelamonError('malformed request target', { status: 400 });
  }
  const cut = target.indexOf('?');
  if (cut < 0) return { rawPath: target, rawQuery: '' };
  return { rawPath: target.slice(0, cut), rawQuery: target.slice(cut + 1) };
}

/** Some clients send UTF-8 unescaped; node hands it over byte by byte as latin1. */
function isAscii(text: string): boolean {
  return !/[\u0080-\u00ff]/.test(text);
}

/**
 * Decodes one captured path segment, exactly once. What comes out may hold `/`, `..` or anything else that UTF-8 can spell: it is a
 * value, and a handler that builds a file name or an object key of it must call {@link assertLocalName} first. A byte that is not
 * part of UTF-8 (overlong forms included) becomes a lone surrogate, U+DC00 plus the byte, so that a handler can name it;
 * {@link isUtf8Segment} tells.
 *
 * @throws TelamonError 400 for a bad escape and for NUL.
 */
export function decodeSegment(raw: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(raw)) throw new TelamonError('malformed percent-encoding in the request path', { status: 400 });
  const decoded = raw.replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeEscapes);
  if (decoded.includes('\0')) throw new TelamonError('NUL in the request path', { status: 400 });
  return decoded;
}

/** Whether every byte of a decoded segment was part of UTF-8. */
export function isUtf8Segment(decoded: string): boolean {
  return !/\p{Surrogate}/u.test(decoded);
}

function decodeEscapes(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return keepInvalidBytes(Buffer.from(escapes.replaceAll('%', ''), 'hex'));
  }
}

/** Longest UTF-8 form of a code point, bytes. */
const FORM_BYTES_MAX = 4;

function keepInvalidBytes(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const form = formAt(bytes, at);
    text += form ?? String.fromCharCode(0xdc00 + bytes[at]!);
    at += form === undefined ? 1 : Buffer.byteLength(form);
  }
  return text;
}

/** The one character whose UTF-8 form begins there; undefined when none does. */
function formAt(bytes: Buffer, at: number): string | undefined {
  for (let size = 1; size <= FORM_BYTES_MAX; size++) {
    const slice = bytes.subarray(at, at + size);
    const text = slice.toString('utf8');
    // Anything invalid is decoded to U+FFFD, whose own form must not be taken for it.
    if (!text.includes('\ufffd') || slice.equals(REPLACEMENT)) return text;
  }
  return undefined;
}

const REPLACEMENT = Buffer.from('\ufffd');

/** Whether a raw segment could be taken for a parent, the same folder, or a path parameter by some other parser on the way. */
export function isAmbiguousSegment(raw: string): boolean {
  return raw === '' || raw === '.' || raw === '..' || raw.includes(';');
}

/**
 * Checks a decoded value that is about to become part of a name under a folder or prefix.
 *
 * @throws TelamonError 400 naming `what` when the value is empty, `.`, `..`, holds a slash, backslash or NUL, or still holds an
 * escaped one (a second decoding somewhere below must not turn it into a path).
 */
export function assertLocalName(value: string, what: string): void {
  const isPath = value === '' || value === '.' || value === '..' || /[/\\\0]|%2f|%5c|%2e|%00/i.test(value);
  if (isPath) throw new TelamonError(`invalid ${what}: must not be empty or look like a path`, { status: 400 });
}
