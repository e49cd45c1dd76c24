import { BucketIndexError } from '@telamon/bucketindex';
import { ObjectNotFoundError } from '@telamon/objstore';
import { CorruptError } from '@telamon/tsdb';

/** Whether an error tells of wrong or missing bytes, so that trying again soon is of no use; other errors are the store's. */
export function isDamage(error: unknown): boolean {
  return error instanceof CorruptError || error instanceof BucketIndexError || error instanceof ObjectNotFoundError;
}
