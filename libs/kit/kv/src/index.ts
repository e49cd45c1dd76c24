export { KvConflictError } from './kv-conflict-error.ts';
export type { KvCallOptions, KvChange, KvEntry, KvListener, KvStore } from './kv-store.ts';
