import { TelamonError } from '@telamon/model';
import { abortedError, ObjectNotFoundError, storeError } from './object-errors.ts';

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
  readonly code?: string;
}

const RETRYABLE_NAMES: ReadonlySet<string> = new Set([
  'SlowDown',
  'RequestTimeout',
  'Throttling',
  'ThrottlingException',
  'InternalError',
  'ServiceUnavailable',
  'ConditionalRequestConflict',
  'OperationAborted',
  'TimeoutError',
  'NetworkingError',
  'IncompleteBody',
  'CredentialsRefused',
]);

/** HTTP status of a failed call, 0 when none came. */
export function statusOf(error: unknown): number {
  return (error as SdkError).$metadata?.httpStatusCode ?? 0;
}

/** The error of a failed call in our terms. `action` says what was tried. */
export function explainS3Error(bucket: string, key: string, action: string, error: unknown, signal?: AbortSignal): TelamonError {
  if (error instanceof TelamonError) return error;
  if (signal?.aborted) return abortedError(signal);
  const { name } = error as SdkError;
  const status = statusOf(error);
  if (name === 'NoSuchBucket') {
    return new TelamonError(`bucket ${bucket} does not exist; it is never created`, {
      status: 500,
      isRetryable: false,
      cause: error,
    });
  }
  if (name === 'NoSuchKey' || name === 'NotFound' || status === 404) return new ObjectNotFoundError(bucket, key, error);
  return storeError(bucket, `${action} of ${key}`, error, isTransient(error as SdkError, status));
}

/** Anything without an answer of the server is transient, so are its 429 and 5xx. */
function isTransient(error: SdkError, status: number): boolean {
  if (RETRYABLE_NAMES.has(error.name)) return true;
  if (status === 0) return error.name !== 'CredentialsProviderError' && error.code !== 'ERR_INVALID_URL';
  return status === 429 || status === 408 || (status >= 500 && status !== 501);
}
