import type { OtlpAttribute } from './otlp-value.ts';

/** A decoded `ExportMetricsServiceRequest`, the same from protobuf and from JSON. */
export interface OtlpMetricsRequest {
  readonly resourceMetrics: readonly OtlpResourceMetrics[];
}

/** Metrics of one resource. */
export interface OtlpResourceMetrics {
  readonly attributes: readonly OtlpAttribute[];
  readonly schemaUrl: string;
  readonly scopeMetrics: readonly OtlpScopeMetrics[];
}

/** Metrics of one instrumentation scope. */
export interface OtlpScopeMetrics {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly schemaUrl: string;
  readonly metrics: readonly OtlpMetric[];
}

/** 0 unspecified, 1 delta, 2 cumulative; other numbers as sent. */
export type OtlpTemporality = number;
/** Counts since the point before. */
export const TEMPORALITY_DELTA = 1;
/** Counts since the start time. */
export const TEMPORALITY_CUMULATIVE = 2;

/** The points of a metric by kind; `none` where none of the kinds was sent. */
export type OtlpMetricPoints =
  | { readonly kind: 'none' }
  | { readonly kind: 'gauge'; readonly points: readonly OtlpNumberPoint[] }
  | {
      readonly kind: 'sum';
      readonly points: readonly OtlpNumberPoint[];
      readonly temporality: OtlpTemporality;
      readonly isMonotonic: boolean;
    }
  | { readonly kind: 'histogram'; readonly points: readonly OtlpHistogramPoint[]; readonly temporality: OtlpTemporality }
  | {
      readonly kind: 'exponentialHistogram';
      readonly points: readonly OtlpExponentialPoint[];
      readonly temporality: OtlpTemporality;
    }
  | { readonly kind: 'summary'; readonly points: readonly OtlpSummaryPoint[] };

/** One metric. */
export interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly metadata: readonly OtlpAttribute[];
  readonly data: OtlpMetricPoints;
}

/** What all points have. */
export interface OtlpPoint {
  readonly attributes: readonly OtlpAttribute[];
  /** 0 when unknown. */
  readonly startTimeNs: bigint;
  readonly timeNs: bigint;
  /** {@link timeNs} in whole milliseconds, cut off. */
  readonly timeMs: number;
  /** {@link startTimeNs} in whole milliseconds, cut off. */
  readonly startTimeMs: number;
  /** Bit 0: no recorded value. */
  readonly flags: number;
}

/** Flag of a point that stands for the end of a series. */
export const FLAG_NO_RECORDED_VALUE = 1;

/** A point of a gauge or a sum; at most one of the values is set. */
export interface OtlpNumberPoint extends OtlpPoint {
  readonly asInt: bigint | undefined;
  readonly asDouble: number | undefined;
  readonly exemplars: readonly OtlpExemplar[];
}

/**
 * A point of a histogram with explicit bounds. Counts are the doubles nearest to the uint64 that were sent, which is what
 * becomes of them as samples.
 */
export interface OtlpHistogramPoint extends OtlpPoint {
  readonly count: number;
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
  readonly exemplars: readonly OtlpExemplar[];
}

/** Buckets of one sign: `counts[i]` belongs to index `offset + i`. */
export interface OtlpBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** A point of an exponential histogram; counts as in {@link OtlpHistogramPoint}. */
export interface OtlpExponentialPoint extends OtlpPoint {
  readonly count: number;
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: OtlpBuckets;
  readonly negative: OtlpBuckets;
  readonly exemplars: readonly OtlpExemplar[];
}

/** A point of a summary. */
export interface OtlpSummaryPoint extends OtlpPoint {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

/** An exemplar; ids are lower-case hex, '' when absent. */
export interface OtlpExemplar {
  readonly attributes: readonly OtlpAttribute[];
  readonly timeNs: bigint;
  readonly timeMs: number;
  readonly asInt: bigint | undefined;
  readonly asDouble: number | undefined;
  readonly traceId: string;
  readonly spanId: string;
}

/** Milliseconds of a time in nanoseconds, cut off. */
export function nsToMs(timeNs: bigint): number {
  return Number(timeNs / 1_000_000n);
}
