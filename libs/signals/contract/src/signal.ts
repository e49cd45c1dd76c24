import type { LoadedConfig, OptionGroup } from '@telamon/config';
import type { KvStore } from '@telamon/kv';
import type { Service } from '@telamon/lifecycle';
import type { Overrides } from '@telamon/limits';
import type { GrpcHandler, HttpContext } from '@telamon/rpc';
import type { Logger, MetricRegistry } from '@telamon/telemetry';
import type { FrontendFacet } from './frontend.ts';
import type { BlockReader, ReplicaReader, ReplicaWriter, SignalCalls } from './replicas.ts';

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
  /**
   * Waits until every reader finds in the store what was flushed, so that this process need not answer for it any more. TelamonError
   * when the signal aborts before.
   */
  untilReadElsewhere(signal: AbortSignal): Promise<void>;
  /** What the system says of a disk that takes nothing any more; undefined while that is not known. Queries go on. */
  diskFailure(): string | undefined;
  /** Syncs and closes everything. Nothing is pushed or queried afterwards. */
  close(): Promise<void>;
}

/** Querier's side: answers the signal's API. */
export interface QueryFacet {
  readonly routes: readonly SignalRoute[];
  /** What frontends may ask for beyond the first version; they ask when every querier has it. */
  readonly features: readonly string[];
}

/** Whether this process is one of those that look after a block (by ULID), tenant or job. */
export type Owns = (key: string) => boolean;

/** Store-gateway's side: knows the blocks in the bucket. */
export interface BlocksFacet {
  /** Looks the bucket over and keeps the blocks that are owned. Called again and again; never concurrently with itself. */
  sync(signal: AbortSignal, owns: Owns): Promise<void>;
  close(): Promise<void>;
}

/** Compactor's side: tidies the bucket, tenant by tenant. */
export interface CompactionFacet {
  /** Routes on the admin listener. */
  readonly adminRoutes: readonly SignalRoute[];
  /** Tenants that have something in the bucket. */
  tenants(signal: AbortSignal): Promise<string[]>;
  /** Marks what retention has passed, deletes what was marked long enough, writes the bucket index. */
  clean(tenant: string, signal: AbortSignal): Promise<void>;
  /** Merges what is due among the jobs that are owned. Returns whether anything was merged. */
  compact(tenant: string, signal: AbortSignal, owns: Owns): Promise<boolean>;
}

/** How many share the work of a role, for limits that count over all of them. */
export interface RoleShare {
  /** Healthy instances, at least 1. */
  readonly instanceCount: number;
  /** How many of them hold the same data. */
  readonly replicationFactor: number;
}

/** Where a distributor writes to when the ingesters are other processes. */
export interface PushPeers {
  readonly writer: ReplicaWriter;
  /** Distributors; read at every use. */
  readonly share: () => RoleShare;
  /** For elections among senders. */
  readonly kv: KvStore;
  readonly ingesters: AllIngesters;
}

/** The ingesters, for what concerns every tenant. */
export interface AllIngesters {
  /** Replies of so many that together they hold everything; TelamonError 503 when too many fail. */
  gather(method: string, message: Uint8Array, signal: AbortSignal): Promise<readonly Uint8Array[]>;
  /** Read at every use. */
  readonly share: () => RoleShare;
}

/** Where a querier reads from when ingesters and store-gateways are other processes. */
export interface QueryPeers {
  readonly replicas: ReplicaReader;
  readonly blocks: BlockReader;
  /** The ingesters that are read for a tenant; read at every use. */
  readonly share: (tenant: string) => RoleShare;
}

/** What an ingester is told of its peers. */
export interface StorePeers {
  /** Ingesters that hold data of a tenant; read at every use. */
  readonly share: (tenant: string) => RoleShare;
}

/** What one tenant of one signal holds, for the status page. Times in ms, undefined while there is no data. */
export interface TenantOverview {
  readonly signal: string;
  readonly tenant: string;
  readonly activeSeries: number;
  readonly headMinTimeMs: number | undefined;
  readonly headMaxTimeMs: number | undefined;
  readonly localBlocks: number;
  readonly bucketBlocks: number;
}

/**
 * A signal in one process: one facet for each role, made when the role is there. A shell uses the facet of its role and knows
 * nothing else of the signal. Without peers a facet works with the facets of the same process; each is made at most once.
 */
export interface Signal {
  /** `metrics`, `logs` or `traces`. */
  readonly name: string;
  /** Worker threads of all facets; outlives them. */
  readonly workers: Service;
  push(peers?: PushPeers): Promise<PushFacet>;
  store(): Promise<StoreFacet>;
  /** What distributors and queriers of other processes call of the store. */
  storeCalls(peers: StorePeers): Promise<SignalCalls>;
  query(peers?: QueryPeers): Promise<QueryFacet>;
  /** How queries are taken apart before queriers answer them. `isCaching`: whether the shell keeps answers. */
  frontend(isCaching: boolean): FrontendFacet;
  blocks(): Promise<BlocksFacet>;
  /** What queriers of other processes call of the blocks. */
  blocksCalls(): Promise<SignalCalls>;
  compaction(): Promise<CompactionFacet>;
  /** What the tenants hold in this process. */
  overview(): TenantOverview[];
  /** Closes what outlives the services. */
  release(): Promise<void>;
}

/** What a signal is made of. */
export interface SignalDeps {
  readonly config: LoadedConfig;
  readonly logger: Logger;
  readonly registry: MetricRegistry;
  readonly overrides: Overrides;
  /** Absolute. */
  readonly dataDir: string;
}

/** A signal before any process: its options, and how it is made. */
export interface SignalPlugin {
  readonly name: string;
  /** In the order of the reference. */
  readonly options: readonly OptionGroup[];
  /** Makes the signal; throws TelamonErrors that say what to change. */
  open(deps: SignalDeps): Signal;
}
