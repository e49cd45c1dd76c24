import type { FrontendFacet, FrontendPart, RangeCaching, StepRange } from '@telamon/contract';
import { defaultLimits, type TenantLimits } from '@telamon/limits';
import { compileMatcher, type FloatHistogram, Labels } from '@telamon/model';
import { type PeerHttpHandler, type PeerHttpRequest, type PeerHttpResponse, routesHandler } from '@telamon/rpc';
import { createSilentLogger } from '@telamon/telemetry';
import { compareLabelBytes, SeriesEncoder } from '@telamon/tsdb';
import { apiRoutes } from '../api/api-route.ts';
import type { QueryDeps } from '../api/query-deps.ts';
import { queryRoutes } from '../api/query-routes.ts';
import { SeriesFrameWriter } from '../frame/series-frame.ts';
import { METRICS_QUERY, type MetricsQueryConfig } from '../options.ts';
import { evaluateJob } from '../query/evaluate-job.ts';
import type { FrameStream } from '../query/frame-queryable.ts';
import { fixtureContext } from '../query/query.fixture.ts';
import { QueryBlocker } from '../query/query-blocker.ts';
import { querySettingsOf } from '../query/query-settings.ts';
import { METRICS_FRONTEND } from './frontend-options.ts';
import { createMetricsFrontend } from './metrics-frontend.ts';
import { takeShard } from './query-shard.ts';

/** A series of floats or histograms, ascending in time. */
export interface TestSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [timeMs: number, value: number | FloatHistogram])[];
}

/** What a test may set. */
export interface TestBed {
  readonly limits?: Partial<TenantLimits> | undefined;
  readonly query?: Partial<MetricsQueryConfig>;
  readonly splitIntervalMs?: number;
  readonly isCaching?: boolean;
  readonly maxCacheFreshnessMs?: number;
  readonly outOfOrderWindowMs?: number;
  readonly shardCount?: number;
  nowMs?: number;
  generation?: string;
}

/** An answer with its body as text. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

const NEVER = new AbortController().signal;
const HOUR_MS = 3_600_000;

function settingsOf(bed: TestBed) {
  return querySettingsOf({ ...METRICS_QUERY.defaults(), ...bed.query }, { ...defaultLimits(), ...bed.limits });
}

/** A querier over series that never change; counts what it is asked. */
export function querierOf(series: readonly TestSeries[], bed: TestBed): PeerHttpHandler & { asked: PeerHttpRequest[] } {
  const deps = {
    nowMs: () => bed.nowMs ?? 1e15,
    settingsOf: () => settingsOf(bed),
    evaluate: (query) => evaluateJob(query, fixtureContext(), { sources: [sourceOf(series)], blocker: new QueryBlocker() }),
    onRefused: () => {},
  } as Partial<QueryDeps> as QueryDeps;
  const run = routesHandler(apiRoutes(queryRoutes(deps), deps), { log: createSilentLogger() });
  const asked: PeerHttpRequest[] = [];
  return Object.assign(
    (request: PeerHttpRequest, signal: AbortSignal) => {
      asked.push(request);
      return run(request, signal);
    },
    { asked },
  );
}

/** The facet of a test. */
export function facetOf(bed: TestBed): FrontendFacet {
  const { splitIntervalMs = HOUR_MS, maxCacheFreshnessMs = 0, shardCount = 0 } = bed;
  const sharding = { parallelizeShardableQueries: shardCount > 0, shardCount };
  return createMetricsFrontend({
    config: { ...METRICS_FRONTEND.defaults(), splitIntervalMs, maxCacheFreshnessMs, ...sharding },
    settingsOf: () => settingsOf(bed),
    isCaching: bed.isCaching ?? false,
    outOfOrderWindowMsOf: () => bed.outOfOrderWindowMs ?? 0,
    generationOf: () => bed.generation ?? '',
    nowMs: () => bed.nowMs ?? 1e15,
    onRefused: () => {},
  });
}

/** A request to `query_range`; times in ms. */
export function rangeRequest(
  query: string,
  { startMs, endMs, stepMs }: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
  more: Readonly<Record<string, string>> = {},
): PeerHttpRequest {
  const times = { start: String(startMs / 1000), end: String(endMs / 1000), step: String(stepMs / 1000) };
  const parameters = new URLSearchParams({ query, ...times, ...more }).toString();
  return {
    tenant: 't',
    method: 'GET',
    path: '/prometheus/api/v1/query_range',
    query: parameters,
    headers: {},
    body: new Uint8Array(0),
  };
}

/** A request to `query`. */
export function instantRequest(query: string, timeMs: number): PeerHttpRequest {
  const parameters = new URLSearchParams({ query, time: String(timeMs / 1000) }).toString();
  return { tenant: 't', method: 'GET', path: '/api/v1/query', query: parameters, headers: {}, body: new Uint8Array(0) };
}

/** What the querier answers to the request as it is. */
export async function direct(querier: PeerHttpHandler, request: PeerHttpRequest): Promise<TextAnswer> {
  return textOf(await querier(request, NEVER));
}

interface Kept {
  readonly fromMs: number;
  readonly toMs: number;
  readonly body: Uint8Array;
}

/** A shell without queue, for one signal: runs plans, and keeps what may be kept for ever, in pieces as they come. */
export class TestShell {
  readonly #facet: FrontendFacet;
  readonly #querier: PeerHttpHandler;
  readonly #kept = new Map<string, Kept[]>();
  /** Steps that were found. */
  hits = 0;
  /** Plans in parts whose parts could not be united. */
  wholes = 0;
  /** Plans in parts. */
  splits = 0;
  /** Ranges that were put together of shards. */
  sharded = 0;

