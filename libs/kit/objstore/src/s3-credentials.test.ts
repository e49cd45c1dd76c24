import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@telamon/config';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaultyS3 } from './faulty-s3.fixture.ts';
import { RetryingBucket } from './retrying-bucket.ts';
import { S3Bucket } from './s3-bucket.ts';
import { S3Credentials, type S3Identity } from './s3-credentials.ts';
import type { S3Options } from './s3-options.ts';

let server: FaultyS3;
let endpoint = '';
let folder = '';
const opened: S3Bucket[] = [];
/** Keys that signed a request, in the order of the requests. */
let signers: string[] = [];
let goodKey = 'one';

beforeEach(async () => {
  server = new FaultyS3();
  endpoint = await server.start();
  folder = mkdtempSync(join(tmpdir(), 'telamon-credentials-'));
  signers = [];
  goodKey = 'one';
  server.objects.set('k', Buffer.from('0123456789'));
  server.plan = ({ headers }) => {
    const key = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
    signers.push(key);
    return key === goodKey ? undefined : 'unknown-key';
  };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const bucket of opened.splice(0)) await bucket.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: Partial<S3Options>): Promise<S3Bucket> {
  const bucket = await S3Bucket.open({
    bucket: 'tele',
    endpoint,
    partRetry: { baseDelayMs: 1 },
    conditionalPut: 'on',
    ...options,
  });
  opened.push(bucket);
  return bucket;
}

/** A folder of values, as a mounted Secret is; replaced as a whole. */
function mountFolder(key: string): string {
  const path = join(folder, 'mounted');
  const next = join(folder, `mounted-${key}`);
  mkdirSync(next);
  writeFileSync(join(next, 'access-key-id'), `${key}\n`);
  writeFileSync(join(next, 'secret-access-key'), `secret of ${key}`);
  rmSync(path, { recursive: true, force: true });
  renameSync(next, path);
  return path;
}

function writeShared(key: string): string {
  const path = join(folder, 'credentials');
  writeFileSync(path, `[default]\naws_access_key_id = ${key}\naws_secret_access_key = secret\naws_session_token = token\n`);
  return path;
}

describe.each([
  ['a folder', mountFolder],
  ['a shared credentials file', writeShared],
])('credentials in %s', (_name, write) => {
  it.each(['get', 'getRange', 'head', 'put', 'putIfAbsent', 'list', 'deleteMany'] as const)(
    'are read again when %s is refused',
    async (call) => {
      const bucket = await open({ credentialsPath: write('one') });
      await bucket.get('k');
      goodKey = 'two';
      write('two');
      if (call === 'getRange') expect(Buffer.from(await bucket.getRange('k', { offset: 2, length: 3 })).toString()).toBe('234');
      else if (call === 'put' || call === 'putIfAbsent') await bucket[call]('new', Buffer.from('x'));
      else if (call === 'deleteMany') await bucket.deleteMany(['k']);
      else if (call === 'list') for await (const entry of bucket.list('')) expect(entry.key).toBe('k');
      else await bucket[call]('k');
      expect(signers.at(-1)).toBe('two');
      expect(signers.filter((key) => key === 'one').length).toBeLessThanOrEqual(3);
    },
  );

  it('may be replaced in the middle of an upload', async () => {
    const bucket = await open({ credentialsPath: write('one') });
    const { plan } = server;
    server.plan = (request) => {
      if (request.url.searchParams.get('partNumber') === '2' && goodKey === 'one') {
        goodKey = 'two';
        write('two');
      }
      return plan(request);
    };
    const large = Buffer.alloc(33 << 20, 'x');
    await bucket.put('large', large);
    expect(server.objects.get('large')!.equals(large)).toBe(true);
    expect(server.log.filter((line) => line.includes('uploads'))).toHaveLength(1);
  });
});

