import { Secret } from '@telamon/config';
import {
  type Bucket,
  FilesystemBucket,
  HedgedBucket,
  MemoryBucket,
  PrefixedBucket,
  RetryingBucket,
  S3Bucket,
  type S3Options,
  type S3Sse,
} from '@telamon/objstore';

/** {@link S3Options} as plain data: secrets are texts, because a worker thread gets a copy. Never log it. */
export interface S3Settings extends Omit<S3Options, 'secretAccessKey' | 'sessionToken' | 'sse' | 'partRetry'> {
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly sse?: Exclude<S3Sse, { readonly type: 'SSE-C' }> | { readonly type: 'SSE-C'; readonly key: string };
  /** Where the signal's objects are in the bucket, without slashes at its ends; '' for the whole bucket. */
  readonly prefix: string;
  /** Time without an answer after which a read is sent once more, ms; 0: none is. */
  readonly hedgeAfterMs: number;
}

/** How to reach the bucket of the signal: plain data, so that a worker thread can be given it. */
export type BucketSettings =
  /** Empty at the start, gone at the end, and another one in every thread: only its owner has what is in it. */
  { readonly kind: 'memory' } | { readonly kind: 'filesystem'; readonly path: string } | ({ readonly kind: 's3' } & S3Settings);

/** Opens a bucket with retries. The caller closes it. Throws as the bucket's own `open` does. */
export async function openBucket(settings: BucketSettings): Promise<Bucket> {
  if (settings.kind === 'memory') return new MemoryBucket();
  if (settings.kind === 'filesystem') return await FilesystemBucket.open(settings.path);
  const { kind: _, prefix, hedgeAfterMs, secretAccessKey, sessionToken, sse, ...rest } = settings;
  const bucket = await S3Bucket.open({
    ...rest,
    ...(secretAccessKey === undefined ? {} : { secretAccessKey: new Secret(secretAccessKey) }),
    ...(sessionToken === undefined ? {} : { sessionToken: new Secret(sessionToken) }),
    ...(sse === undefined ? {} : { sse: sse.type === 'SSE-C' ? { type: sse.type, key: new Secret(sse.key) } : sse }),
  });
  const retrying = new RetryingBucket(hedgeAfterMs > 0 ? new HedgedBucket(bucket, hedgeAfterMs) : bucket);
  return prefix === '' ? retrying : new PrefixedBucket(retrying, prefix);
}
