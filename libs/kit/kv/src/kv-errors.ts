import { TelamonError } from '@telamon/model';

/** The store did not answer in time, or is closed; the same call may succeed later. Status 503, id `kv-unavailable`. */
export class KvUnavailableError extends TelamonError {
  constructor(message: string, cause?: unknown) {
    super(message, { id: 'kv-unavailable', status: 503, isRetryable: true, cause });
    this.name = 'KvUnavailableError';
  }
}

/** A key, prefix or value that no store takes. Status 400, id `kv-bad-request`. */
export class KvRequestError extends TelamonError {
  constructor(message: string) {
    super(message, { id: 'kv-bad-request', status: 400, isRetryable: false });
    this.name = 'KvRequestError';
  }
}
