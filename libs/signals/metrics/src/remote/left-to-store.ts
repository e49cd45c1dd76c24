/** Time between listing blocks for a bucket index and the time that the index tells, ms; ample. */
const SLACK_MS = 15 * 60_000;

/** What decides when an ingester stops answering from a block. */
export interface LeftToStoreOptions {
  /** Oldest bucket index that queriers go by, ms. */
  readonly maxStaleMs: number;
  /** Newer samples are not asked of the store, ms; 0: all are. */
  readonly queryStoreAfterMs: number;
  readonly nowMs: () => number;
}

/** A local block, as far as it matters. */
export interface ShippedBlock {
  /** When it was uploaded, ms; undefined while it is not. */
  readonly shippedMs: number | undefined;
  readonly maxTimeMs: number;
}

/**
 * Whether queriers get a block from the store without fail, so that the ingester that still has it need not read it for them: every index
 * that they may go by was written after the upload, and they ask the store for all of its time.
 */
export function leftToStore(options: LeftToStoreOptions): (block: ShippedBlock) => boolean {
  const { maxStaleMs, queryStoreAfterMs, nowMs } = options;
  return ({ shippedMs, maxTimeMs }) => {
    if (shippedMs === undefined || shippedMs + maxStaleMs + SLACK_MS > nowMs()) return false;
    return queryStoreAfterMs === 0 || maxTimeMs + queryStoreAfterMs + SLACK_MS <= nowMs();
  };
}
