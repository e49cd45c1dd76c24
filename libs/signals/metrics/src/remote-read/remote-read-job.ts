import { snappyCompress } from '@telamon/bytes';
import { compileMatcher, Labels, type MatcherSpec, SampleColumns, TelamonError } from '@telamon/model';
import {
  type ChunkView,
  decodeChunk,
  ENCODING_HISTOGRAM,
  isFloatEncoding,
  openFloatHistogramChunk,
  openIntHistogramChunk,
} from '@telamon/tsdb';
import { type HistogramToWrite, ProtoWriter, type SampleToWrite, WriteRequestEncoder } from '@telamon/wire';
import { type JobContext, type JobHandler, Transferring } from '@telamon/workers';
import { sourcesOf } from '../query/block-stream.ts';
import type { EvaluateLimits } from '../query/evaluate-request.ts';
import { FetchBudget } from '../query/fetch-budget.ts';
import { FrameQueryable, type FrameStream } from '../query/frame-queryable.ts';
import type { FrameSeries } from '../query/frame-series.ts';
import type { WithBlocks } from '../query/query-jobs.ts';
import type { OpenBlocks } from '../store/open-blocks.ts';
import { ChunkedFrames } from './chunked-frames.ts';
import { plainChunks } from './plain-chunks.ts';
import type { ReadQuery } from './read-request.ts';

/** What the main thread asks a worker to read. Plain data: it crosses a thread. */
export interface RemoteReadJobRequest {
  readonly tenant: string;
  /** `samples`: the whole response, compressed; `chunks`: frames of the stream. */
  readonly format: 'samples' | 'chunks';
  readonly queries: readonly ReadQuery[];
  /** Index of the first of the queries in the client's request. */
  readonly queryIndex: number;
  /** Added to every series that has none of the name; sorted. */
  readonly externalLabels: readonly (readonly [string, string])[];
  /** Older samples are not there; -Infinity: all are. */
  readonly oldestMs: number;
  readonly maxFrameBytes: number;
  readonly limits: EvaluateLimits;
}

/** Parts of the response's body, in order. */
export interface RemoteReadJobReply {
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
}

/** The jobs of remote read, as a worker serves them. */
export function remoteReadJobs(open: OpenBlocks): Record<string, JobHandler> {
  return {
    'query.remote-read': async ({ request, blocks }: WithBlocks<RemoteReadJobRequest>, context: JobContext) => {
      const reply = await remoteReadJob(request, context, sourcesOf(blocks, open, context));
      return new Transferring(
        reply,
        reply.parts.map((part) => part.buffer),
      );
    },
  };
}

/**
 * Reads the series of the queries. TelamonError 400 for a pattern that is none and for more samples than allowed, CatalogueError 422
 * over another limit.
 */
export async function remoteReadJob(
  request: RemoteReadJobRequest,
  context: JobContext,
  sources: readonly FrameStream[],
): Promise<RemoteReadJobReply> {
  const { tenant, oldestMs, limits } = request;
  const budget = new FetchBudget((sizeBytes) => context.ledger.charge(sizeBytes), limits);
  const queryable = new FrameQueryable({ tenant, sources, budget, oldestMs });
  if (request.format === 'chunks') return await readChunks(request, context, queryable);
  return await readSamples(request, context, queryable);
}

async function readChunks(
  request: RemoteReadJobRequest,
  context: JobContext,
  queryable: FrameQueryable,
): Promise<RemoteReadJobReply> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const [i, query] of request.queries.entries()) {
    const frames = new ChunkedFrames(request.queryIndex + i, request.maxFrameBytes);
    await eachSeries(request, query, { context, queryable }, (labels, chunks) => {
      context.ledger.charge(frames.addSeries(labels, chunks));
    });
    parts.push(...frames.finish());
  }
  return { parts };
}

