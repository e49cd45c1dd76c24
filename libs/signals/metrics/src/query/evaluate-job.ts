import { queryBlocked } from '@telamon/limits';
import {
  Engine,
  type EngineOptions,
  type Expr,
  parseExpr,
  QueryError,
  type QueryOptions,
  type QueryResult,
} from '@telamon/promql';
import type { JobContext } from '@telamon/workers';
import { errorJson, statusOfErrorType } from '../api/api-error.ts';
import { describeFailure } from './describe-failure.ts';
import type { EvaluateReply, EvaluateRequest } from './evaluate-request.ts';
import { featureFlagsOf, forbiddenFunction, parserOptionsOf } from './features.ts';
import { FetchBudget } from './fetch-budget.ts';
import { FrameQueryable, type FrameStream } from './frame-queryable.ts';
import type { QueryBlocker } from './query-blocker.ts';
import { resultJson } from './result-json.ts';

const encoder = new TextEncoder();

/** What an evaluation stands on. */
export interface EvaluateParts {
  readonly sources: readonly FrameStream[];
  readonly blocker: QueryBlocker;
}

/**
 * Evaluates a query in a worker thread and gives back the reply's bytes. Failures of the query become replies in the
 * API's envelope; only a lost worker is an exception.
 */
export async function evaluateJob(
  request: EvaluateRequest,
  context: JobContext,
  { sources, blocker }: EvaluateParts,
): Promise<EvaluateReply> {
  const budget = new FetchBudget((sizeBytes) => context.ledger.charge(sizeBytes), request.limits);
  const tallyOf = (sampleCount: number) => {
    const { seriesCount, chunkCount, chunkBytes } = budget;
    return { sampleCount, seriesCount, chunkCount, chunkBytes };
  };
  try {
    const expr = parseQuery(request);
    checkPolicy(request, expr, blocker);
    const { oldestMs, tenant } = request;
    const result = await evaluate(request, context, expr, new FrameQueryable({ tenant, sources, budget, oldestMs }));
    const shown = { ...result, warnings: [...request.warnings, ...result.warnings] };
    const body = encode(resultJson(shown, { withStats: request.stats !== 'none', maxSeries: request.limit }));
    return { status: 200, body, outcome: 'success', refusal: '', tally: tallyOf(result.stats.samples.totalQueryableSamples) };
  } catch (error) {
    const { errorType, message, refusal } = describeFailure(error, context, request.limits.maxMemoryBytes);
    const body = encode(errorJson(errorType, message));
    return { status: statusOfErrorType(errorType), body, outcome: errorType, refusal, tally: tallyOf(0) };
  }
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>;
}

function parseQuery({ query, policy }: EvaluateRequest): Expr {
  try {
    return parseExpr(query, parserOptionsOf(policy));
  } catch (error) {
    throw new QueryError('bad_data', (error as Error).message);
  }
}

function checkPolicy(request: EvaluateRequest, expr: Expr, blocker: QueryBlocker): void {
  const { tenant, policy } = request;
  const forbidden = forbiddenFunction(expr, policy);
  if (forbidden !== undefined) throw new QueryError('bad_data', `function "${forbidden}" is not enabled for tenant ${tenant}`);
  const rule = blocker.find(request, expr);
  if (rule !== undefined) throw queryBlocked(rule.reason);
}

async function evaluate(
  request: EvaluateRequest,
  context: JobContext,
  expr: Expr,
  queryable: FrameQueryable,
): Promise<QueryResult> {
  const engine = new Engine(engineOptionsOf(request));
  const options: QueryOptions = {
    lookbackMs: request.lookbackMs,
    timeoutMs: request.timeoutMs,
    perStepStats: request.stats === 'all',
    queryText: request.query,
    isCancelled: () => context.isCancelled(),
    maybeYield: () => context.maybeYield(),
  };
  if (request.kind === 'instant') return await engine.instant(queryable, expr, request.startMs, options);
  const { startMs, endMs, stepMs } = request;
  return await engine.range(queryable, expr, { startMs, endMs, stepMs }, options);
}

function engineOptionsOf({ limits, timeoutMs, policy }: EvaluateRequest): EngineOptions {
  const { maxSamples, maxMemoryBytes } = limits;
  return { maxSamples, maxMemoryBytes, timeoutMs, features: featureFlagsOf(policy) };
}
