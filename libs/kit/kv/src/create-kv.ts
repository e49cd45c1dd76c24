import { InProcessKv } from './in-process-kv.ts';
import { InstrumentedKv } from './instrumented-kv.ts';
import type { KvStore } from './kv-store.ts';
import { NatsKv, type NatsKvOptions } from './nats-kv.ts';

/** Which store, and what it needs. */
export type CreateKvOptions =
  | { readonly store: 'inprocess'; readonly metrics?: NatsKvOptions['metrics'] }
  | ({ readonly store: 'nats' } & NatsKvOptions);

/**
 * Opens the store chosen; the caller closes it. Never waits: a store on NATS connects in the background for as long as it takes, look
 * at `isConnected`. With metrics its calls are timed. @throws KvRequestError for a bucket or cluster label that cannot be a name.
 */
export function createKv(options: CreateKvOptions): KvStore {
  const kv = options.store === 'nats' ? new NatsKv(options) : new InProcessKv();
  const { metrics } = options;
  if (metrics === undefined) return kv;
  metrics.observeConnection(() => kv.isConnected);
  return new InstrumentedKv(kv, metrics);
}
