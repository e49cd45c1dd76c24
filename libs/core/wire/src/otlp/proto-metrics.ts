import { ProtoReader, VARINT } from '../proto-reader.ts';
import { ItemBudget, type OtlpDecodeOptions } from './item-budget.ts';
import type { OtlpMetric, OtlpMetricPoints, OtlpMetricsRequest, OtlpResourceMetrics, OtlpScopeMetrics } from './otlp-metrics.ts';
import type { OtlpAttribute } from './otlp-value.ts';
import { type OtlpReader, openMessage, readAttribute, readText, skipUnknown } from './proto-attributes.ts';
import { readExponentialPoint, readHistogramPoint, readNumberPoint, readSummaryPoint } from './proto-points.ts';
import { TextCache } from './text-cache.ts';

/**
 * Decodes a protobuf `ExportMetricsServiceRequest` (opentelemetry-proto 1.x). `DecodeError` for broken bytes and values nested
 * deeper than 64, `TooLargeError` above `maxItems`. Unknown fields are skipped; invalid UTF-8 becomes U+FFFD. The result is the
 * caller's. Cost: linear.
 */
export function decodeOtlpMetrics(body: Uint8Array, options: OtlpDecodeOptions = {}): OtlpMetricsRequest {
  const budget = new ItemBudget(options);
  const reader: OtlpReader = { proto: new ProtoReader(body), budget, texts: new TextCache(body, budget, options.maxTextBytes) };
  const resourceMetrics: OtlpResourceMetrics[] = [];
  while (reader.proto.readTag(body.length)) {
    if (reader.proto.field === 1) resourceMetrics.push(readResourceMetrics(reader, body.length));
    else reader.proto.skip(body.length);
  }
  return { resourceMetrics };
}

/** `resource` 1, `scope_metrics` 2, `schema_url` 3. */
function readResourceMetrics(reader: OtlpReader, limit: number): OtlpResourceMetrics {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  const scopeMetrics: OtlpScopeMetrics[] = [];
  let attributes: OtlpAttribute[] = [];
  let schemaUrl = '';
  while (proto.readTag(end)) {
    if (proto.field === 1) attributes = readScope(reader, end, 1).attributes;
    else if (proto.field === 2) scopeMetrics.push(readScopeMetrics(reader, end));
    else if (proto.field === 3) schemaUrl = readText(reader, end);
    else proto.skip(end);
  }
  return { attributes, schemaUrl, scopeMetrics };
}

/** `scope` 1, `metrics` 2, `schema_url` 3. */
function readScopeMetrics(reader: OtlpReader, limit: number): OtlpScopeMetrics {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  const metrics: OtlpMetric[] = [];
  let scope: Scope = { name: '', version: '', attributes: [] };
  let schemaUrl = '';
  while (proto.readTag(end)) {
    if (proto.field === 1) scope = readScope(reader, end, 3);
    else if (proto.field === 2) metrics.push(readMetric(reader, end));
    else if (proto.field === 3) schemaUrl = readText(reader, end);
    else proto.skip(end);
  }
  return { ...scope, schemaUrl, metrics };
}

/** A scope as it is read. */
export interface Scope {
  name: string;
  version: string;
  attributes: OtlpAttribute[];
}

/** Reads a scope (`name` 1, `version` 2, `attributes` 3), or a resource, whose attributes are field 1. */
export function readScope(reader: OtlpReader, limit: number, attributesField: 1 | 3): Scope {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  const scope: Scope = { name: '', version: '', attributes: [] };
  while (proto.readTag(end)) {
    if (proto.field === attributesField) scope.attributes.push(readAttribute(reader, end));
    else if (attributesField === 3 && proto.field === 1) scope.name = readText(reader, end);
    else if (attributesField === 3 && proto.field === 2) scope.version = readText(reader, end);
    else skipUnknown(reader, end);
  }
  return scope;
}

/** Reads a metric: `name` 1, `description` 2, `unit` 3, one of the kinds, `metadata` 12. */
export function readMetric(reader: OtlpReader, limit: number): OtlpMetric {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  const metadata: OtlpAttribute[] = [];
  let name = '';
  let description = '';
  let unit = '';
  let data: OtlpMetricPoints = { kind: 'none' };
  while (proto.readTag(end)) {
    if (proto.field === 1) name = readText(reader, end);
    else if (proto.field === 2) description = readText(reader, end);
    else if (proto.field === 3) unit = readText(reader, end);
    else if (proto.field === 12) metadata.push(readAttribute(reader, end));
    else data = readData(reader, end) ?? data;
  }
  return { name, description, unit, metadata, data };
}

/** `gauge` 5, `sum` 7, `histogram` 9, `exponential_histogram` 10, `summary` 11. */
function readData(reader: OtlpReader, limit: number): OtlpMetricPoints | undefined {
  switch (reader.proto.field) {
    case 5:
      return { kind: 'gauge', points: readPoints(reader, limit, readNumberPoint).points };
    case 7:
      return { kind: 'sum', ...readPoints(reader, limit, readNumberPoint) };
    case 9: {
      const { points, temporality } = readPoints(reader, limit, readHistogramPoint);
      return { kind: 'histogram', points, temporality };
    }
    case 10: {
      const { points, temporality } = readPoints(reader, limit, readExponentialPoint);
      return { kind: 'exponentialHistogram', points, temporality };
    }
    case 11:
      return { kind: 'summary', points: readPoints(reader, limit, readSummaryPoint).points };
    default:
      reader.proto.skip(limit);
      return undefined;
  }
}

/** `data_points` 1, `aggregation_temporality` 2, `is_monotonic` 3. */
function readPoints<T>(reader: OtlpReader, limit: number, readPoint: (reader: OtlpReader, end: number) => T) {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  const points: T[] = [];
  let temporality = 0;
  let isMonotonic = false;
  while (proto.readTag(end)) {
    if (proto.field === 1) points.push(readPoint(reader, end));
    else if (proto.field > 3) proto.skip(end);
    else {
      proto.expect(VARINT, proto.field === 2 ? 'aggregation_temporality' : 'is_monotonic');
      if (proto.field === 2) temporality = proto.readInt32();
      else isMonotonic = proto.readUvarint() !== 0;
    }
  }
  return { points, temporality, isMonotonic };
}
