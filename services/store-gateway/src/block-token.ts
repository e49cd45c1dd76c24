import { xxhash64Words } from '@telamon/algo';

/**
 * Place of a block (by ULID) in the ring of store-gateways: the low half of xxHash64 of its text. Queriers compute the same to know
 * whom to ask; one that differs is served all the same, only later.
 */
export function blockToken(ulid: string): number {
  const bytes = Buffer.from(ulid, 'latin1');
  const words = new Int32Array(2);
  xxhash64Words(bytes, 0, bytes.length, words);
  return words[0]! >>> 0;
}
