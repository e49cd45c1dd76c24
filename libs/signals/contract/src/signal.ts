import type { GrpcHandler, HttpContext } from '@telamon/rpc';

/** Which tenants a route takes: none at all, exactly one, or several joined by `|` where federation is on. */
export type RouteTenancy = 'none' | 'one' | 'many';

/** An HTTP route that a signal offers on its listener. */
export interface SignalRoute {
  readonly methods: readonly string[];
  /** Raw path with `{name}` segments. */
  readonly pattern: string;
  readonly tenancy: RouteTenancy;
  /** Sends exactly one reply or throws a TelamonError. */
  readonly handler: (context: HttpContext) => Promise<void>;
}

/** A unary gRPC method that a signal offers on the OTLP listeners. */
export interface SignalGrpcMethod {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly handler: GrpcHandler;
}

/** Distributor's side: takes data in. */
export interface PushFacet {
  /** Routes on the signal's own listener. */
  readonly routes: readonly SignalRoute[];
  /** Routes on the OTLP listeners. */
  readonly otlpRoutes: readonly SignalRoute[];
  readonly otlpMethods: readonly SignalGrpcMethod[];
}

/** Ingester's side: keeps what was written lately and turns it into blocks. */
export interface StoreFacet {
  /** Opens every tenant found on disk and replays its log. Must resolve before anything is pushed or queried. */
  open(signal: AbortSignal): Promise<void>;
  /** Cuts, ships and truncates what is due. Called again and again; never concurrently with itself. */
  maintain(signal: AbortSignal): Promise<void>;
  /** Cuts and ships everything now, of one tenant or ('') all. */
  flush(tenant: string, signal: AbortSignal): Promise<void>;
  /** Syncs and closes everything. Nothing is pushed or queried afterwards. */
  close(): Promise<void>;
}

/** Querier's side: answers the signal's API. */
export interface QueryFacet {
  readonly routes: readonly SignalRoute[];
}

/** Store-gateway's side: knows the blocks in the bucket. */
export interface BlocksFacet {
  /** Looks the bucket over. Called again and again; never concurrently with itself. */
  sync(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Compactor's side: tidies the bucket, tenant by tenant. */
export interface CompactionFacet {
  /** Tenants that have something in the bucket. */
  tenants(signal: AbortSignal): Promise<string[]>;
  /** Marks what retention has passed, deletes what was marked long enough, writes the bucket index. */
  clean(tenant: string, signal: AbortSignal): Promise<void>;
  /** Merges what is due. Returns whether anything was merged. */
  compact(tenant: string, signal: AbortSignal): Promise<boolean>;
}

/** A signal: one facet for each role. A shell uses the facet of its role and knows nothing else of the signal. */
export interface Signal {
  /** `metrics`, `logs` or `traces`. */
  readonly name: string;
  readonly push: PushFacet;
  readonly store: StoreFacet;
  readonly query: QueryFacet;
  readonly blocks: BlocksFacet;
  readonly compaction: CompactionFacet;
}
