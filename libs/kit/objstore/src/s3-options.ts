import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { Secret } from '@telamon/config';
import { TelamonError } from '@telamon/model';
import type { RetryPolicy } from './retry.ts';
import { type CredentialSource, chainSource, pathSource } from './s3-credentials.ts';

/** Encryption by the server. */
export type S3Sse =
  | { readonly type: 'SSE-S3' }
  | { readonly type: 'SSE-KMS'; readonly keyId: string; readonly encryptionContext?: string }
  /** `key`: 32 bytes in base64; the server keeps no copy. */
  | { readonly type: 'SSE-C'; readonly key: Secret };

/** Where and how to reach a bucket. */
export interface S3Options {
  readonly bucket: string;
  /** Absent: the SDK's (AWS_REGION, profile); `us-east-1` when an endpoint is given. */
  readonly region?: string;
  /** Host[:port] or URL; absent: AWS. Without a scheme https is meant unless `isInsecure`. */
  readonly endpoint?: string;
  readonly isInsecure?: boolean;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. Default: true when an endpoint is given. */
  readonly isPathStyle?: boolean;
  /**
   * A shared credentials file of AWS, or a folder with files `access-key-id`, `secret-access-key` and perhaps `session-token`. Read again
   * when the store refuses them. Not together with the next three.
   */
  readonly credentialsPath?: string;
  /** Both absent, and no path: the SDK's chain (environment, profile, web identity, container, instance). */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: Secret;
  readonly sessionToken?: Secret;
  /** PEM file of the authorities of the endpoint. */
  readonly caFile?: string;
  readonly sse?: S3Sse;
  readonly maxConnections?: number;
  readonly connectTimeoutMs?: number;
  /** Longest silence of the server in the middle of a call. */
  readonly idleTimeoutMs?: number;
  /** Whether the server decides `putIfAbsent`; `probe` (default) finds out at the first one. */
  readonly conditionalPut?: 'probe' | 'on' | 'off';
  /** Whether ranges are read past the SDK, at about a quarter of the CPU. Default true. */
  readonly isRawRangeEnabled?: boolean;
  /** For parts of large uploads, whose whole would be a lot to repeat. */
  readonly partRetry?: Partial<RetryPolicy>;
}

/** The SDK's configuration and the agents that the raw path shares with it. */
export interface S3Setup {
  readonly config: S3ClientConfig;
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /** Shortest time between two looks for other credentials, ms; undefined: there are no others. */
  readonly credentialsPauseMs: number | undefined;
}

const DEFAULT_MAX_CONNECTIONS = 128;

/** Translates the options. Reads the CA file, loads the SDK's credentials. @throws TelamonError naming the option that is wrong. */
export async function setUpS3(options: S3Options): Promise<S3Setup> {
  checkOptions(options);
  const agentOptions = { keepAlive: true, maxSockets: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS, maxFreeSockets: 64 };
  const ca = options.caFile === undefined ? {} : { ca: await readFile(options.caFile) };
  const httpAgent = new HttpAgent(agentOptions);
  const httpsAgent = new HttpsAgent({ ...agentOptions, ...ca });
  const endpoint = endpointUrl(options);
  const source = await sourceOf(options);
  const region = options.region ?? (endpoint === undefined ? undefined : 'us-east-1');
  const config: S3ClientConfig = {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: options.isPathStyle ?? endpoint !== undefined,
    ...(source?.config ?? staticCredentials(options)),
    requestHandler: {
      httpAgent,
      httpsAgent,
      connectionTimeout: options.connectTimeoutMs ?? 5000,
      socketTimeout: options.idleTimeoutMs ?? 30_000,
    },
    // Retries are ours: bounded over the whole call, with its signal.
    maxAttempts: 1,
    // Several compatible servers refuse the checksums that the SDK adds by default.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  };
  return { config, httpAgent, httpsAgent, credentialsPauseMs: source?.pauseMs };
}

function checkOptions(options: S3Options): void {
  const fail = (text: string): never => {
    throw new TelamonError(`S3: ${text}`, { isRetryable: false });
  };
  if (!/^[a-z0-9A-Z][a-zA-Z0-9._-]{1,254}$/.test(options.bucket)) fail('bucket name is empty or malformed');
  const hasId = (options.accessKeyId ?? '') !== '';
  const hasSecret = options.secretAccessKey?.isSet ?? false;
  if (hasId !== hasSecret) fail('access key id and secret access key must be given together');
  if ((options.credentialsPath ?? '') !== '' && hasId) fail('an access key and a path to credentials exclude each other');
  if (options.sse?.type === 'SSE-C' && Buffer.from(options.sse.key.reveal(), 'base64').length !== 32) {
    fail('the SSE-C key must be 32 bytes in base64');
  }
}

function endpointUrl(options: S3Options): string | undefined {
  const { endpoint } = options;
  if (endpoint === undefined || endpoint === '') return undefined;
  const text = /^https?:\/\//.test(endpoint) ? endpoint : `${options.isInsecure ? 'http' : 'https'}://${endpoint}`;
  try {
    const url = new URL(text);
    if (url.username === '' && url.password === '') return url.href.replace(/\/$/, '');
  } catch {
    // Reported below: the parser's error would repeat the text, which may hold a password.
  }
  throw new TelamonError('S3: endpoint must be host[:port] or a URL without user name', { isRetryable: false });
}

/** Where credentials come from that may be replaced; undefined when they are given with the options. */
async function sourceOf({ credentialsPath = '', accessKeyId = '' }: S3Options): Promise<CredentialSource | undefined> {
  if (credentialsPath !== '') return await pathSource(credentialsPath);
  return accessKeyId === '' ? await chainSource() : undefined;
}

function staticCredentials({ accessKeyId = '', secretAccessKey, sessionToken }: S3Options): Pick<S3ClientConfig, 'credentials'> {
  const session = sessionToken?.isSet ? { sessionToken: sessionToken.reveal() } : {};
  return { credentials: { accessKeyId, secretAccessKey: secretAccessKey!.reveal(), ...session } };
}

/** Parameters of calls that create an object. */
export function writeSse(sse: S3Sse | undefined): Record<string, string> {
  if (sse?.type === 'SSE-S3') return { ServerSideEncryption: 'AES256' };
  if (sse?.type === 'SSE-C') return readSse(sse);
  if (sse === undefined) return {};
  const context = sse.encryptionContext === undefined ? {} : { SSEKMSEncryptionContext: base64(sse.encryptionContext) };
  return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: sse.keyId, ...context };
}

/** Parameters of calls that read an object or upload a part of one: only SSE-C has any. */
export function readSse(sse: S3Sse | undefined): Record<string, string> {
  if (sse?.type !== 'SSE-C') return {};
  const key = sse.key.reveal();
  const md5 = createHash('md5').update(Buffer.from(key, 'base64')).digest('base64');
  return { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key, SSECustomerKeyMD5: md5 };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
