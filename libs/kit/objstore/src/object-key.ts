import { TelamonError } from '@telamon/model';

/** S3's bound on the bytes of a key. */
export const MAX_KEY_BYTES = 1024;

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Checks a key before it reaches any store: non-empty segments separated by single slashes, none of them `.` or `..`, no leading or trailing
 * slash, no backslash, no control character, valid UTF-16, at most {@link MAX_KEY_BYTES} bytes. So every key is also a relative path that stays
 * inside its root.
 *
 * @throws TelamonError 400, not retryable.
 */
export function checkKey(key: string): void {
  const problem = problemOf(key);
  if (problem !== undefined) throw invalid(key, problem);
}

/** Whether a listed name could have been written by us; others are ignored. */
export function isValidKey(key: string): boolean {
  return problemOf(key) === undefined;
}

/** Checks a prefix to list under: '' or the beginning of a valid key. @throws TelamonError 400. */
export function checkPrefix(prefix: string): void {
  if (prefix === '') return;
  const problem = problemOf(prefix.endsWith('/') ? `${prefix}x` : prefix);
  if (problem !== undefined) throw invalid(prefix, problem);
}

function problemOf(key: string): string | undefined {
  if (key === '') return 'is empty';
  // Each UTF-16 unit takes at most three bytes, so most keys need no counting.
  if (key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES) return `is longer than ${MAX_KEY_BYTES} bytes`;
  if (LONE_SURROGATE.test(key)) return 'is not valid Unicode';
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    if (unit < 0x20 || unit === 0x7f) return 'holds a control character';
    if (unit === 0x5c) return 'holds a backslash';
  }
  for (const segment of key.split('/')) {
    if (segment === '') return 'has an empty segment';
    if (segment === '.' || segment === '..') return `has the segment ${segment}`;
  }
  return undefined;
}

function invalid(key: string, problem: string): TelamonError {
  return new TelamonError(`object key ${JSON.stringify(key.slice(0, 128))} ${problem}`, { status: 400 });
}

/** Orders keys as S3 does: by their UTF-8 bytes, which is not the order of UTF-16 units above U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    // Surrogates stand for code points above all others.
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}
