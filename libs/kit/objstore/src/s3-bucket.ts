import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import {
  type Bucket,
  type BucketCapabilities,
  type ByteRange,
  checkRange,
  type ListEntry,
  type ListOptions,
  type ObjectInfo,
  type PutBody,
} from './bucket.ts';
import { abortedError, isFound, ObjectNotFoundError, storeError } from './object-errors.ts';
import { checkKey, checkPrefix, compareKeys, isValidKey } from './object-key.ts';
import { DEFAULT_RETRY_POLICY } from './retry.ts';
import { isRefusal, S3Credentials } from './s3-credentials.ts';
import { explainS3Error, statusOf } from './s3-errors.ts';
import { readSse, type S3Options, type S3Setup, setUpS3, writeSse } from './s3-options.ts';
import { RawRangeReader } from './s3-raw-range.ts';
import { PART_BYTES, type UploadContext, uploadParts, withParts } from './s3-upload.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

/** S3's bound for one DeleteObjects. */
const DELETE_BATCH = 1000;
/** After so many answers in a row that the raw path could not use, all ranges go through the SDK. */
const MAX_RAW_MISSES = 8;

/** A bucket of S3 or a compatible server. It is never created. Wrap it in a `RetryingBucket`: calls are tried once, only parts of large uploads are retried. */
export class S3Bucket implements Bucket {
  readonly name: string;
  readonly #options: S3Options;
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #setup: S3Setup;
  readonly #raw: RawRangeReader;
  /** Undefined when the credentials cannot change. */
  readonly #credentials: S3Credentials | undefined;
  #rawMisses = 0;
  #hasConditionalPut: boolean | undefined;
  #probe: Promise<boolean> | undefined;

