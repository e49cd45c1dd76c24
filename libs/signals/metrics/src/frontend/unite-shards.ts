import { setImmediate as nextTurn } from 'node:timers/promises';
import { Engine, type Expr, type QueryOptions, type QueryResult, type QueryTimes } from '@telamon/promql';
import { TimeSlice } from '@telamon/telemetry';
import { featureFlagsOf } from '../query/features.ts';
import { resultJson } from '../query/result-json.ts';
import { EmbeddedSeries } from './embedded-series.ts';
import { type MatrixBody, scanMatrix } from './matrix-body.ts';
import type { RangeQuery } from './range-query.ts';

/** Lookback that sees samples of the very step only, ms. */
const OWN_STEP_MS = 1;
/** Time that putting together may take, ms. */
const TIMEOUT_MS = 60_000;

/** What is to be put together. */
export interface ShardAnswers {
  /** The query over what the shards answered; see shard-query.ts. */
  readonly outer: Expr;
  readonly lossChecks: readonly Expr[];
  /** `stepMs` 0: an instant query at `startMs`. */
  readonly times: QueryTimes;
  /** Series that the body may have; 0: all. */
  readonly maxSeries: number;
  /** Bodies of each embedded aggregation's shards, one after the other. */
  readonly bodies: readonly Uint8Array[];
  readonly shardCount: number;
}

/**
 * The body that the unsharded query would have answered with; undefined when the shards do not tell: with annotations, whose positions are
 * others, and with histograms, of which answers show only a part, and where digits are lost, or infinities come of large sums. Runs in slices. Rejects with nothing but the abort.
 */
export async function uniteShards(
  query: Pick<RangeQuery, 'query' | 'settings'>,
  { outer, lossChecks, times, bodies, shardCount, maxSeries }: ShardAnswers,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const slice = new TimeSlice();
  const answers: MatrixBody[][] = [];
  for (const [i, body] of bodies.entries()) {
    const matrix = await scanMatrix(body, slice);
    if (matrix === undefined || !isPlain(matrix)) return undefined;
    if (i % shardCount === 0) answers.push([]);
    answers.at(-1)!.push(matrix);
  }
  const { limits, policy } = query.settings;
  const engine = new Engine({ maxSamples: limits.maxSamples, features: featureFlagsOf(policy) });
  const options: QueryOptions = {
    lookbackMs: OWN_STEP_MS,
    timeoutMs: TIMEOUT_MS,
    queryText: query.query,
    signal,
    maybeYield: () => nextTurn(),
  };
  const storage = new EmbeddedSeries(answers);
  const evaluate = (expr: Expr): Promise<QueryResult> =>
    times.stepMs === 0 ? engine.instant(storage, expr, times.startMs, options) : engine.range(storage, expr, times, options);
  try {
    for (const check of lossChecks) if (!isEmpty(await evaluate(check))) return undefined;
    const body = Buffer.from(resultJson(await evaluate(outer), { withStats: false, maxSeries }));
    return body.includes(INFINITE) ? undefined : body;
  } catch {
    signal.throwIfAborted();
    // The unsharded query words its error as everyone does.
    return undefined;
  }
}

function isEmpty({ value }: QueryResult): boolean {
  if (value.type === 'vector') return value.samples.length === 0;
  return value.type === 'matrix' && value.series.length === 0;
}

/** End of an infinite value; in labels something else follows the quote. Where a sum overflows depends on the order of its parts. */
const INFINITE = Buffer.from('Inf"]');

function isPlain({ bytes, series, tail }: MatrixBody): boolean {
  if (bytes.includes(INFINITE)) return false;
  const hasNotes = tail.warnings.length > 0 || tail.infos.length > 0 || tail.stats !== undefined;
  return !hasNotes && series.every(({ histogramsFrom, histogramsTo }) => histogramsFrom === histogramsTo);
}
