import { createHash } from 'node:crypto';

/** Longest segment that is spelled out; two of them and the prefix stay below the longest key. */
const MAX_SEGMENT = 110;

/** Prefix of all elections in the store. */
export const HA_PREFIX = 'ha';

/**
 * Key of an election in the store for coordination: `ha.TENANT.CLUSTER`. Letters, digits and hyphens stand for themselves, any other
 * byte of the UTF-8 text is `_` and two hex digits, no text at all is `_`, and a text that would become too long is `_h` and its SHA-256.
 * Different pairs have different keys.
 */
export function haKey(tenant: string, cluster: string): string {
  return `${HA_PREFIX}.${segmentOf(tenant)}.${segmentOf(cluster)}`;
}

function segmentOf(text: string): string {
  if (text === '') return '_';
  if (/^[a-zA-Z0-9-]+$/.test(text) && text.length <= MAX_SEGMENT) return text;
  let segment = '';
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length && segment.length <= MAX_SEGMENT; i++) segment += escaped(bytes[i]!);
  return segment.length <= MAX_SEGMENT ? segment : `_h${createHash('sha256').update(bytes).digest('hex')}`;
}

function escaped(byte: number): string {
  const char = String.fromCharCode(byte);
  return /[a-zA-Z0-9-]/.test(char) ? char : `_${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
