import { fastHash } from '@telamon/algo';
import { Labels, writeStaleAt } from '@telamon/model';
import type { Exemplar, SeriesCursor, SeriesMetadata, TimedHistogram, WriteTotals } from '@telamon/wire';
import type { AppendHooks, AppendInput, AppendLimits } from './append-contract.ts';
import { DEFAULT_APPEND_LIMITS } from './append-contract.ts';

/** A series of a request, for tests. */
export interface SampleSeries {
  /** `name, value, ...` as sent. */
  readonly labels: readonly string[];
  readonly samples?: readonly (readonly [timeMs: number, value: number])[];
  readonly histograms?: readonly TimedHistogram[];
  readonly exemplars?: readonly Exemplar[];
  readonly metadata?: SeriesMetadata;
}

const encoder = new TextEncoder();

/** A cursor over plain objects: what tests of a head feed it with instead of protobuf. */
export class FakeCursor implements SeriesCursor {
  readonly messageStart = 0;
  readonly messageEnd = 0;
  hashLow = 0;
  hashHigh = 0;
  readonly hasInvalidUtf8 = false;
  labelCount = 0;
  sampleCount = 0;
  sampleTimesMs: Float64Array = new Float64Array(0);
  sampleValues: Float64Array = new Float64Array(0);
  sampleWords: Uint32Array = new Uint32Array(0);
  sampleStartTimesMs: Float64Array = new Float64Array(0);
  readonly #series: readonly SampleSeries[];
  readonly #hashes: number;
  #index = -1;

  /** A small number of hashes makes different labels share one. */
  constructor(series: readonly SampleSeries[], hashes: number = 97) {
    this.#hashes = hashes;
    this.#series = series;
  }

  get histogramCount(): number {
    return this.#present.histograms?.length ?? 0;
  }

  get exemplarCount(): number {
    return this.#present.exemplars?.length ?? 0;
  }

  nextSeries(): boolean {
    if (++this.#index >= this.#series.length) return false;
    const samples = this.#present.samples ?? [];
    this.labelCount = this.#present.labels.length / 2;
    this.sampleCount = samples.length;
    this.sampleTimesMs = Float64Array.from(samples, (sample) => sample[0]);
    this.sampleValues = Float64Array.from(samples, (sample) => sample[1]);
    this.sampleWords = new Uint32Array(this.sampleValues.buffer);
    // A signalling NaN does not survive its way through plain numbers; here every NaN is a staleness marker.
    samples.forEach((sample, i) => {
      if (Number.isNaN(sample[1])) writeStaleAt(this.sampleWords, i);
    });
    this.sampleStartTimesMs = new Float64Array(samples.length);
    this.hashLow = fastHash(this.rawKey()) % this.#hashes;
    return true;
  }

  rewind(): void {
    this.#index = -1;
  }

  verify(): WriteTotals {
    throw new Error('not needed by a head');
  }

  verifySome(): WriteTotals {
    return this.verify();
  }

  rawKey(): Uint8Array {
    return encoder.encode(JSON.stringify(this.#present.labels));
  }

  matchesRawKey(key: Uint8Array, start = 0, end: number = key.length): boolean {
    return Buffer.compare(key.subarray(start, end), this.rawKey()) === 0;
  }

  decodeLabelPairs(): string[] {
    return [...this.#present.labels];
  }

  decodeHistogram(index: number): TimedHistogram {
    return this.#present.histograms![index]!;
  }

  decodeExemplar(index: number): Exemplar {
    return this.#present.exemplars![index]!;
  }

  decodeMetadata(): SeriesMetadata | undefined {
    return this.#present.metadata;
  }

  get #present(): SampleSeries {
    return this.#series[this.#index]!;
  }
}

/** Hooks that take everything. */
export const OPEN_HOOKS: AppendHooks = {
  admitSeries: (cursor) => labelsOf(cursor.decodeLabelPairs()),
  admitExemplar: (exemplar) => labelsOf(exemplar.labels),
};

/** Canonical labels of `name, value, ...`. */
export function labelsOf(flat: readonly string[]): Labels {
  const pairs: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i]!, flat[i + 1]!]);
  return Labels.fromPairs(pairs);
}

/** A request of plain objects. */
export function requestOf(series: readonly SampleSeries[], limits: Partial<AppendLimits> = {}): AppendInput {
  return { cursor: new FakeCursor(series), hooks: OPEN_HOOKS, limits: { ...DEFAULT_APPEND_LIMITS, ...limits } };
}
