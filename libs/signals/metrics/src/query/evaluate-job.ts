import { TelamonError } from '@telamon/model';
import { Engine, type EngineOptions, parseExpr, QueryError, type QueryResult } from '@telamon/promql';
import type { JobContext } from '@telamon/workers';
import { errorJson, type ApiErrorType } from '../api/api-error.ts';
import type { EvaluateReply, EvaluateRequest } from './evaluate-request.ts';
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
export async function evaluateJob(request: EvaluateRequest, context: JobContext, sources: readonly FrameStream[]): Promise<EvaluateReply> {
  const tally: Tally = { seriesCount: 0, fetchedBytes: 0 };
  try {
    const result = await evaluate(request, context, { sources, tally });
    const shown = { ...result, warnings: [...request.warnings, ...result.warnings] };
    const text = resultJson(shown, { withStats: request.stats !== 'none', maxSeries: request.limit });
    return replyOf(200, text, tally, result.stats.samples.totalQueryableSamples);
  } catch (error) {
    const { type, message } = describe(error);
    return replyOf(statusOf(type), errorJson(type, message), tally, 0);
  }
}

function replyOf(status: number, text: string, tally: Tally, sampleCount: number): EvaluateReply {
  return { status, body: encoder.encode(text) as Uint8Array<ArrayBuffer>, sampleCount, ...tally };
}

async function evaluate(
  request: EvaluateRequest,
  context: JobContext,
  { sources, tally }: { readonly sources: readonly FrameStream[]; readonly tally: Tally },
): Promise<QueryResult> {
  const expr = parse(request);
  if (request.kind === 'range') checkRangeType(expr);
  const queryable = new FrameQueryable({
    tenant: request.tenant,
    sources,
    chargeBytes: (sizeBytes) => {
      tally.fetchedBytes += sizeBytes;
      context.ledger.charge(sizeBytes);
    },
    chargeSeries: (count) => {
      tally.seriesCount += count;
      checkSeriesLimit(tally.seriesCount, request.limits.maxSeries);
    },
  });
  const engine = new Engine(engineOptions(request, context));
  const options = { lookbackMs: request.lookbackMs, withPerStepStats: request.stats === 'all', signal: context.signal };
  if (request.kind === 'instant') return await engine.instant(queryable, expr, request.startMs, options);
  const { startMs, endMs, stepMs } = request;
  return await engine.range(queryable, expr, { startMs, endMs, stepMs }, options);
}
