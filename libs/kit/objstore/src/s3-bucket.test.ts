import { randomBytes } from 'node:crypto';
import { Secret } from '@telamon/config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultyS3 } from './faulty-s3.fixture.ts';
import { ObjectNotFoundError } from './object-errors.ts';
import { RetryingBucket } from './retrying-bucket.ts';
import { S3Bucket } from './s3-bucket.ts';
import type { S3Options } from './s3-options.ts';
import { encodeKey } from './s3-raw-range.ts';

let server: FaultyS3;
let endpoint = '';
const opened: S3Bucket[] = [];

beforeEach(async () => {
  server = new FaultyS3();
  endpoint = await server.start();
});
afterEach(async () => {
  for (const bucket of opened.splice(0)) await bucket.close();
  await server.stop();
});

async function open(options: Partial<S3Options> = {}): Promise<S3Bucket> {
  const keys = { accessKeyId: 'id', secretAccessKey: new Secret('hidden-secret') };
  const bucket = await S3Bucket.open({
    bucket: 'tele',
    endpoint,
    ...keys,
    idleTimeoutMs: 400,
    partRetry: { baseDelayMs: 1 },
    ...options,
  });
  opened.push(bucket);
  return bucket;
}

const RANGE = { offset: 2, length: 3 };
const fewTries = { baseDelayMs: 1, maxAttempts: 3 };

describe.each([true, false])('S3 reads, raw ranges %s', (isRawRangeEnabled) => {
  it.each(['slow-down', 'truncate', 'stall', 'reset'] as const)('recover from %s, and say that it may pass', async (fault) => {
    const bucket = await open({ isRawRangeEnabled });
    server.objects.set('k', Buffer.from('0123456789'));
    let faults = 2;
    server.plan = () => (faults-- > 0 ? fault : undefined);
    expect(Buffer.from(await new RetryingBucket(bucket, fewTries).getRange('k', RANGE)).toString()).toBe('234');
    server.plan = () => fault;
    await expect(bucket.getRange('k', RANGE)).rejects.toMatchObject({ isRetryable: true, status: 503 });
    await expect(bucket.get('k')).rejects.toMatchObject({ isRetryable: true });
  });

  it('tell a missing object from a missing bucket', async () => {
    const bucket = await open({ isRawRangeEnabled });
    await expect(bucket.getRange('nope', RANGE)).rejects.toBeInstanceOf(ObjectNotFoundError);
    server.plan = () => 'no-bucket';
    await expect(bucket.getRange('nope', RANGE)).rejects.toMatchObject({
      isRetryable: false,
      message: expect.stringContaining('does not exist'),
    });
  });

  it('are given up at once when refused or cancelled', async () => {
    const bucket = await open({ isRawRangeEnabled });
    server.plan = () => 'forbidden';
    const failure = await bucket.getRange('k', RANGE).catch((error: unknown) => error);
    expect(failure).toMatchObject({ isRetryable: false });
    expect(String((failure as Error).stack)).not.toContain('hidden-secret');
    server.plan = () => 'stall';
    const abort = new AbortController();
    const pending = bucket.getRange('k', RANGE, abort.signal);
    setTimeout(() => abort.abort(), 20);
    await expect(pending).rejects.toMatchObject({ status: 499 });
  });
});

describe('S3 raw ranges', () => {
  it('fall back to the SDK for answers they do not know', async () => {
    const bucket = await open();
    server.objects.set('k', Buffer.from('0123456789'));
    let isFirst = true;
    server.plan = () => {
      const fault = isFirst ? 'forbidden' : undefined;
      isFirst = false;
      return fault;
    };
    expect(Buffer.from(await bucket.getRange('k', RANGE)).toString()).toBe('234');
    expect(server.log).toHaveLength(2);
  });

  it('send SSE-C keys and sign odd keys', async () => {
    const key = randomBytes(32).toString('base64');
    const bucket = await open({ sse: { type: 'SSE-C', key: new Secret(key) } });
    server.objects.set("a b/!*'()ü", Buffer.from('0123456789'));
    let seen: unknown;
    server.plan = ({ headers }) => {
      seen = headers;
      return undefined;
    };
    expect(Buffer.from(await bucket.getRange("a b/!*'()ü", RANGE)).toString()).toBe('234');
    expect(seen).toMatchObject({
      'x-amz-server-side-encryption-customer-key': key,
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 .*SignedHeaders=[^,]*range/),
    });
    expect(encodeKey("a b/!*'()~ü")).toBe('a%20b/%21%2A%27%28%29~%C3%BC');
  });
});

