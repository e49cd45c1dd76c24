import { type Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SignatureV4 } from '@smithy/signature-v4';
import type { TelamonError } from '@telamon/model';
import type { ByteRange } from './bucket.ts';
import { abortedError, ObjectNotFoundError, storeError } from './object-errors.ts';
import { readSse, type S3Sse } from './s3-options.ts';

/** What the reader works with. */
export interface RawRangeOptions {
  readonly bucket: string;
  /** For errors. */
  readonly name: string;
  readonly client: S3Client;
  readonly signer: SignatureV4;
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly sse: S3Sse | undefined;
  readonly idleTimeoutMs: number;
}

/** sha256 of nothing: a GET has no body. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const MAX_ERROR_BYTES = 16 * 1024;

/**
 * Signed ranged GETs over node's own client: no middleware, no stream conversion, one buffer of the asked size. Knows the common
 * answers; for any other (redirects, 400, 403) it returns undefined, and the SDK shall ask again and explain.
 */
export class RawRangeReader {
  readonly #options: RawRangeOptions;
  #base: { readonly url: URL; readonly headers: Readonly<Record<string, string>> } | undefined;

  constructor(options: RawRangeOptions) {
    this.#options = options;
  }

  /** @throws TelamonError retryable when the server is busy, silent or breaks off; ObjectNotFoundError. */
  async read(key: string, range: ByteRange, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const { url, headers } = await this.#target();
    const path = `${url.pathname.replace(/\/$/, '')}/${encodeKey(key)}`;
    const signed = await this.#options.signer.sign({
      method: 'GET',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path,
      query: {},
      headers: {
        host: url.host,
        range: `bytes=${range.offset}-${range.offset + range.length - 1}`,
        'x-amz-content-sha256': EMPTY_SHA256,
        ...headers,
      },
    });
    const response = await this.#send(url, path, signed.headers, signal);
    return await this.#interpret(response, key, range, signal);
  }

  async #target(): Promise<{ url: URL; headers: Readonly<Record<string, string>> }> {
    if (this.#base) return this.#base;
    const { config } = this.#options.client;
    const custom = await config.endpoint?.();
    const found = config.endpointProvider(
      {
        Bucket: this.#options.bucket,
        Region: await config.region(),
        UseFIPS: await config.useFipsEndpoint(),
        UseDualStack: await config.useDualstackEndpoint(),
        ForcePathStyle: config.forcePathStyle,
        Accelerate: false,
        UseGlobalEndpoint: false,
        DisableMultiRegionAccessPoints: false,
        ...(custom === undefined
          ? {}
          : { Endpoint: `${custom.protocol}//${custom.hostname}${custom.port ? `:${custom.port}` : ''}${custom.path}` }),
      },
      {},
    );
    this.#base = { url: found.url, headers: sseHeaders(this.#options.sse) };
    return this.#base;
  }

  #send(url: URL, path: string, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const isTls = url.protocol === 'https:';
    const agent = isTls ? this.#options.httpsAgent : this.#options.httpAgent;
    const target = { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port || (isTls ? 443 : 80), path, headers, agent };
    return new Promise((resolve, reject) => {
      const req = (isTls ? httpsRequest : httpRequest)({ ...target, ...(signal ? { signal } : {}) }, resolve);
      req.setTimeout(this.#options.idleTimeoutMs, () => req.destroy(new Error('no answer in time')));
      req.on('error', (error) => reject(this.#broken(error, signal)));
      req.end();
    });
  }

  async #interpret(
    response: IncomingMessage,
    key: string,
    range: ByteRange,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | undefined> {
    const status = response.statusCode ?? 0;
    if (status === 206) return await this.#body(response, range.length, signal);
    const text = Buffer.from(await this.#body(response, MAX_ERROR_BYTES, signal, true)).toString('utf8');
    if (status === 416) return new Uint8Array(0);
    if (status === 404 && text.includes('<Code>NoSuchKey</Code>')) throw new ObjectNotFoundError(this.#options.name, key);
    if (status === 429 || (status >= 500 && status !== 501)) {
      throw storeError(this.#options.name, `read of ${key}`, new Error(`status ${status}`), true);
    }
    return undefined;
  }

  /** Reads at most `maxBytes`; more is an error, or dropped with the connection when `isCut`. */
  #body(
    response: IncomingMessage,
    maxBytes: number,
    signal: AbortSignal | undefined,
    isCut: boolean = false,
  ): Promise<Uint8Array> {
    const declared = Number(response.headers['content-length'] ?? Number.NaN);
    const bytes = Buffer.allocUnsafeSlow(Math.min(maxBytes, Number.isNaN(declared) ? maxBytes : declared));
    let used = 0;
    return new Promise((resolve, reject) => {
      const finish = (): void => resolve(new Uint8Array(bytes.buffer, 0, used));
      response.on('data', (chunk: Buffer) => {
        const room = bytes.length - used;
        bytes.set(room < chunk.length ? chunk.subarray(0, room) : chunk, used);
        used += Math.min(room, chunk.length);
        if (room >= chunk.length) return;
        if (isCut) finish();
        else reject(this.#broken(new Error('more bytes than asked for'), signal));
        response.destroy();
      });
      // Node ends a truncated body with an error, never with 'end'.
      response.on('end', finish);
      response.on('error', (error) => reject(this.#broken(error, signal)));
      response.on('close', () => reject(this.#broken(new Error('connection closed'), signal)));
    });
  }

  #broken(error: Error, signal: AbortSignal | undefined): TelamonError {
    return signal?.aborted ? abortedError(signal) : storeError(this.#options.name, 'read', error, true);
  }
}

/** The path of a key as it is signed and sent: everything but unreserved characters is escaped, slashes stay. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sseHeaders(sse: S3Sse | undefined): Record<string, string> {
  const { SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 } = readSse(sse);
  if (SSECustomerAlgorithm === undefined) return {};
  const prefix = 'x-amz-server-side-encryption-customer';
  return {
    [`${prefix}-algorithm`]: SSECustomerAlgorithm,
    [`${prefix}-key`]: SSECustomerKey!,
    [`${prefix}-key-md5`]: SSECustomerKeyMD5!,
  };
}
