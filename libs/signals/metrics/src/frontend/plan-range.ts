import type { FrontendPart, FrontendPlan, RangeCaching, StepRange } from '@telamon/contract';
import { parseTimeMs } from '@telamon/model';
import type { PeerHttpResponse } from '@telamon/rpc';
import { oldestTimeMs } from '../api/request-times.ts';
import type { ShardPlanner, ShardsOf } from './plan-shards.ts';
import { withParameters } from './query-form.ts';
import { type QueryReach, reachOf } from './query-reach.ts';
import { type CachingDeps, rangeCaching } from './range-caching.ts';
import type { RangeQuery } from './range-query.ts';
import { splitRange } from './split-range.ts';
import { areStepsIndependent } from './split-safety.ts';
import { uniteMatrices } from './unite-matrices.ts';

/** What plans are made with. */
export interface PlanDeps {
  /** 0: ranges are not taken apart. */
  readonly splitIntervalMs: number;
  /** undefined: answers are not kept. */
  readonly caching: CachingDeps | undefined;
  readonly shards: ShardPlanner;
}

/** How a range query is asked: in parts where its steps do not hang together, else as it came. */
export function planRange(query: RangeQuery, deps: PlanDeps, nowMs: number): FrontendPlan {
  const forward: FrontendPlan = { kind: 'forward', request: query.request };
  const reach = reachOfParts(query);
  if (reach === undefined) return forward;
  const { startMs, endMs, stepMs } = query.times;
  const { intervalMs, ranges } = splitRange({ fromMs: startMs, toMs: endMs, stepMs }, deps.splitIntervalMs);
  const shards = deps.shards.ofRange(query);
  const parts = ranges.map((range) => {
    return partOf(query, range, { shards, caching: cachingOf(query, { range, reach, intervalMs, deps, nowMs }) });
  });
  if (parts.length === 1 && parts[0]!.caching === undefined && shards === undefined) return forward;
  if (!ranges.every(isPrintable)) return forward;
  return { kind: 'parts', parts, whole: query.request, unite: (bodies) => unite(query, bodies) };
}

/** undefined when the steps hang together, or their times are beyond exact numbers. */
function reachOfParts({ expr, settings, lookbackMs, times, query, settings: { requests } }: RangeQuery): QueryReach | undefined {
  // Such a query is counted where it is evaluated, so it must come there once.
  if (requests.limitedQueries.some((rule) => rule.query === query.trim())) return undefined;
  if (!Number.isSafeInteger(times.stepMs) || !Number.isSafeInteger(times.startMs)) return undefined;
  if (!areStepsIndependent(expr, settings.policy.features)) return undefined;
  return reachOf(expr, lookbackMs);
}

function partOf(
  query: RangeQuery,
  range: StepRange,
  { caching, shards }: { readonly caching: RangeCaching | undefined; readonly shards: ShardsOf | undefined },
): FrontendPart {
  return {
    range,
    caching,
    request: ({ fromMs, toMs }) =>
      withParameters(query.request, query.form, { start: secondsText(fromMs), end: secondsText(toMs), limit: undefined }),
    shards: (asked) => shards?.(asked),
  };
}

interface CachingInput {
  readonly range: StepRange;
  readonly reach: QueryReach;
  readonly intervalMs: number;
  readonly deps: PlanDeps;
  readonly nowMs: number;
}

/** Not for answers with statistics, which are of one evaluation, nor where what the tenant may see changes with the time. */
function cachingOf(query: RangeQuery, { range, reach, intervalMs, deps, nowMs }: CachingInput): RangeCaching | undefined {
  const { request, form, settings } = query;
  if (deps.caching === undefined || form.get('stats') !== '' || isNotToBeStored(request.headers['cache-control']))
    return undefined;
  if (range.fromMs - reach.backMs < oldestTimeMs(settings.requests, nowMs)) return undefined;
  return rangeCaching(query, { range, reach, intervalMs, nowMs }, deps.caching);
}

function isNotToBeStored(cacheControl: string | undefined): boolean {
  return cacheControl?.split(',').some((directive) => directive.trim().toLowerCase() === 'no-store') === true;
}

async function unite({ limit }: RangeQuery, bodies: readonly Uint8Array[]): Promise<PeerHttpResponse | undefined> {
  const body = await uniteMatrices(bodies, { maxSeries: limit });
  return body === undefined ? undefined : { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** Whether queriers read the very times that are meant. */
function isPrintable({ fromMs, toMs }: StepRange): boolean {
  return [fromMs, toMs].every((timeMs) => parseTimeMs(secondsText(timeMs)) === timeMs);
}

function secondsText(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}
