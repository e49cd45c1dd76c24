import { LruMap } from '@telamon/algo';
import type { FrontendPlan, FrontendShards, StepRange } from '@telamon/contract';
import type { AggregateExpr, Expr } from '@telamon/promql';
import type { PeerHttpRequest, QueryValues } from '@telamon/rpc';
import type { QuerySettings } from '../api/query-settings.ts';
import { withParameters } from './query-form.ts';
import { QUERY_SHARD_FEATURE } from './query-shard.ts';
import { type ShardedQuery, shardQuery } from './shard-query.ts';
import { uniteShards } from './unite-shards.ts';

/** A query that may be asked in shards. */
export interface ShardableRequest {
  readonly request: PeerHttpRequest;
  readonly form: QueryValues;
  readonly settings: QuerySettings;
  readonly query: string;
  readonly expr: Expr;
  /** Series that an instant query's answer may have; 0: all. */
  readonly limit: number;
}

/** Parts of a query that may be shards of its series at one time. */
export type ShardsOf = (range: StepRange) => FrontendShards | undefined;

/** Bytes of the texts of queries that are remembered as not to be asked in shards. */
const REMEMBERED_BYTES = 4 << 20;
/** Requests that one query may become. */
const REQUESTS_MAX = 128;
const TYING_FEATURES: ReadonlySet<string> = new Set(['promql-delayed-name-removal', 'type-and-unit-labels']);

/** Takes queries apart by series. Lives as long as the frontend: remembers queries whose shards could not be put together. */
export class ShardPlanner {
  readonly #shardCount: number;
  readonly #hopeless = new LruMap<string, true>({ maxCost: REMEMBERED_BYTES, costOf: (_, key) => key.length * 2 + 100 });

  /** `shardCount` 0 or 1: no query is taken apart. */
  constructor(shardCount: number) {
    this.#shardCount = shardCount;
  }

  /** How the ranges of a range query are asked in shards; undefined when they are not. */
  ofRange(query: ShardableRequest): ShardsOf | undefined {
    const sharded = this.#shard(query);
    if (sharded === undefined) return undefined;
    return (range) => this.#shards(query, sharded, { ...range, isInstant: false });
  }

  /**
   * The plan of an instant query; undefined when it is not asked in shards. The elements of an instant answer have an order that shards
   * don't know, so there may be only one.
   */
  ofInstant(query: ShardableRequest, timeMs: number): FrontendPlan | undefined {
    const sharded = hasOneElement(query.expr) ? this.#shard(query) : undefined;
    if (sharded === undefined) return undefined;
    const { request } = query;
    const range = { fromMs: timeMs, toMs: timeMs, stepMs: INSTANT_STEP_MS };
    const shards = (): FrontendShards => this.#shards(query, sharded, { ...range, isInstant: true });
    return {
      kind: 'parts',
      parts: [{ range, caching: undefined, request: () => request, shards }],
      whole: request,
      unite: async ([body]) => ({ status: 200, headers: { 'content-type': 'application/json' }, body: body! }),
    };
  }

  #shard({ request, form, settings, query, expr }: ShardableRequest): ShardedQuery | undefined {
    const count = shardCountOf(request, this.#shardCount);
    const isPossible = count > 1 && form.get('stats') === '' && !this.#hopeless.has(keyOf(request.tenant, query));
    if (!isPossible || settings.policy.features.some((name) => TYING_FEATURES.has(name))) return undefined;
    const sharded = shardQuery(expr, count);
    return sharded !== undefined && sharded.embedded.length * count <= REQUESTS_MAX ? sharded : undefined;
  }

  #shards(
    query: ShardableRequest,
    { outer, embedded, lossChecks }: ShardedQuery,
    { fromMs, toMs, stepMs, isInstant }: StepRange & { readonly isInstant: boolean },
  ): FrontendShards {
    const times = { start: secondsText(fromMs), end: secondsText(toMs), step: secondsText(stepMs) };
    const path = query.request.path.replace(/\/query$/, '/query_range');
    const changes = { ...times, time: undefined, limit: undefined };
    const requests = embedded
      .flat()
      .map((text) => withParameters({ ...query.request, path }, query.form, { ...changes, query: text }));
    const unite = async (bodies: readonly Uint8Array[], signal: AbortSignal): Promise<Uint8Array | undefined> => {
      const answers = {
        outer,
        lossChecks,
        times: { startMs: fromMs, endMs: toMs, stepMs: isInstant ? 0 : stepMs },
        maxSeries: isInstant ? query.limit : 0,
        bodies,
        shardCount: embedded[0]!.length,
      };
      const body = await uniteShards(query, answers, signal);
      if (body === undefined) this.#hopeless.set(keyOf(query.request.tenant, query.query), true);
      return body;
    };
    return { requests, feature: QUERY_SHARD_FEATURE, unite };
  }
}

const INSTANT_STEP_MS = 1_000;

/** `Sharding-Control` may ask for another number of shards, 0 for none. */
function shardCountOf({ headers }: PeerHttpRequest, configured: number): number {
  const asked = headers['sharding-control'];
  if (configured < 2 || asked === undefined || !/^\d{1,4}$/.test(asked)) return configured;
  return Number(asked);
}

function keyOf(tenant: string, query: string): string {
  return `${tenant}\0${query}`;
}

/** Whether an answer has one element at the most, because it is made of aggregations over all series. */
function hasOneElement(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
      return true;
    case 'aggregate':
      return isOverAll(expr);
    case 'paren':
    case 'unary':
      return hasOneElement(expr.expr);
    case 'binary':
      return hasOneElement(expr.lhs) && hasOneElement(expr.rhs);
    case 'call':
      return expr.args.every(hasOneElement);
    default:
      return false;
  }
}

function isOverAll({ grouping, isWithout, op }: AggregateExpr): boolean {
  return !isWithout && grouping.length === 0 && op !== 'count_values';
}

function secondsText(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}
