/**
 * Where an instance is in its life.
 *
 * ```
 *             first start          ready
 *  pending ──────► joining ──────► active ◄──────► readonly
 *                                  │   ▲
 *                             stop │   │ started again and ready
 *                                  ▼   │
 *                                 leaving ──────► (gone)
 * ```
 * `pending` has no tokens yet; `joining` has tokens, serves nothing and never held data; `active` serves all; `readonly` takes no
 * writes and answers reads; `leaving` takes no writes and may hold data: it answers reads, or nobody does until it is started
 * again. An instance that starts again with its tokens is `leaving` until it is ready, never `joining`.
 */
export type InstanceState = 'pending' | 'joining' | 'active' | 'readonly' | 'leaving';

/** An instance as the ring knows it. */
export interface Instance {
  /** Unique in its ring: `ingester-zone-a-0`. */
  readonly id: string;
  /** `host:port` of its internal gRPC listener. */
  readonly address: string;
  /** '' when zones are not used. */
  readonly zone: string;
  readonly state: InstanceState;
  /** Sorted, distinct. Empty for members of rings without tokens. */
  readonly tokens: Uint32Array;
  /** When it last said that it lives, ms. */
  readonly heartbeatMs: number;
  /** When it first joined, ms; 0 when unknown. For shuffle shards with lookback. */
  readonly registeredMs: number;
  /** When it last changed between reading and writing, ms; 0 = never. */
  readonly readOnlyChangedMs: number;
  /** What it can do beyond the first version; unknown names are kept. */
  readonly features: readonly string[];
}
