import { randomUUID } from 'node:crypto';
import { Secret } from '@telamon/config';
import { describe, it } from 'vitest';
import { bucketConformance } from './conformance.ts';
import { PrefixedBucket } from './prefixed-bucket.ts';
import { RetryingBucket } from './retrying-bucket.ts';
import { S3Bucket } from './s3-bucket.ts';

/** A running server with an existing bucket, e.g. `http://key:secret@127.0.0.1:8333/bucket`. Unset: these are skipped. */
const target = process.env.TELAMON_TEST_S3;

describe.skipIf(target === undefined)('S3 bucket against a real server', () => {
  for (const isRawRangeEnabled of [true, false]) {
    describe(isRawRangeEnabled ? 'raw ranges' : 'ranges by the SDK', () => {
      for (const each of bucketConformance()) {
        it(each.name, async () => {
          const url = new URL(target!);
          const bucket = await S3Bucket.open({
            endpoint: url.origin,
            bucket: url.pathname.slice(1),
            accessKeyId: url.username,
            secretAccessKey: new Secret(url.password),
            isRawRangeEnabled,
          });
          try {
            await each.run(new PrefixedBucket(new RetryingBucket(bucket), `test-${randomUUID()}`));
          } finally {
            await bucket.close();
          }
        });
      }
    });
  }
});
