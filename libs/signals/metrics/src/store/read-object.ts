import { type Bucket, ObjectNotFoundError } from '@telamon/objstore';
import { CorruptError } from '@telamon/tsdb';

/** What is needed of a bucket to read parts of objects. */
export type ObjectReader = Pick<Bucket, 'getRange' | 'head'>;

/**
 * Reads a small object; undefined when it is not there. CorruptError when it is larger than `maxBytes`, of which no more than that
 * is read.
 */
export async function readObject(
  bucket: ObjectReader,
  key: string,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  try {
    const bytes = await bucket.getRange(key, { offset: 0, length: maxBytes + 1 }, signal);
    if (bytes.length <= maxBytes) return bytes;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
  throw new CorruptError(`${key} is larger than ${maxBytes} bytes`);
}
