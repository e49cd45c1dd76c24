import { decodeUtf8 } from '@telamon/bytes';
import { parseExactJson } from './exact-json.ts';
import { ItemBudget, type OtlpDecodeOptions } from './item-budget.ts';
import { checkInt64, JsonMessage } from './json-fields.ts';
import {
  nsToMs,
  type OtlpBuckets,
  type OtlpExemplar,
  type OtlpExponentialPoint,
  type OtlpHistogramPoint,
  type OtlpMetric,
  type OtlpMetricPoints,
  type OtlpMetricsRequest,
  type OtlpNumberPoint,
  type OtlpPoint,
  type OtlpSummaryPoint,
} from './otlp-metrics.ts';

const TEMPORALITIES: Readonly<Record<string, number>> = {
  AGGREGATION_TEMPORALITY_UNSPECIFIED: 0,
  AGGREGATION_TEMPORALITY_DELTA: 1,
  AGGREGATION_TEMPORALITY_CUMULATIVE: 2,
};

/**
 * Decodes an OTLP/JSON `ExportMetricsServiceRequest`: names in lower camel case (snake case is taken too), ids in hex, 64-bit
 * integers as text or number, enums as number or name, unknown fields ignored. Errors as `decodeOtlpMetrics`. The result equals
 * that of the protobuf form. Cost: linear.
 */
export function decodeOtlpMetricsJson(body: Uint8Array, options: OtlpDecodeOptions = {}): OtlpMetricsRequest {
  const root = new JsonMessage(
    parseExactJson(decodeUtf8(body, 0, body.length), { maxContainers: options.maxItems }),
    new ItemBudget(options),
  );
  return {
    resourceMetrics: root.list('resourceMetrics', (resource) => ({
      attributes: resource.message('resource').attributes('attributes'),
      schemaUrl: resource.string('schemaUrl'),
      scopeMetrics: resource.list('scopeMetrics', (scoped) => {
        const scope = scoped.message('scope');
        return {
          name: scope.string('name'),
          version: scope.string('version'),
          attributes: scope.attributes('attributes'),
          schemaUrl: scoped.string('schemaUrl'),
          metrics: scoped.list('metrics', readMetric),
        };
      }),
    })),
  };
}

function readMetric(metric: JsonMessage): OtlpMetric {
  return {
    name: metric.string('name'),
    description: metric.string('description'),
    unit: metric.string('unit'),
    metadata: metric.attributes('metadata'),
    data: readData(metric),
  };
}

function readData(metric: JsonMessage): OtlpMetricPoints {
  const has = (name: string) => metric.get(name) !== undefined;
  if (has('gauge')) return { kind: 'gauge', points: metric.message('gauge').list('dataPoints', readNumberPoint) };
  if (has('sum')) {
    const sum = metric.message('sum');
    const points = sum.list('dataPoints', readNumberPoint);
    return { kind: 'sum', points, temporality: readTemporality(sum), isMonotonic: sum.bool('isMonotonic') };
  }
  if (has('histogram')) {
    const histogram = metric.message('histogram');
    const points = histogram.list('dataPoints', readHistogramPoint);
    return { kind: 'histogram', points, temporality: readTemporality(histogram) };
  }
  if (has('exponentialHistogram')) {
    const histogram = metric.message('exponentialHistogram');
    const points = histogram.list('dataPoints', readExponentialPoint);
    return { kind: 'exponentialHistogram', points, temporality: readTemporality(histogram) };
  }
  if (has('summary')) return { kind: 'summary', points: metric.message('summary').list('dataPoints', readSummaryPoint) };
  return { kind: 'none' };
}

function readTemporality(data: JsonMessage): number {
  return data.enumeration('aggregationTemporality', TEMPORALITIES);
}

function readPoint(point: JsonMessage): OtlpPoint {
  const startTimeNs = point.uint('startTimeUnixNano');
  const timeNs = point.uint('timeUnixNano');
  const flags = Number(BigInt.asUintN(32, point.int('flags') ?? 0n));
  const attributes = point.attributes('attributes');
  return { attributes, startTimeNs, timeNs, startTimeMs: nsToMs(startTimeNs), timeMs: nsToMs(timeNs), flags };
}

function readNumber(point: JsonMessage): { asInt: bigint | undefined; asDouble: number | undefined } {
  const asInt = point.int('asInt');
  if (asInt !== undefined) return { asInt: checkInt64(asInt, 'asInt'), asDouble: undefined };
  return { asInt: undefined, asDouble: point.double('asDouble') };
}

function readNumberPoint(point: JsonMessage): OtlpNumberPoint {
  return { ...readPoint(point), ...readNumber(point), exemplars: point.list('exemplars', readExemplar) };
}

function readTotals(point: JsonMessage) {
  return {
    count: Number(point.uint('count')),
    sum: point.double('sum'),
    min: point.double('min'),
    max: point.double('max'),
    exemplars: point.list('exemplars', readExemplar),
  };
}

function readHistogramPoint(point: JsonMessage): OtlpHistogramPoint {
  return {
    ...readPoint(point),
    ...readTotals(point),
    bucketCounts: point.numbers('bucketCounts', 'uint'),
    explicitBounds: point.numbers('explicitBounds', 'double'),
  };
}

function readExponentialPoint(point: JsonMessage): OtlpExponentialPoint {
  return {
    ...readPoint(point),
    ...readTotals(point),
    scale: point.int32('scale'),
    zeroCount: Number(point.uint('zeroCount')),
    zeroThreshold: point.double('zeroThreshold') ?? 0,
    positive: readBuckets(point.message('positive')),
    negative: readBuckets(point.message('negative')),
  };
}

function readBuckets(buckets: JsonMessage): OtlpBuckets {
  return { offset: buckets.int32('offset'), counts: buckets.numbers('bucketCounts', 'uint') };
}

function readSummaryPoint(point: JsonMessage): OtlpSummaryPoint {
  return {
    ...readPoint(point),
    count: Number(point.uint('count')),
    sum: point.double('sum') ?? 0,
    quantiles: point.list('quantileValues', (item) => ({
      quantile: item.double('quantile') ?? 0,
      value: item.double('value') ?? 0,
    })),
  };
}

function readExemplar(exemplar: JsonMessage): OtlpExemplar {
  const timeNs = exemplar.uint('timeUnixNano');
  return {
    attributes: exemplar.attributes('filteredAttributes'),
    timeNs,
    timeMs: nsToMs(timeNs),
    ...readNumber(exemplar),
    traceId: exemplar.id('traceId', 16),
    spanId: exemplar.id('spanId', 8),
  };
}
