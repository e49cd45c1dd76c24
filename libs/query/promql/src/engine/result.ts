import type { FloatHistogram, Labels } from '@telamon/model';

/** One element of an instant vector. `histogram` set: a native histogram, then `value` means nothing. */
export interface VectorSample {
  readonly labels: Labels;
  readonly timeMs: number;
  readonly value: number;
  readonly histogram?: FloatHistogram;
}

/** One series of a range result; floats and histograms apart, each ascending. */
export interface MatrixSeries {
  readonly labels: Labels;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly histogramTimesMs: Float64Array;
  readonly histograms: readonly FloatHistogram[];
}

/** The value of a query. */
export type QueryValue =
  | { readonly type: 'scalar'; readonly timeMs: number; readonly value: number }
  | { readonly type: 'string'; readonly timeMs: number; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly VectorSample[] }
  | { readonly type: 'matrix'; readonly series: readonly MatrixSeries[] };

/** Sample counts and timings as the API prints them under `stats`. Times in seconds. */
export interface QueryStats {
  readonly timings: {
    evalTotalTime: number;
    resultSortTime: number;
    queryPreparationTime: number;
    innerEvalTime: number;
    execQueueTime: number;
    execTotalTime: number;
  };
  readonly samples: {
    totalQueryableSamples: number;
    peakSamples: number;
    /** [time ms, count] per step, when per-step statistics were asked for. */
    totalQueryableSamplesPerStep?: readonly (readonly [number, number])[];
    samplesRead?: number;
    samplesReadPerStep?: readonly (readonly [number, number])[];
  };
}

/** Outcome of a query that did not fail. Warnings and infos carry their prefix and `(line:col)`, unbounded in number. */
export interface QueryResult {
  readonly value: QueryValue;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats: QueryStats;
}

/** Error types of the query API. */
export type QueryErrorType = 'bad_data' | 'execution' | 'timeout' | 'canceled' | 'internal';
