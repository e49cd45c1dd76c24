import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { TelamonError } from '@telamon/model';
import { statusOf } from './s3-errors.ts';

/** What requests are signed with. */
export interface S3Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Gives what is known, which the SDK reads anew shortly before it expires; with `forceRefresh` it is read anew now. */
type IdentityProvider = (options?: { readonly forceRefresh?: boolean }) => Promise<S3Identity>;

/** Codes by which a store says that a key is not, or no longer, good. `AccessDenied` is none: the key is known and may not. */
const REFUSALS: ReadonlySet<string> = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
]);
/** How the SDK names an error without a body to tell more, as every answer to a HEAD is. */
const UNTOLD = 'Unknown';
/** A source across the network is not asked more often than this while it has nothing new. */
const NETWORK_PAUSE_MS = 1000;

/** Whether a call failed because of the key it was signed with. */
export function isRefusal(error: unknown): boolean {
  const { name } = error as Error;
  return REFUSALS.has(name) || (name === UNTOLD && statusOf(error) === 403);
}

/** Refused credentials that may be replaced any moment, so that another try may help. */
export class CredentialsRefusedError extends Error {
  constructor(cause: unknown) {
    const { name, message } = cause as Error;
    super(name === UNTOLD ? 'credentials refused (status 403)' : `credentials refused (${name}: ${message})`, { cause });
    this.name = 'CredentialsRefused';
  }
}

/** Credentials of a bucket that may be replaced while it is in use: read anew when the store refuses them. */
export class S3Credentials {
  readonly #provide: IdentityProvider;
  readonly #pauseMs: number;
  readonly #nowMs: () => number;
  #generation = 0;
  #reload: Promise<void> | undefined;
  #unchangedMs = -Infinity;

  /** Reloads that found nothing new are at least `pauseMs` apart. */
  constructor(provide: IdentityProvider, pauseMs: number, nowMs: () => number = () => performance.now()) {
    this.#provide = provide;
    this.#pauseMs = pauseMs;
    this.#nowMs = nowMs;
  }

  /** Grows when a reload found other credentials. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Runs a call; when the store refuses the key and there is another one by now, once more with that.
   * @throws CredentialsRefusedError when it was refused and nothing else is there; anything else as it came.
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const before = this.#generation;
    try {
      return await call();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (!(await this.#isReplaced(before))) throw new CredentialsRefusedError(error);
    }
    return await call();
  }

  async #isReplaced(before: number): Promise<boolean> {
    if (this.#generation !== before) return true;
    if (this.#nowMs() - this.#unchangedMs < this.#pauseMs) return false;
    this.#reload ??= this.#readAnew().finally(() => {
      this.#reload = undefined;
    });
    // Credentials that cannot be read leave those that were refused; the refusal says more to whoever called.
    await this.#reload.catch(() => {});
    return this.#generation !== before;
  }

  async #readAnew(): Promise<void> {
    const known = await this.#provide();
    const found = await this.#provide({ forceRefresh: true });
    if (isSame(known, found)) this.#unchangedMs = this.#nowMs();
    else this.#generation++;
  }
}

function isSame(a: S3Identity, b: S3Identity): boolean {
  return a.accessKeyId === b.accessKeyId && a.secretAccessKey === b.secretAccessKey && a.sessionToken === b.sessionToken;
}

/** Where credentials come from, for the SDK's configuration. */
export interface CredentialSource {
  readonly config: Pick<S3ClientConfig, 'credentials' | 'credentialDefaultProvider'>;
  /** {@link S3Credentials}' pause. */
  readonly pauseMs: number;
}

/** The SDK's chain, with files that are read again each time it looks. */
export async function chainSource(): Promise<CredentialSource> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const credentialDefaultProvider = (init: object) => defaultProvider({ ...init, ignoreCache: true });
  return { config: { credentialDefaultProvider }, pauseMs: NETWORK_PAUSE_MS };
}

/**
 * A shared credentials file of AWS, or a folder with files `access-key-id`, `secret-access-key` and, if there is one, `session-token`.
 * @throws TelamonError when neither is there.
 */
export async function pathSource(path: string): Promise<CredentialSource> {
  const status = await stat(path).catch((error: unknown) => {
    throw new TelamonError(`S3: credentials ${path} cannot be read: ${(error as Error).message}`, { isRetryable: false });
  });
  if (status.isDirectory()) return { config: { credentials: () => folderIdentity(path) }, pauseMs: 0 };
  const { fromIni } = await import('@aws-sdk/credential-provider-ini');
  // A profile may name a process or a role, which cost more than a look at a file.
  return { config: { credentials: fromIni({ filepath: path, ignoreCache: true }) }, pauseMs: NETWORK_PAUSE_MS };
}

async function folderIdentity(folder: string): Promise<S3Identity & { sessionToken?: string }> {
  const [accessKeyId, secretAccessKey, sessionToken] = await Promise.all([
    readValue(join(folder, 'access-key-id')),
    readValue(join(folder, 'secret-access-key')),
    readValue(join(folder, 'session-token'), true),
  ]);
  return { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) };
}

/** The text of a file without space around it. A secret mounted by Kubernetes is replaced as a whole, by a link. */
async function readValue(path: string, isOptional: boolean = false): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (isOptional && error.code === 'ENOENT') return '';
    throw error;
  });
  if (text.trim() === '' && !isOptional) throw new Error(`${path} is empty`);
  return text.trim();
}