  private constructor(options: S3Options, sdk: Sdk, setup: S3Setup) {
    this.name = `s3://${options.bucket}`;
    this.#options = options;
    this.#sdk = sdk;
    this.#setup = setup;
    this.#client = new sdk.S3Client(setup.config);
    const { config } = this.#client;
    if (setup.credentialsPauseMs !== undefined)
      this.#credentials = new S3Credentials(config.credentials, setup.credentialsPauseMs);
    const signer = new SignatureV4({
      service: 's3',
      region: config.region,
      credentials: config.credentials,
      sha256: config.sha256,
      uriEscapePath: false,
      applyChecksum: false,
    });
    this.#raw = new RawRangeReader({
      bucket: options.bucket,
      name: this.name,
      client: this.#client,
      signer,
      httpAgent: setup.httpAgent,
      httpsAgent: setup.httpsAgent,
      sse: options.sse,
      idleTimeoutMs: options.idleTimeoutMs ?? 30_000,
    });
    if (options.conditionalPut === 'on' || options.conditionalPut === 'off')
      this.#hasConditionalPut = options.conditionalPut === 'on';
  }

  /** Prepares a client; nothing is sent yet. The SDK is loaded here and only here: it costs 20 MB. @throws TelamonError for bad options. */
  static async open(options: S3Options): Promise<S3Bucket> {
    const setup = await setUpS3(options);
    // The pinned version supports this Node; its warning is about later ones.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    return new S3Bucket(options, await import('@aws-sdk/client-s3'), setup);
  }

  /** `hasConditionalPut` is false until it is known, see `S3Options.conditionalPut`. */
  get capabilities(): BucketCapabilities {
    return { hasConditionalPut: this.#hasConditionalPut ?? false };
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return await this.#call(key, 'read', signal, async (options) => {
      const reply = await this.#client.send(
        new this.#sdk.GetObjectCommand({ ...this.#target(key), ...readSse(this.#options.sse) }),
        options,
      );
      const bytes = await reply.Body!.transformToByteArray();
      this.#checkLength(key, bytes.length, reply.ContentLength);
      return bytes;
    });
  }

  async getRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    checkKey(key);
    checkRange(range);
    if (signal?.aborted) throw abortedError(signal);
    if (range.length === 0) return new Uint8Array(0);
    if (this.#options.isRawRangeEnabled === false || this.#rawMisses >= MAX_RAW_MISSES)
      return await this.#getRangeBySdk(key, range, signal);
    const generation = this.#credentials?.generation;
    const bytes = await this.#raw.read(key, range, signal);
    if (bytes === undefined) {
      const bySdk = await this.#getRangeBySdk(key, range, signal);
      // What failed for the credentials' sake is not the raw path's fault.
      if (this.#credentials?.generation === generation) this.#rawMisses++;
      return bySdk;
    }
    this.#rawMisses = 0;
    return bytes;
  }

  async getStream(key: string, signal?: AbortSignal): Promise<Readable> {
    return await this.#call(key, 'read', signal, async (options) => {
      const reply = await this.#client.send(
        new this.#sdk.GetObjectCommand({ ...this.#target(key), ...readSse(this.#options.sse) }),
        options,
      );
      return reply.Body as Readable;
    });
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectInfo> {
    return await this.#call(key, 'head', signal, async (options) => {
      const reply = await this.#client.send(
        new this.#sdk.HeadObjectCommand({ ...this.#target(key), ...readSse(this.#options.sse) }),
        options,
      );
      return { sizeBytes: reply.ContentLength ?? 0, modifiedMs: reply.LastModified?.getTime() ?? 0, etag: reply.ETag ?? '' };
    });
  }

  async exists(key: string, signal?: AbortSignal): Promise<boolean> {
    return await isFound(this.head(key, signal));
  }

  async put(key: string, body: PutBody, signal?: AbortSignal): Promise<void> {
    await this.#call(key, 'write', signal, async (options) => {
      await withParts(body, async (sizeBytes, read) => {
        if (sizeBytes > PART_BYTES) await uploadParts(this.#uploadContext(), key, sizeBytes, read, signal);
        else await this.#putWhole(key, await read(0, sizeBytes), {}, options);
      });
    });
  }

  async putIfAbsent(key: string, body: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    checkKey(key);
    this.#probe ??=
      this.#hasConditionalPut === undefined ? this.#probeConditionalPut(signal) : Promise.resolve(this.#hasConditionalPut);
    this.#hasConditionalPut = await this.#probe.catch((error: unknown) => {
      this.#probe = undefined;
      throw error;
    });
    if (this.#hasConditionalPut) return await this.#putConditionally(key, body, signal);
    if (await this.exists(key, signal)) return false;
    await this.put(key, body, signal);
    return true;
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ListEntry> {
    checkPrefix(prefix);
    const { signal, startAfter, isRecursive = false } = options;
    let token: string | undefined;
    do {
      const input = {
        Bucket: this.#options.bucket,
        Prefix: prefix,
        ...(isRecursive ? {} : { Delimiter: '/' }),
        ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
        ...(token === undefined ? {} : { ContinuationToken: token }),
      };
      const page = await this.#call(
        prefix === '' ? 'all' : prefix,
        'listing',
        signal,
        async (call) => {
          return await this.#client.send(new this.#sdk.ListObjectsV2Command(input), call);
        },
        true,
      );
      yield* mergedPage(page.Contents ?? [], page.CommonPrefixes ?? [], startAfter);
      if (page.IsTruncated && page.NextContinuationToken === undefined) {
        throw storeError(this.name, 'listing', new Error('a truncated page without a continuation token'), false);
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    await this.#call(key, 'delete', signal, async (options) => {
      await this.#client.send(new this.#sdk.DeleteObjectCommand(this.#target(key)), options);
    }).catch((error: unknown) => {
      if (!(error instanceof ObjectNotFoundError)) throw error;
    });
  }

  async deleteMany(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    for (const key of keys) checkKey(key);
    let failure: unknown;
    for (let i = 0; i < keys.length; i += DELETE_BATCH) {
      await this.#deleteBatch(keys.slice(i, i + DELETE_BATCH), signal).catch((error: unknown) => {
        failure ??= error;
      });
    }
    if (failure !== undefined) throw failure;
  }

  async close(): Promise<void> {
    this.#client.destroy();
    this.#setup.httpAgent.destroy();
    this.#setup.httpsAgent.destroy();
  }

  async #getRangeBySdk(key: string, range: ByteRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return await this.#call(key, 'read', signal, async (options) => {
      try {
        const Range = `bytes=${range.offset}-${range.offset + range.length - 1}`;
        const reply = await this.#client.send(
          new this.#sdk.GetObjectCommand({ ...this.#target(key), ...readSse(this.#options.sse), Range }),
          options,
        );
        const bytes = await reply.Body!.transformToByteArray();
        this.#checkLength(key, bytes.length, reply.ContentLength);
        // A server may answer a range with the whole.
        return reply.ContentRange === undefined ? bytes.slice(range.offset, range.offset + range.length) : bytes;
      } catch (error) {
        if (statusOf(error) === 416) return new Uint8Array(0);
        throw error;
      }
    });
  }

  async #putWhole(
    key: string,
    bytes: Uint8Array,
    condition: { IfNoneMatch?: string },
    options: { abortSignal?: AbortSignal },
  ): Promise<void> {
    const input = {
      ...this.#target(key),
      ...writeSse(this.#options.sse),
      ...condition,
      Body: bytes,
      ContentLength: bytes.length,
    };
    await this.#client.send(new this.#sdk.PutObjectCommand(input), options);
  }

  async #putConditionally(key: string, body: Uint8Array, signal: AbortSignal | undefined): Promise<boolean> {
    return await this.#call(key, 'write', signal, async (options) => {
      try {
        await this.#putWhole(key, body, { IfNoneMatch: '*' }, options);
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return false;
        throw error;
      }
    });
  }

  /** Some servers ignore the condition and some refuse it, so one object is written twice. */
  async #probeConditionalPut(signal: AbortSignal | undefined): Promise<boolean> {
    const key = `__telamon_probe_${randomUUID()}`;
    try {
      return (
        (await this.#putConditionally(key, Buffer.from('probe'), signal)) &&
        !(await this.#putConditionally(key, Buffer.from('probe'), signal))
      );
    } catch (error) {
      if (isRefusal((error as Error).cause)) throw error;
      if ([400, 501].includes(statusOf((error as Error).cause))) return false;
      throw error;
    } finally {
      await this.delete(key).catch(() => {});
    }
  }

  async #deleteBatch(keys: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    await this.#call(
      `${keys.length} objects`,
      'delete',
      signal,
      async (options) => {
        const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
        const reply = await this.#client.send(
          new this.#sdk.DeleteObjectsCommand({ Bucket: this.#options.bucket, Delete }),
          options,
        );
        const failed = (reply.Errors ?? []).find((error) => error.Code !== 'NoSuchKey');
        if (failed) {
          const isRetryable = failed.Code === 'InternalError' || failed.Code === 'SlowDown';
          throw storeError(this.name, `delete of ${failed.Key}`, new Error(`${failed.Code}: ${failed.Message}`), isRetryable);
        }
      },
      true,
    );
  }

  #target(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#options.bucket, Key: key };
  }

  #uploadContext(): UploadContext {
    const retry = { ...DEFAULT_RETRY_POLICY, ...this.#options.partRetry };
    return {
      sdk: this.#sdk,
      client: this.#client,
      bucket: this.#options.bucket,
      name: this.name,
      sse: this.#options.sse,
      retry,
      run: (call) => this.#signed(call),
    };
  }

  /** A connection that broke off must not pass for a short object. */
  #checkLength(key: string, receivedBytes: number, declaredBytes: number | undefined): void {
    if (declaredBytes === undefined || receivedBytes === declaredBytes) return;
    throw storeError(this.name, `read of ${key}`, new Error(`${receivedBytes} of ${declaredBytes} bytes came`), true);
  }

  async #call<T>(
    key: string,
    action: string,
    signal: AbortSignal | undefined,
    run: (options: { abortSignal?: AbortSignal }) => Promise<T>,
    isAnyKey: boolean = false,
  ): Promise<T> {
    if (!isAnyKey) checkKey(key);
    if (signal?.aborted) throw abortedError(signal);
    try {
      return await this.#signed(() => run(signal ? { abortSignal: signal } : {}));
    } catch (error) {
      throw explainS3Error(this.name, key, action, error, signal);
    }
  }

  /** Runs a call, again if the credentials were refused and there are others. */
  async #signed<T>(call: () => Promise<T>): Promise<T> {
    if (this.#credentials === undefined) return await call();
    return await this.#credentials.run(call);
  }
}

interface PageObject {
  readonly Key?: string | undefined;
  readonly Size?: number | undefined;
  readonly LastModified?: Date | undefined;
}

/** One page in key order. Names that are no keys of ours (folder markers, garbage) are left out. */
function mergedPage(
  objects: readonly PageObject[],
  prefixes: readonly { readonly Prefix?: string | undefined }[],
  startAfter: string | undefined,
): ListEntry[] {
  const entries: ListEntry[] = [];
  for (const { Key = '', Size = 0, LastModified } of objects) {
    if (isValidKey(Key)) entries.push({ key: Key, isFolder: false, sizeBytes: Size, modifiedMs: LastModified?.getTime() ?? 0 });
  }
  for (const { Prefix = '' } of prefixes) {
    const isAfter = startAfter === undefined || compareKeys(Prefix, startAfter) > 0;
    if (isAfter && isValidKey(Prefix.replace(/\/$/, '')))
      entries.push({ key: Prefix, isFolder: true, sizeBytes: 0, modifiedMs: 0 });
  }
  return entries.sort((a, b) => compareKeys(a.key, b.key));
}
