import { ProtoWriter } from '../proto-writer.ts';
import type {
  OtlpBuckets,
  OtlpExemplar,
  OtlpExponentialPoint,
  OtlpHistogramPoint,
  OtlpMetric,
  OtlpMetricPoints,
  OtlpMetricsRequest,
  OtlpNumberPoint,
  OtlpPoint,
  OtlpSummaryPoint,
} from './otlp-metrics.ts';
import type { OtlpAttribute, OtlpValue } from './otlp-value.ts';

/** Encodes an `ExportMetricsServiceRequest` as protobuf, for forwarding and tests. Cost: linear. */
export function encodeOtlpMetrics(request: OtlpMetricsRequest): Uint8Array {
  const out = new ProtoWriter();
  for (const resource of request.resourceMetrics) {
    out.message(1, (one) => {
      one.message(1, (message) => writeAttributes(message, 1, resource.attributes));
      for (const scope of resource.scopeMetrics) {
        one.message(2, (scoped) => {
          scoped.message(1, (message) => {
            message.string(1, scope.name).string(2, scope.version);
            writeAttributes(message, 3, scope.attributes);
          });
          for (const metric of scope.metrics) scoped.message(2, (message) => writeMetric(message, metric));
          scoped.string(3, scope.schemaUrl);
        });
      }
      one.string(3, resource.schemaUrl);
    });
  }
  return out.finish();
}

function writeMetric(out: ProtoWriter, metric: OtlpMetric): void {
  out.string(1, metric.name).string(2, metric.description).string(3, metric.unit);
  writeData(out, metric.data);
  writeAttributes(out, 12, metric.metadata);
}

function writeData(out: ProtoWriter, data: OtlpMetricPoints): void {
  switch (data.kind) {
    case 'none':
      return;
    case 'gauge':
      out.message(5, (message) => writePoints(message, data.points, writeNumberPoint));
      return;
    case 'sum':
      out.message(7, (message) => {
        writePoints(message, data.points, writeNumberPoint).int64(2, data.temporality).bool(3, data.isMonotonic);
      });
      return;
    case 'histogram':
      out.message(9, (message) => writePoints(message, data.points, writeHistogramPoint).int64(2, data.temporality));
      return;
    case 'exponentialHistogram':
      out.message(10, (message) => writePoints(message, data.points, writeExponentialPoint).int64(2, data.temporality));
      return;
    case 'summary':
      out.message(11, (message) => writePoints(message, data.points, writeSummaryPoint));
  }
}

function writePoints<T>(out: ProtoWriter, points: readonly T[], write: (out: ProtoWriter, point: T) => void): ProtoWriter {
  for (const point of points) out.message(1, (message) => write(message, point));
  return out;
}

function writeTimes(out: ProtoWriter, point: OtlpPoint): void {
  out.fixed64(2, point.startTimeNs).fixed64(3, point.timeNs);
}

function writeNumberPoint(out: ProtoWriter, point: OtlpNumberPoint): void {
  writeTimes(out, point);
  if (point.asDouble !== undefined) out.doubleAlways(4, point.asDouble);
  writeExemplars(out, 5, point.exemplars);
  if (point.asInt !== undefined) out.fixed64Always(6, point.asInt);
  writeAttributes(out, 7, point.attributes);
  out.uvarint(8, point.flags);
}

function writeHistogramPoint(out: ProtoWriter, point: OtlpHistogramPoint): void {
  writeTimes(out, point);
  out.fixed64(4, BigInt(point.count));
  writeOptional(out, 5, point.sum);
  out.packed(6, point.bucketCounts, (bytes, count) => bytes.u64le(BigInt(count)));
  out.packed(7, point.explicitBounds, (bytes, bound) => bytes.f64le(bound));
  writeExemplars(out, 8, point.exemplars);
  writeAttributes(out, 9, point.attributes);
  out.uvarint(10, point.flags);
  writeOptional(out, 11, point.min);
  writeOptional(out, 12, point.max);
}

function writeExponentialPoint(out: ProtoWriter, point: OtlpExponentialPoint): void {
  writeAttributes(out, 1, point.attributes);
  writeTimes(out, point);
  out.fixed64(4, BigInt(point.count));
  writeOptional(out, 5, point.sum);
  out.sint64(6, point.scale).fixed64(7, BigInt(point.zeroCount));
  writeBuckets(out, 8, point.positive);
  writeBuckets(out, 9, point.negative);
  out.uvarint(10, point.flags);
  writeExemplars(out, 11, point.exemplars);
  writeOptional(out, 12, point.min);
  writeOptional(out, 13, point.max);
  out.double(14, point.zeroThreshold);
}

function writeSummaryPoint(out: ProtoWriter, point: OtlpSummaryPoint): void {
  writeTimes(out, point);
  out.fixed64(4, BigInt(point.count)).double(5, point.sum);
  for (const { quantile, value } of point.quantiles) out.message(6, (message) => message.double(1, quantile).double(2, value));
  writeAttributes(out, 7, point.attributes);
  out.uvarint(8, point.flags);
}

function writeBuckets(out: ProtoWriter, field: number, buckets: OtlpBuckets): void {
  out.message(field, (message) => {
    message.sint64(1, buckets.offset).packed(2, buckets.counts, (bytes, count) => bytes.uvarintBig(BigInt(count)));
  });
}

function writeExemplars(out: ProtoWriter, field: number, exemplars: readonly OtlpExemplar[]): void {
  for (const exemplar of exemplars) {
    out.message(field, (message) => {
      message.fixed64(2, exemplar.timeNs);
      if (exemplar.asDouble !== undefined) message.doubleAlways(3, exemplar.asDouble);
      message.bytes(4, Buffer.from(exemplar.spanId, 'hex')).bytes(5, Buffer.from(exemplar.traceId, 'hex'));
      if (exemplar.asInt !== undefined) message.fixed64Always(6, exemplar.asInt);
      writeAttributes(message, 7, exemplar.attributes);
    });
  }
}

function writeOptional(out: ProtoWriter, field: number, value: number | undefined): void {
  if (value !== undefined) out.doubleAlways(field, value);
}

function writeAttributes(out: ProtoWriter, field: number, attributes: readonly OtlpAttribute[]): void {
  for (const { key, value } of attributes) {
    out.message(field, (message) => message.string(1, key).message(2, (nested) => writeValue(nested, value)));
  }
}

/** The members of a oneof are written even when they are zero. */
function writeValue(out: ProtoWriter, value: OtlpValue): void {
  switch (value.kind) {
    case 'empty':
      return;
    case 'string':
      out.bytes(1, new TextEncoder().encode(value.value), true);
      return;
    case 'bool':
      out.varintAlways(2, value.value ? 1n : 0n);
      return;
    case 'int':
      out.varintAlways(3, value.value);
      return;
    case 'double':
      out.doubleAlways(4, value.value);
      return;
    case 'array':
      out.message(5, (list) => {
        for (const item of value.values) list.message(1, (nested) => writeValue(nested, item));
      });
      return;
    case 'map':
      out.message(6, (list) => writeAttributes(list, 1, value.entries));
      return;
    case 'bytes':
      out.bytes(7, value.value, true);
  }
}
