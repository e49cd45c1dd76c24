import type { PeerHttpRequest, PeerHttpResponse } from '@telamon/rpc';
import type { RouteTenancy } from './signal.ts';

/** A route of the signal's query API, which the frontend takes and a querier answers. */
export interface FrontendRoute {
  readonly methods: readonly string[];
  /** Raw path with `{name}` segments. */
  readonly pattern: string;
  readonly tenancy: RouteTenancy;
}

/** Steps that a request asks for, ms; both ends belong to it and lie on the grid of the step. */
export interface StepRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** How answers for a range may be kept. Bodies are those of responses with status 200, opaque to the shell. */
export interface RangeCaching {
  /** Names everything that the answer depends on, but the steps. */
  readonly key: string;
  /** Newest step whose answer can't change any more, ms. */
  readonly untilMs: number;
  /** How long the answer for a range may be kept, ms. */
  ttlMs(range: StepRange): number;
  /** Whether the body may be kept; not when it tells what belongs to no step. */
  mayKeep(body: Uint8Array): boolean;
  /** The part of a body that belongs to the steps. */
  cut(body: Uint8Array, range: StepRange): Promise<Uint8Array>;
  /** One body of those of adjacent ranges, in their order. */
  join(bodies: readonly Uint8Array[]): Promise<Uint8Array>;
}

/** A range that is asked for by itself, or by pieces of it where others are known. */
export interface FrontendPart {
  readonly range: StepRange;
  /** undefined: not cached. */
  readonly caching: RangeCaching | undefined;
  /** The request for these steps. */
  request(range: StepRange): PeerHttpRequest;
  /** The same in shards, asked at the same time; undefined when it does not come in shards. */
  shards(range: StepRange): FrontendShards | undefined;
}

/** Requests that together stand for one. */
export interface FrontendShards {
  readonly requests: readonly PeerHttpRequest[];
  /** What queriers must be able to do beyond the first version. */
  readonly feature: string;
  /** The body of the one, of the bodies in the order of the requests; undefined when only the unsharded request can tell. */
  unite(bodies: readonly Uint8Array[], signal: AbortSignal): Promise<Uint8Array | undefined>;
}

/** What the frontend does with a request. */
export type FrontendPlan =
  | { readonly kind: 'reply'; readonly response: PeerHttpResponse }
  | { readonly kind: 'forward'; readonly request: PeerHttpRequest }
  | {
      readonly kind: 'parts';
      /** In the order of time, at least one. */
      readonly parts: readonly FrontendPart[];
      /** The request as one: asked when parts can't be united. */
      readonly whole: PeerHttpRequest;
      /** The response, of the bodies of the parts (or pieces of them) in the order of time; undefined when only `whole` can tell. */
      unite(bodies: readonly Uint8Array[]): Promise<PeerHttpResponse | undefined>;
    };

/** Query-frontend's side: takes queries apart and puts their answers together, without looking at data itself. */
export interface FrontendFacet {
  readonly routes: readonly FrontendRoute[];
  /** Decides what to ask. What it can't make sense of it forwards: queriers word the errors. */
  plan(request: PeerHttpRequest, signal: AbortSignal): Promise<FrontendPlan>;
  /** Whether another querier may do better. */
  isRetryable(response: PeerHttpResponse): boolean;
  /** The reply to a request that met an operational error on its way. */
  renderError(request: PeerHttpRequest, error: { readonly status: number; readonly message: string }): PeerHttpResponse;
  /** What a log says of a request: the query and its times. */
  describe(request: PeerHttpRequest): Readonly<Record<string, string>>;
}
