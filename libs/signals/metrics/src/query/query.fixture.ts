import { compileMatcher, Labels } from '@telamon/model';
import { SeriesEncoder } from '@telamon/tsdb';
import { type JobContext, MemoryLedger } from '@telamon/workers';
import { SeriesFrameWriter } from '../frame/series-frame.ts';
import type { EvaluateRequest } from './evaluate-request.ts';
import type { FrameStream } from './frame-queryable.ts';

/** A series of a test: labels, and the values of times in ms. */
export interface FixtureSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [timeMs: number, value: number])[];
}

/** Samples every `everyMs` from `fromMs` to `toMs`, each with its index as value. */
export function every(fromMs: number, toMs: number, everyMs: number): [number, number][] {
  return Array.from({ length: Math.floor((toMs - fromMs) / everyMs) + 1 }, (_, i) => [fromMs + i * everyMs, i]);
}

/** A source that gives the series that pass the matchers, in chunks of `chunkSamples`, one frame a series. */
export function sourceOf(series: readonly FixtureSeries[], chunkSamples = 120): FrameStream {
  return async function* (request) {
    const matchers = request.matchers.map((spec) => compileMatcher(spec));
    for (const one of series) {
      if (!matchers.every((matcher) => matcher.matches(one.labels[matcher.name] ?? ''))) continue;
      yield frameOf(one, chunkSamples);
    }
  };
}

function frameOf({ labels, samples }: FixtureSeries, chunkSamples: number): Uint8Array {
  const encoder = new SeriesEncoder(chunkSamples);
  const words = new Uint32Array(2);
  const double = new Float64Array(words.buffer);
  for (const [timeMs, value] of samples) {
    double[0] = value;
    encoder.float(timeMs, words[0]!, words[1]!);
  }
  const writer = new SeriesFrameWriter();
  writer.beginSeries(Labels.fromRecord(labels).bytes());
  for (const chunk of encoder.finish()) writer.addChunk(chunk.encoding, chunk.minTimeMs, chunk.maxTimeMs, chunk.data);
  return writer.finish();
}

/** A job's context in the test's own thread, with a ledger of `limitBytes`. */
export function fixtureContext(limitBytes: number = Number.POSITIVE_INFINITY): JobContext {
  return {
    isCancelled: () => false,
    throwIfCancelled: () => {},
    signal: new AbortController().signal,
    ledger: new MemoryLedger({ bytes: limitBytes, name: 'the test' }),
    host: {
      call: () => Promise.reject(new Error('the test has no host')),
      stream: () => {
        throw new Error('the test has no host');
      },
    } as unknown as JobContext['host'],
    maybeYield: async () => {},
  };
}

/** A request for one time without limits; `changes` go over it. */
export function fixtureRequest(changes: Partial<EvaluateRequest> = {}): EvaluateRequest {
  return {
    tenant: 't',
    query: 'up',
    kind: 'instant',
    startMs: 0,
    endMs: 0,
    stepMs: 0,
    lookbackMs: 300_000,
    timeoutMs: 10_000,
    limit: 0,
    stats: 'none',
    warnings: [],
    limits: {
      maxSamples: 1_000_000,
      maxSeries: 0,
      maxChunks: 0,
      maxChunkBytes: 0,
      maxMemoryBytes: 0,
      maxSelectorLengthMs: 0,
    },
    oldestMs: Number.NEGATIVE_INFINITY,
    isUnaligned: false,
    policy: { features: [], experimentalFunctions: [], blockedQueries: [] },
    ...changes,
  };
}
