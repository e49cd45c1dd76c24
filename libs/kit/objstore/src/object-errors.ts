import { TelamonError } from '@telamon/model';

/** The object is not there. */
export class ObjectNotFoundError extends TelamonError {
  readonly key: string;

  constructor(bucket: string, key: string, cause?: unknown) {
    super(`object ${key} not found in ${bucket}`, { status: 404, isRetryable: false, cause });
    this.name = 'ObjectNotFoundError';
    this.key = key;
  }
}

/** A failure of the store. */
export function storeError(bucket: string, action: string, cause: unknown, isRetryable: boolean): TelamonError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new TelamonError(`${action} in ${bucket} failed: ${text.slice(0, 512)}`, {
    status: isRetryable ? 503 : 500,
    isRetryable,
    cause,
  });
}

/** A call that its caller gave up; never retried. */
export function abortedError(signal: AbortSignal): TelamonError {
  if (signal.reason instanceof TelamonError) return signal.reason;
  return new TelamonError('object store call cancelled', { status: 499, isRetryable: false, cause: signal.reason });
}

/** Whether a look at an object found it: false for {@link ObjectNotFoundError}, other failures are thrown on. */
export async function isFound(look: Promise<unknown>): Promise<boolean> {
  try {
    await look;
    return true;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return false;
    throw error;
  }
}
