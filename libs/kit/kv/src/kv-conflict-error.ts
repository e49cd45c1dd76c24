import { TelamonError } from '@telamon/model';

/** A conditional write met another revision, or a key that was (not) there. Read again and decide anew. */
export class KvConflictError extends TelamonError {
  constructor(key: string) {
    super(`${key} was changed by someone else`, { id: 'kv-conflict', status: 409, isRetryable: true });
    this.name = 'KvConflictError';
  }
}
