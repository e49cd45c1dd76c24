import type { RangeCaching, StepRange } from '@telamon/contract';
import { cutMatrix } from './cut-matrix.ts';
import type { QueryReach } from './query-reach.ts';
import type { RangeQuery } from './range-query.ts';
import { uniteMatrices } from './unite-matrices.ts';

/** What decides which answers are kept. */
export interface CachingDeps {
  readonly maxFreshnessMs: number;
  readonly ttlMs: number;
  /** For answers that samples may still change which come late; 0: these are not kept. */
  readonly outOfOrderTtlMs: number;
  /** How late samples of a tenant may come, ms. */
  readonly outOfOrderWindowMsOf: (tenant: string) => number;
  /** Changes whenever something of the tenant was deleted. */
  readonly generationOf: (tenant: string) => string;
}

/** What of a plan decides how a part is kept. */
export interface CachedPartInput {
  readonly range: StepRange;
  readonly reach: QueryReach;
  readonly intervalMs: number;
  readonly nowMs: number;
}

/** How the answers for a part are kept; undefined when they may not be, because samples at a fixed time may still come. */
export function rangeCaching(query: RangeQuery, input: CachedPartInput, deps: CachingDeps): RangeCaching | undefined {
  const { range, reach, nowMs } = input;
  const settledMs = nowMs - deps.maxFreshnessMs;
  if (reach.fixedUntilMs > settledMs) return undefined;
  const untilMs = settledMs - Math.max(0, reach.forwardMs);
  const lateMs = nowMs - deps.outOfOrderWindowMsOf(query.request.tenant);
  const fixedMs = reach.fixedUntilMs;
  return {
    key: keyOf(query, input, deps.generationOf(query.request.tenant)),
    untilMs: Math.min(untilMs, range.toMs),
    ttlMs: ({ toMs }) => (Math.max(toMs + Math.max(0, reach.forwardMs), fixedMs) > lateMs ? deps.outOfOrderTtlMs : deps.ttlMs),
    mayKeep: isWithoutNotes,
    cut: cutMatrix,
    join: async (bodies) => {
      const joined = await uniteMatrices(bodies, { maxSeries: 0 });
      if (joined === undefined) throw new Error('answers without annotations can be joined');
      return joined;
    },
  };
}

/** Everything that an answer depends on but the samples and the steps. Annotations are never kept, so their positions don't count. */
function keyOf(query: RangeQuery, { range, intervalMs }: CachedPartInput, generation: string): string {
  const { settings, lookbackMs, query: text } = query;
  const { limits, policy } = settings;
  const { fromMs, stepMs } = range;
  const phaseMs = ((fromMs % stepMs) + stepMs) % stepMs;
  const interval = intervalMs === 0 ? 0 : Math.floor(fromMs / intervalMs);
  return JSON.stringify([
    ...[generation, text.trim(), stepMs, phaseMs, intervalMs, interval, lookbackMs],
    ...[limits, policy.features, policy.experimentalFunctions],
  ]);
}

const PLAIN_END = Buffer.from(']}}');

/** Annotations belong to no step, so an answer that bears some can't be cut. Without, the list of series ends the answer. */
function isWithoutNotes(body: Uint8Array): boolean {
  const end = body.length;
  return end > PLAIN_END.length && PLAIN_END.equals(body.subarray(end - PLAIN_END.length));
}