/** `prometheus.ReadResponse` (prompb/remote.proto): results 1, each with series 1, which are those of remote write. */
async function readSamples(
  request: RemoteReadJobRequest,
  context: JobContext,
  queryable: FrameQueryable,
): Promise<RemoteReadJobReply> {
  const response = new ProtoWriter();
  for (const query of request.queries) {
    const result = new WriteRequestEncoder();
    let sampleCount = 0;
    await eachSeries(request, query, { context, queryable }, (labels, chunks) => {
      const series = { labels, ...samplesOf(chunks) };
      const count = series.samples.length + series.histograms.length;
      sampleCount += count;
      context.ledger.charge(count * SAMPLE_BYTES);
      const { maxSamples } = request.limits;
      if (maxSamples > 0 && sampleCount > maxSamples) {
        throw new TelamonError(`exceeded sample limit (${maxSamples})`, { status: 400, isRetryable: false });
      }
      result.addSeries(series);
    });
    response.bytes(1, result.finish(), true);
  }
  return { parts: [snappyCompress(response.finish()) as Uint8Array<ArrayBuffer>] };
}

/** About what a sample takes in the response, twice: once before and once after it was compressed. */
const SAMPLE_BYTES = 40;

/** The series of a query in the order of their labels, without those that have nothing in its time; none without matchers. */
async function eachSeries(
  request: RemoteReadJobRequest,
  { fromMs, toMs, matchers }: ReadQuery,
  { context, queryable }: { readonly context: JobContext; readonly queryable: FrameQueryable },
  take: (labels: readonly string[], chunks: readonly ChunkView[]) => void,
): Promise<void> {
  if (matchers.length === 0) return;
  const compiled = storedMatchers(matchers, request.externalLabels).map((spec) => compileMatcher(spec));
  const hints = { startMs: fromMs, endMs: toMs, stepMs: 0, rangeMs: 0, func: '', grouping: undefined, isBy: false, limit: 0 };
  const startMs = Math.max(fromMs, request.oldestMs);
  // What this queryable gives are the series of frames.
  const found = (await queryable.select(compiled, hints, context.signal)) as readonly FrameSeries[];
  for (const series of found) {
    await context.maybeYield();
    const chunks = plainChunks(series.chunks, startMs, toMs);
    if (chunks.length > 0) take(withExternal(series.labels, request.externalLabels), chunks);
  }
}

/** Stored series have no external labels, so a matcher that asks for one asks for its absence. */
function storedMatchers(
  matchers: readonly MatcherSpec[],
  externalLabels: readonly (readonly [string, string])[],
): readonly MatcherSpec[] {
  const external = new Map(externalLabels);
  return matchers.map((matcher) => {
    const isExternal = matcher.operator === '=' && external.get(matcher.name) === matcher.value;
    return isExternal ? { ...matcher, value: '' } : matcher;
  });
}

function withExternal(labels: Labels, externalLabels: readonly (readonly [string, string])[]): readonly string[] {
  if (externalLabels.length === 0) return labels.flat();
  return Labels.fromPairs([...externalLabels.filter(([name]) => labels.get(name) === ''), ...labels]).flat();
}

function samplesOf(chunks: readonly ChunkView[]): {
  readonly samples: readonly SampleToWrite[];
  readonly histograms: readonly HistogramToWrite[];
} {
  const samples: SampleToWrite[] = [];
  const histograms: HistogramToWrite[] = [];
  for (const { encoding, data } of chunks) {
    if (isFloatEncoding(encoding)) addFloats(encoding, data, samples);
    else if (encoding === ENCODING_HISTOGRAM) {
      const reader = openIntHistogramChunk(data, false);
      while (reader.next()) histograms.push({ timeMs: reader.timeMs, histogram: reader.intHistogram() });
    } else {
      const reader = openFloatHistogramChunk(data, false);
      while (reader.next()) histograms.push({ timeMs: reader.timeMs, histogram: reader.floatHistogram() });
    }
  }
  return { samples, histograms };
}

function addFloats(encoding: number, data: Uint8Array, into: SampleToWrite[]): void {
  const columns = new SampleColumns();
  decodeChunk(encoding, data, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
  for (let i = 0; i < columns.length; i++) {
    const words: [number, number] = [columns.words[2 * i]!, columns.words[2 * i + 1]!];
    into.push({ timeMs: columns.timesMs[i]!, value: columns.values[i]!, words });
  }
}