  constructor(facet: FrontendFacet, querier: PeerHttpHandler) {
    this.#facet = facet;
    this.#querier = querier;
  }

  async ask(request: PeerHttpRequest): Promise<TextAnswer> {
    const plan = await this.#facet.plan(request, NEVER);
    if (plan.kind === 'reply') return textOf(plan.response);
    if (plan.kind === 'forward') return textOf(await this.#querier(plan.request, NEVER));
    this.splits++;
    const bodies: Uint8Array[] = [];
    for (const part of plan.parts) {
      for (const response of await this.#answers(part)) {
        if (response.status !== 200) return textOf(response);
        bodies.push(response.body);
      }
    }
    const united = await plan.unite(bodies);
    if (united !== undefined) return textOf(united);
    this.wholes++;
    return textOf(await this.#querier(plan.whole, NEVER));
  }

  async #answers(part: FrontendPart): Promise<PeerHttpResponse[]> {
    const { caching, range } = part;
    if (caching === undefined) return [await this.#range(part, range)];
    const known = this.#kept.get(caching.key) ?? [];
    const answers: PeerHttpResponse[] = [];
    for (let atMs = range.fromMs; atMs <= range.toMs; ) {
      const found = known.find(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
      const next = Math.min(...known.map(({ fromMs }) => fromMs).filter((fromMs) => fromMs > atMs), range.toMs + range.stepMs);
      const toMs = found === undefined ? next - range.stepMs : Math.min(found.toMs, range.toMs);
      const piece = { fromMs: atMs, toMs, stepMs: range.stepMs };
      if (found === undefined) answers.push(await this.#missing(part, caching, piece));
      else {
        this.hits += (toMs - atMs) / range.stepMs + 1;
        answers.push({ status: 200, headers: {}, body: await caching.cut(found.body, piece) });
      }
      atMs = toMs + range.stepMs;
    }
    return answers;
  }

  async #range(part: FrontendPart, range: StepRange): Promise<PeerHttpResponse> {
    const shards = part.shards(range);
    if (shards !== undefined) {
      const responses = await Promise.all(shards.requests.map((request) => this.#querier(request, NEVER)));
      const areFine = responses.every(({ status }) => status === 200);
      const body = areFine
        ? await shards.unite(
            responses.map((response) => response.body),
            NEVER,
          )
        : undefined;
      if (body !== undefined) {
        this.sharded++;
        return { ...responses[0]!, body };
      }
    }
    return await this.#querier(part.request(range), NEVER);
  }

  async #missing(part: FrontendPart, caching: RangeCaching, piece: StepRange): Promise<PeerHttpResponse> {
    const response = await this.#range(part, piece);
    if (response.status !== 200 || !caching.mayKeep(response.body)) return response;
    const steps = Math.floor((Math.min(caching.untilMs, piece.toMs) - piece.fromMs) / piece.stepMs);
    if (steps < 0) return response;
    const kept = { ...piece, toMs: piece.fromMs + steps * piece.stepMs };
    const known = this.#kept.get(caching.key) ?? [];
    const before = known.find(({ toMs }) => toMs + piece.stepMs === kept.fromMs);
    const body = await caching.cut(response.body, kept);
    const joined = before && { fromMs: before.fromMs, toMs: kept.toMs, body: await caching.join([before.body, body]) };
    this.#kept.set(caching.key, [...known.filter((one) => one !== before), joined ?? { ...kept, body }]);
    return response;
  }
}

function textOf({ status, body }: PeerHttpResponse): TextAnswer {
  return { status, text: Buffer.from(body).toString() };
}

/** Gives the chunks that overlap the request's times of the series that pass its matchers, in the order of their labels. */
function sourceOf(series: readonly TestSeries[]): FrameStream {
  const encoded = series.map(({ labels, samples }) => {
    const encoder = new SeriesEncoder(20);
    const words = new Uint32Array(2);
    const double = new Float64Array(words.buffer);
    for (const [timeMs, value] of samples) {
      if (typeof value !== 'number') encoder.floatHistogram(timeMs, value);
      else {
        double[0] = value;
        encoder.float(timeMs, words[0]!, words[1]!);
      }
    }
    return { labels, bytes: Labels.fromRecord(labels).bytes(), chunks: encoder.finish() };
  });
  encoded.sort((a, b) => compareLabelBytes(a.bytes, b.bytes));
  return async function* ({ matchers: specs, fromMs, toMs }) {
    const { matchers: plain, shard } = takeShard(specs);
    const matchers = plain.map((spec) => compileMatcher(spec));
    for (const { labels, bytes, chunks } of encoded) {
      const wanted = chunks.filter(({ minTimeMs, maxTimeMs }) => maxTimeMs >= fromMs && minTimeMs <= toMs);
      if (shard?.owns(bytes) === false) continue;
      if (wanted.length === 0 || !matchers.every((matcher) => matcher.matches(labels[matcher.name] ?? ''))) continue;
      const writer = new SeriesFrameWriter();
      writer.beginSeries(bytes);
      for (const chunk of wanted) writer.addChunk(chunk.encoding, chunk.minTimeMs, chunk.maxTimeMs, chunk.data);
      yield writer.finish();
    }
  };
}
