import { maxSeriesPerQuery } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
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
import { type ApiErrorType, errorJson, invalidParameter, statusOfErrorType } from '../api/api-error.ts';
import type { EvaluateReply, EvaluateRequest } from './evaluate-request.ts';
import { featureFlagsOf, parserOptionsOf } from './features.ts';
import { FrameQueryable, type FrameStream } from './frame-queryable.ts';
import { resultJson } from './result-json.ts';

const encoder = new TextEncoder();

/** Counts what a query touched. */
interface Tally {
  seriesCount: number;
  fetchedBytes: number;
}

/**
 * Evaluates a query in a worker thread and gives back the reply's bytes. Failures of the query become replies in the
 * API's envelope; only a lost worker is an exception.
 */
export async function evaluateJob(
  request: EvaluateRequest,
  context: JobContext,
  sources: readonly FrameStream[],
): Promise<EvaluateReply> {
  const tally: Tally = { seriesCount: 0, fetchedBytes: 0 };
  try {
    const result = await evaluate(request, context, { sources, tally });
    const shown = { ...result, warnings: [...request.warnings, ...result.warnings] };
    const text = resultJson(shown, { withStats: request.stats !== 'none', maxSeries: request.limit });
    return replyOf(200, text, tally, result.stats.samples.totalQueryableSamples);
  } catch (error) {
    const { errorType, message } = describeFailure(error, context);
    return replyOf(statusOfErrorType(errorType), errorJson(errorType, message), tally, 0);
  }
}

function replyOf(status: number, text: string, tally: Tally, sampleCount: number): EvaluateReply {
  return { status, body: encoder.encode(text) as Uint8Array<ArrayBuffer>, sampleCount, ...tally };
}

interface Reads {
  readonly sources: readonly FrameStream[];
  readonly tally: Tally;
}

async function evaluate(request: EvaluateRequest, context: JobContext, reads: Reads): Promise<QueryResult> {
  const expr = parseQuery(request);
  const engine = new Engine(engineOptionsOf(request));
  const queryable = queryableOf(request, context, reads);
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

function queryableOf(request: EvaluateRequest, context: JobContext, { sources, tally }: Reads): FrameQueryable {
  return new FrameQueryable({
    tenant: request.tenant,
    sources,
    chargeBytes: (sizeBytes) => {
      tally.fetchedBytes += sizeBytes;
      context.ledger.charge(sizeBytes);
    },
    chargeSeries: (count) => {
      tally.seriesCount += count;
      const limit = request.limits.maxSeries;
      if (limit > 0 && tally.seriesCount > limit) throw new QueryError('execution', maxSeriesPerQuery(limit).message);
    },
  });
}

function parseQuery(request: EvaluateRequest): Expr {
  try {
    return parseExpr(request.query, parserOptionsOf(request));
  } catch (error) {
    throw new QueryError('bad_data', (error as Error).message);
  }
}

function engineOptionsOf(request: EvaluateRequest): EngineOptions {
  const { maxSamples, maxMemoryBytes } = request.limits;
  return { maxSamples, maxMemoryBytes, timeoutMs: request.timeoutMs, features: featureFlagsOf(request.features) };
}

/** What is wrong with the query itself is told as a refused parameter. */
function describeFailure(error: unknown, context: JobContext): { errorType: ApiErrorType; message: string } {
  if (error instanceof QueryError) {
    const { errorType, message } = error;
    return errorType === 'bad_data' ? invalidParameter('query', message) : { errorType, message };
  }
  if (context.isCancelled()) return { errorType: 'canceled', message: 'query was canceled in query execution' };
  if (error instanceof TelamonError) return { errorType: errorTypeOf(error), message: error.message };
  return { errorType: 'internal', message: error instanceof Error ? error.message : String(error) };
}

function errorTypeOf(error: TelamonError): ApiErrorType {
  if (error.status === 429) return 'too_many_requests';
  if (error.status === 422 || error.id !== '') return 'execution';
  return error.status < 500 ? 'bad_data' : 'internal';
}
