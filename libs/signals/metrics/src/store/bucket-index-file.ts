import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  type BucketIndex,
  encodeBucketIndex,
  MAX_BUCKET_INDEX_BYTES,
  type ParsedBucketIndex,
  parseBucketIndex,
} from '@telamon/bucketindex';
import type { Bucket } from '@telamon/objstore';
import { CorruptError } from '@telamon/tsdb';
import { bucketIndexKey } from './bucket-layout.ts';
import { type ObjectReader, readObject } from './read-object.ts';

const gunzipAsync = promisify(gunzip);
const gzipAsync = promisify(gzip);
const MAX_COMPRESSED_BYTES = 64 * 1024 * 1024;

/** Reads a tenant's bucket index; undefined when there is none. CorruptError or BucketIndexError when it is damaged or too large. */
export async function readBucketIndex(
  bucket: ObjectReader,
  tenant: string,
  signal?: AbortSignal,
): Promise<ParsedBucketIndex | undefined> {
  const compressed = await readObject(bucket, bucketIndexKey(tenant), MAX_COMPRESSED_BYTES, signal);
  if (compressed === undefined) return undefined;
  let bytes: Buffer;
  try {
    bytes = await gunzipAsync(compressed, { maxOutputLength: MAX_BUCKET_INDEX_BYTES });
  } catch (cause) {
    throw new CorruptError(`bucket index of ${tenant} cannot be decompressed`, cause);
  }
  return parseBucketIndex(bytes);
}

/** Writes a tenant's bucket index, version 2. */
export async function writeBucketIndex(bucket: Bucket, tenant: string, index: BucketIndex, signal?: AbortSignal): Promise<void> {
  await bucket.put(bucketIndexKey(tenant), await gzipAsync(encodeBucketIndex(index)), signal);
}
