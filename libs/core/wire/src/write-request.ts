import type { FloatHistogram, IntHistogram } from '@telamon/model';

/** Type of a metric, as both protocols number it. */
export type MetricType = 'unknown' | 'counter' | 'gauge' | 'histogram' | 'gaugehistogram' | 'summary' | 'info' | 'stateset';

/** Metric types by their number on the wire. */
export const METRIC_TYPES: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

/** A native histogram and its time. */
export interface TimedHistogram {
  /** +-Infinity when the int64 is beyond +-(2^53 - 1). */
  readonly timeMs: number;
  /** 0 when unknown. */
  readonly startTimeMs: number;
  readonly histogram: IntHistogram | FloatHistogram;
}

/** An exemplar as it was sent. */
export interface Exemplar {
  /** `name, value, ...` as sent: unsorted, unchecked but for UTF-8. */
  readonly labels: readonly string[];
  readonly value: number;
  /** +-Infinity when the int64 is beyond +-(2^53 - 1); 0 when absent. */
  readonly timeMs: number;
  /** Whether a label was not valid UTF-8; such sequences are U+FFFD. */
  readonly hasInvalidUtf8: boolean;
}

/** Metadata of one series (version 2). */
export interface SeriesMetadata {
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

/** Metadata of one metric family (version 1). */
export interface MetricMetadata extends SeriesMetadata {
  readonly name: string;
}

/** What a request holds. */
export interface WriteTotals {
  readonly series: number;
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
}

/** Options of a cursor. */
export interface CursorOptions {
  /** Most samples, histograms or exemplars that one series may carry; default 1,000,000. */
  readonly maxPerSeries?: number;
  /** Whether samples of version 1 have a field 3, their start time, as version 2 has it; default no, as the protocol says. */
  readonly hasStartTimes?: boolean;
  /** Seeds of the label hash; give random ones once per process. */
  readonly seedLow?: number;
  readonly seedHigh?: number;
}

/**
 * Walks the series of a remote-write request, whichever version. `nextSeries` moves on; everything else describes the present
 * series and is valid until the next call. No object is made per series or sample; histograms, exemplars and label strings
 * are decoded only when asked for. A structural fault anywhere throws `DecodeError` from `nextSeries` and ends the walk;
 * `verify` finds it before anything is applied.
 */
export interface SeriesCursor {
  /** Moves to the next series; false at the end. Throws `DecodeError`, or `TooLargeError` above `maxPerSeries`. */
  nextSeries(): boolean;
  /** Goes back before the first series. */
  rewind(): void;
  /** Walks the whole request once without hashing, rewinds and says what it holds. Throws as `nextSeries`. */
  verify(): WriteTotals;
  /** A piece of {@link verify}, of some milliseconds; undefined until the last one. Nothing else may be called in between. */
  verifySome(): WriteTotals | undefined;

  /** Start of the series' field in the body, tag included, so that a forwarder can copy it (version 1). */
  readonly messageStart: number;
  /** End of the series' field. */
  readonly messageEnd: number;

  /** Number of labels as sent, known before they are decoded. */
  readonly labelCount: number;
  /** Hash of the labels as sent, two independent signed words. Differs between the versions. */
  readonly hashLow: number;
  readonly hashHigh: number;
  /** Copy of the bytes that identify the labels as sent: the `labels` fields of version 1. */
  rawKey(): Uint8Array;
  /** Whether `key[start, end)` is what {@link rawKey} would return. Allocates nothing. */
  matchesRawKey(key: Uint8Array, start?: number, end?: number): boolean;
  /**
   * The labels as sent, `name, value, ...`: neither sorted nor checked. Invalid UTF-8 becomes U+FFFD and sets
   * {@link hasInvalidUtf8}. Throws `DecodeError` for broken label messages and symbol references; the walk may go on.
   */
  decodeLabelPairs(): string[];
  /** Whether the last {@link decodeLabelPairs} met invalid UTF-8. */
  readonly hasInvalidUtf8: boolean;

  readonly sampleCount: number;
  /** Times of the samples; +-Infinity stands for an int64 beyond +-(2^53 - 1). */
  readonly sampleTimesMs: Float64Array;
  /** Values of the samples. */
  readonly sampleValues: Float64Array;
  /** The same memory as words, two a sample, low first: NaN payloads survive. */
  readonly sampleWords: Uint32Array;
  /** Start times, 0 where none was sent. */
  readonly sampleStartTimesMs: Float64Array;

  readonly histogramCount: number;
  /** Decodes a histogram. Throws `DecodeError`, also for counts beyond 2^53; the walk may go on. */
  decodeHistogram(index: number): TimedHistogram;
  readonly exemplarCount: number;
  /** Decodes an exemplar. Throws `DecodeError`, also for bad symbol references; the walk may go on. */
  decodeExemplar(index: number): Exemplar;
  /** Metadata of the series (version 2); undefined when there is none. Throws `DecodeError`; the walk may go on. */
  decodeMetadata(): SeriesMetadata | undefined;
}
