import { xxhash64Words } from '@telamon/algo';

/**
 * Place of a text (a block's ULID, a tenant, a job) in a ring: the low half of xxHash64 of its UTF-8 bytes. Everyone computes the same,
 * so it never changes. Cost: O(bytes).
 */
export function tokenOfKey(key: string): number {
  const bytes = Buffer.from(key);
  const words = new Int32Array(2);
  xxhash64Words(bytes, 0, bytes.length, words);
  return words[0]! >>> 0;
}
