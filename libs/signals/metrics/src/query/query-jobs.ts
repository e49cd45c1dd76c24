import { maxSeriesPerQuery } from '@telamon/limits';
import { compileMatcher, isStaleAt, Labels, SampleColumns, TelamonError } from '@telamon/model';
import { exprToJson, parseExpr, parseMetricSelector, prettify } from '@telamon/promql';
import { compareLabelBytes } from '@telamon/tsdb';
import { type JobContext, type JobHandler, Transferring } from '@telamon/workers';
import type { SeriesReply } from '../api/query-deps.ts';
import { unpackFrame } from '../frame/packed-frame.ts';
import { readSeriesFrame } from '../frame/series-frame.ts';
import type { LabelsRequest } from '../metrics-source.ts';
import type { BlockRef } from '../store/block-ref.ts';
import type { OpenBlocks } from '../store/open-blocks.ts';
import { blockLabelNames, blockLabelValues } from '../store/select-blocks.ts';
import { sourcesOf } from './block-stream.ts';
import { evaluateJob } from './evaluate-job.ts';
import type { EvaluateRequest, QueryPolicy } from './evaluate-request.ts';
import { parserOptionsOf } from './features.ts';
import { type FederatedSample, federateText } from './federate-text.ts';
import { FetchBudget } from './fetch-budget.ts';
import { FrameQueryable } from './frame-queryable.ts';
import { QueryBlocker } from './query-blocker.ts';
import { labelsJson } from './result-json.ts';

/** A request with the blocks that it may read, by tenant. */
export interface WithBlocks<T> {
  readonly request: T;
  readonly blocks: ReadonlyMap<string, readonly BlockRef[]>;
}

/** A request to one tenant, with the blocks that it may read. */
export interface WithOwnBlocks<T> {
  readonly request: T;
  readonly blocks: readonly BlockRef[];
}

/** A query that is only looked at, not evaluated. */
export interface ParseRequest {
  readonly query: string;
  readonly policy: QueryPolicy;
}

/** A federation: the newest float sample of every series within the lookback. */
export interface FederateJobRequest {
  readonly tenant: string;
  readonly selectors: readonly string[];
  readonly nowMs: number;
  readonly lookbackMs: number;
  /** Older samples are not there; -Infinity: all are. */
  readonly oldestMs: number;
  readonly externalLabels: readonly (readonly [string, string])[];
}

/** The series that pass any of the matcher sets. */
export interface SeriesJobRequest {
  readonly labels: LabelsRequest;
  /** Most series that may be found, 0 = any number. */
  readonly maxSeries: number;
}

/** Label names (`name` undefined) or the values of one label, of blocks only. */
export interface BlockLabelsRequest {
  readonly name: string | undefined;
  readonly labels: LabelsRequest;
}

/** The jobs of queries, as a worker serves them; `open` are the blocks that the worker keeps open. */
export function queryJobs(open: OpenBlocks): Record<string, JobHandler> {
  const blocker = new QueryBlocker();
  return {
    'query.evaluate': async ({ request, blocks }: WithBlocks<EvaluateRequest>, context: JobContext) => {
      const reply = await evaluateJob(request, context, {
        sources: sourcesOf(blocks, open, context),
        blocker,
      });
      return new Transferring(reply, [reply.body.buffer]);
    },
    'query.format': async (request: ParseRequest): Promise<string> => prettify(parse(request)),
    'query.parse': async (request: ParseRequest) => JSON.stringify(exprToJson(parse(request))),
    'query.federate': ({ request, blocks }: WithBlocks<FederateJobRequest>, context: JobContext) =>
      federate(request, sourcesOf(blocks, open, context), context),
    'query.series': ({ request, blocks }: WithBlocks<SeriesJobRequest>, context: JobContext) =>
      listSeries(request, sourcesOf(blocks, open, context), context),
    'query.block-labels': ({ request, blocks }: WithOwnBlocks<BlockLabelsRequest>, context: JobContext) => {
      const { fromMs, toMs, matcherSets } = request.labels;
      const compiled = matcherSets.map((set) => set.map((spec) => compileMatcher(spec)));
      const query = { blocks, matcherSets: compiled, fromMs, toMs, signal: context.signal };
      const pause = (): Promise<void> => context.maybeYield();
      return request.name === undefined
        ? blockLabelNames(query, open, pause)
        : blockLabelValues(request.name, query, open, pause);
    },
  };
}

function parse({ query, policy }: ParseRequest): ReturnType<typeof parseExpr> {
  try {
    return parseExpr(query, parserOptionsOf(policy));
  } catch (error) {
    throw new TelamonError((error as Error).message, { status: 400, isRetryable: false });
  }
}

type Streams = ConstructorParameters<typeof FrameQueryable>[0]['sources'];

async function federate(request: FederateJobRequest, sources: Streams, context: JobContext): Promise<string> {
  const queryable = new FrameQueryable({
    tenant: request.tenant,
    sources,
    budget: new FetchBudget((sizeBytes) => context.ledger.charge(sizeBytes)),
    oldestMs: request.oldestMs,
  });
  const fromMs = request.nowMs - request.lookbackMs;
  const hints = {
    startMs: fromMs,
    endMs: request.nowMs,
    stepMs: 0,
    rangeMs: 0,
    func: '',
    grouping: undefined,
    isBy: false,
    limit: 0,
  };
  const found = new Map<string, FederatedSample>();
  const columns = new SampleColumns();
  for (const selector of request.selectors) {
    for (const series of await queryable.select(parseMetricSelector(selector), hints, context.signal)) {
      await context.maybeYield();
      series.read(fromMs, request.nowMs, columns);
      const newest = newestFloat(columns);
      if (newest !== undefined) found.set(series.labels.key(), { labels: series.labels, ...newest });
    }
  }
  return federateText([...found.values()], request.externalLabels);
}

/** Label sets of the series that pass any of the matcher sets, as a JSON list. CatalogueError 422 when there are too many. */
async function listSeries(
  { labels: request, maxSeries }: SeriesJobRequest,
  sources: Streams,
  context: JobContext,
): Promise<SeriesReply> {
  const { tenant, fromMs, toMs, limit = 0 } = request;
  const found = new Map<string, Uint8Array>();
  for (const matchers of request.matcherSets) {
    for (const source of sources) {
      for await (const frame of source({ tenant, matchers, fromMs, toMs, isLabelsOnly: true }, context.signal)) {
        context.ledger.charge(frame.byteLength);
        for (const { labels } of readSeriesFrame(unpackFrame(frame))) found.set(Buffer.from(labels).toString('latin1'), labels);
        if (maxSeries > 0 && found.size > maxSeries) throw maxSeriesPerQuery(maxSeries);
        await context.maybeYield();
      }
    }
  }
  const sorted = [...found.values()].sort(compareLabelBytes);
  const isCut = limit > 0 && sorted.length > limit;
  const shown = isCut ? sorted.slice(0, limit) : sorted;
  return { json: `[${shown.map((labels) => labelsJson(Labels.fromBytes(labels))).join(',')}]`, isCut };
}

/** The last sample when it is a float that is not a staleness marker. */
function newestFloat(columns: SampleColumns): { value: number; timeMs: number } | undefined {
  const last = columns.length - 1;
  if (last < 0 || columns.histograms?.[last] !== undefined || isStaleAt(columns.words, last)) return undefined;
  return { value: columns.values[last]!, timeMs: columns.timesMs[last]! };
}