describe('credentials in a path', () => {
  it('that are refused and still the same fail as something that may pass', async () => {
    const bucket = await open({ credentialsPath: mountFolder('old') });
    const failure = {
      isRetryable: true,
      status: 503,
      message: expect.stringContaining('credentials refused (InvalidAccessKeyId'),
    };
    await expect(bucket.get('k')).rejects.toMatchObject(failure);
    await expect(bucket.getRange('k', { offset: 0, length: 1 })).rejects.toMatchObject(failure);
    await expect(bucket.head('k')).rejects.toMatchObject({ isRetryable: true });
    mountFolder('one');
    expect(Buffer.from(await bucket.get('k')).toString()).toBe('0123456789');
  });

  it('leave the raw path for ranges alone', async () => {
    const bucket = await open({ credentialsPath: mountFolder('one') });
    goodKey = 'two';
    const range = { offset: 0, length: 1 };
    const refused = await Promise.allSettled(Array.from({ length: 20 }, () => bucket.getRange('k', range)));
    expect(refused.every(({ status }) => status === 'rejected')).toBe(true);
    mountFolder('two');
    await Promise.all(Array.from({ length: 20 }, () => bucket.getRange('k', range)));
    let userAgent: string | undefined = 'none';
    const { plan } = server;
    server.plan = (request) => {
      userAgent = request.headers['user-agent'];
      return plan(request);
    };
    await bucket.getRange('k', range);
    // The SDK says who it is.
    expect(userAgent).toBeUndefined();
  });

  it('that vanished are missed only when they are refused', async () => {
    const bucket = await open({ credentialsPath: mountFolder('one') });
    await bucket.get('k');
    rmSync(join(folder, 'mounted'), { recursive: true });
    await bucket.get('k');
    goodKey = 'two';
    await expect(bucket.get('k')).rejects.toThrow('credentials refused');
    mountFolder('two');
    await new RetryingBucket(bucket).get('k');
  });

  it.each([
    [{ credentialsPath: '/not/there' }, 'ENOENT'],
    [{ credentialsPath: '/', accessKeyId: 'a', secretAccessKey: new Secret('b') }, 'exclude each other'],
  ])('refuse %o', async (options, message) => {
    await expect(open(options)).rejects.toThrow(message);
  });

  it('need a value in each file', async () => {
    const path = mountFolder('one');
    writeFileSync(join(path, 'secret-access-key'), '\n');
    const bucket = await open({ credentialsPath: path });
    await expect(bucket.get('k')).rejects.toThrow('secret-access-key is empty');
  });
});

describe("the SDK's chain of credentials", () => {
  it('reads the shared credentials file again', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', writeShared('one'));
    const bucket = await open({});
    await bucket.get('k');
    goodKey = 'two';
    writeShared('two');
    await bucket.get('k');
    expect(signers).toEqual(['one', 'one', 'two']);
  });
});

describe('given credentials', () => {
  it('are refused for good', async () => {
    const bucket = await open({ accessKeyId: 'old', secretAccessKey: new Secret('x') });
    await expect(bucket.get('k')).rejects.toMatchObject({ isRetryable: false, status: 500 });
    expect(signers).toEqual(['old']);
  });
});

describe('a source across the network', () => {
  const refusal = Object.assign(new Error('m'), { name: 'ExpiredToken' });
  const identity = (key: string): S3Identity => ({ accessKeyId: key, secretAccessKey: '' });
  const refused = (): Promise<never> => Promise.reject(refusal);

  it('is asked once by calls that fail together, and not again at once when it has nothing new', async () => {
    let nowMs = 0;
    let asked = 0;
    const provide = async (options?: { readonly forceRefresh?: boolean }): Promise<S3Identity> => {
      if (options?.forceRefresh) asked++;
      return identity('one');
    };
    const credentials = new S3Credentials(provide, 1000, () => nowMs);
    await Promise.allSettled([credentials.run(refused), credentials.run(refused), credentials.run(refused)]);
    expect(asked).toBe(1);
    nowMs = 999;
    await expect(credentials.run(refused)).rejects.toMatchObject({ name: 'CredentialsRefused' });
    expect(asked).toBe(1);
    nowMs = 1000;
    await expect(credentials.run(refused)).rejects.toMatchObject({ name: 'CredentialsRefused' });
    expect(asked).toBe(2);
  });

  it('helps with what it has by now', async () => {
    let known = identity('one');
    const credentials = new S3Credentials(async (options) => {
      if (options?.forceRefresh) known = identity('two');
      return known;
    }, 1000);
    let tries = 0;
    expect(await credentials.run(async () => (tries++ === 0 ? await refused() : 'done'))).toBe('done');
    expect([credentials.generation, tries]).toEqual([1, 2]);
  });
});
