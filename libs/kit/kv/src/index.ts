export { InProcessKv } from './in-process-kv.ts';
export { KvConflictError } from './kv-conflict-error.ts';
export { KvRequestError, KvUnavailableError } from './kv-errors.ts';
export { isValidKvKey, MAX_KV_KEY_BYTES, MAX_KV_VALUE_BYTES } from './kv-key.ts';
export type { KvCallOptions, KvChange, KvEntry, KvListener, KvStore } from './kv-store.ts';