describe('S3 writes', () => {
  const large = randomBytes(33 * 1024 * 1024);

  it('send large objects in parts, each retried by itself', async () => {
    const bucket = await open();
    let faults = 2;
    server.plan = ({ url }) => (url.searchParams.has('partNumber') && faults-- > 0 ? 'slow-down' : undefined);
    await bucket.put('large', large);
    expect(server.objects.get('large')!.equals(large)).toBe(true);
    expect(server.log.filter((line) => line.includes('partNumber'))).toHaveLength(5);
  });

  it('give up what was uploaded when a part fails for good', async () => {
    const bucket = await open();
    server.plan = ({ url }) => (url.searchParams.get('partNumber') === '2' ? 'forbidden' : undefined);
    await expect(bucket.put('large', large)).rejects.toMatchObject({ isRetryable: false });
    expect(server.openUploads).toBe(0);
    expect(server.objects.size).toBe(0);
  });

  it('are conditional where the server keeps the condition', async () => {
    const bucket = await open();
    expect(await bucket.putIfAbsent('k', Buffer.from('1'))).toBe(true);
    expect(await bucket.putIfAbsent('k', Buffer.from('2'))).toBe(false);
    expect(bucket.capabilities.hasConditionalPut).toBe(true);
    expect([...server.objects.keys()]).toEqual(['k']);
  });

  it.each(['ignores', 'refuses'])('look before they write where the server %s it', async (how) => {
    const bucket = await open();
    server.isConditionIgnored = how === 'ignores';
    if (how === 'refuses') server.plan = ({ headers }) => (headers['if-none-match'] ? 'not-implemented' : undefined);
    expect(await bucket.putIfAbsent('k', Buffer.from('1'))).toBe(true);
    expect(await bucket.putIfAbsent('k', Buffer.from('2'))).toBe(false);
    expect(bucket.capabilities.hasConditionalPut).toBe(false);
    expect(server.objects.get('k')!.toString()).toBe('1');
  });

  it('recognise their own conditional write whose reply was lost', async () => {
    const bucket = new RetryingBucket(await open({ conditionalPut: 'on' }), fewTries);
    let isFirst = true;
    server.plan = () => {
      const fault = isFirst ? 'lost-reply' : undefined;
      isFirst = false;
      return fault;
    };
    expect(await bucket.putIfAbsent('k', Buffer.from('1'))).toBe(true);
  });
});

describe('S3 listings', () => {
  const listed = async (bucket: S3Bucket): Promise<string[]> => {
    const keys: string[] = [];
    for await (const entry of bucket.list('', { isRecursive: true })) keys.push(entry.key);
    return keys;
  };

  it('follow pages', async () => {
    const names = Array.from({ length: 2500 }, (_, i) => `k${String(i).padStart(5, '0')}`);
    for (const name of names) server.objects.set(name, Buffer.alloc(1));
    expect(await listed(await open())).toEqual(names);
  });

  it('leave out names that are no keys, and expand no entity (B50, B51)', async () => {
    const bucket = await open();
    const contents = ['../../etc/passwd', '/abs', 'folder/', 'a//b', 'good'].map(
      (key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`,
    );
    server.listing = `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
    expect(await listed(bucket)).toEqual(['good']);
    server.listing = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><ListBucketResult><Contents><Key>&e;</Key></Contents></ListBucketResult>`;
    const keys = await listed(bucket).catch(() => []);
    expect(keys.join()).not.toContain('root:');
    server.listing = '<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>';
    await expect(listed(bucket)).rejects.toThrow('without a continuation token');
  });
});

describe('S3 options', () => {
  it.each([
    [{ bucket: '' }, 'bucket name'],
    [{ bucket: 'a/b' }, 'bucket name'],
    [{ secretAccessKey: new Secret('') }, 'given together'],
    [{ endpoint: 'http://user:hidden@host' }, 'without user name'],
    [{ endpoint: 'http://[' }, 'host[:port]'],
    [{ sse: { type: 'SSE-C', key: new Secret('short') } as const }, '32 bytes'],
    [{ caFile: '/not/there' }, 'ENOENT'],
  ])('refuse %o', async (options, message) => {
    const failure = await open(options).catch((error: Error) => error);
    expect((failure as Error).message).toContain(message);
    expect((failure as Error).message).not.toContain('hidden');
  });
});
