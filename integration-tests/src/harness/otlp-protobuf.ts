import { ProtoWriter, uvarint } from './remote-write-body.ts';

type Json = Readonly<Record<string, unknown>>;

/** How a JSON field is written: its number and kind; `message` names the table of what is inside. */
type Field = readonly [number: number, kind: string, message?: string];

/**
 * The messages of opentelemetry/proto/{collector/metrics,metrics,resource,common}/v1 as far as metrics use them, by
 * their JSON names. `*` marks repeated fields, `packed` numbers in one run.
 */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  Request: { resourceMetrics: [1, 'message*', 'ResourceMetrics'] },
  ResourceMetrics: {
    resource: [1, 'message', 'Resource'],
    scopeMetrics: [2, 'message*', 'ScopeMetrics'],
    schemaUrl: [3, 'string'],
  },
  Resource: { attributes: [1, 'message*', 'KeyValue'], droppedAttributesCount: [2, 'varint'] },
  ScopeMetrics: { scope: [1, 'message', 'Scope'], metrics: [2, 'message*', 'Metric'], schemaUrl: [3, 'string'] },
  Scope: {
    name: [1, 'string'],
    version: [2, 'string'],
    attributes: [3, 'message*', 'KeyValue'],
    droppedAttributesCount: [4, 'varint'],
  },
  Metric: {
    name: [1, 'string'],
    description: [2, 'string'],
    unit: [3, 'string'],
    gauge: [5, 'message', 'Points'],
    sum: [7, 'message', 'Sum'],
    histogram: [9, 'message', 'Histogram'],
    exponentialHistogram: [10, 'message', 'ExponentialHistogram'],
    summary: [11, 'message', 'Summary'],
    metadata: [12, 'message*', 'KeyValue'],
  },
  Points: { dataPoints: [1, 'message*', 'NumberPoint'] },
  Sum: { dataPoints: [1, 'message*', 'NumberPoint'], aggregationTemporality: [2, 'temporality'], isMonotonic: [3, 'bool'] },
  Histogram: { dataPoints: [1, 'message*', 'HistogramPoint'], aggregationTemporality: [2, 'temporality'] },
  ExponentialHistogram: { dataPoints: [1, 'message*', 'ExponentialPoint'], aggregationTemporality: [2, 'temporality'] },
  Summary: { dataPoints: [1, 'message*', 'SummaryPoint'] },
  NumberPoint: {
    startTimeUnixNano: [2, 'fixed64'],
    timeUnixNano: [3, 'fixed64'],
    asDouble: [4, 'double'],
    exemplars: [5, 'message*', 'Exemplar'],
    asInt: [6, 'fixed64'],
    attributes: [7, 'message*', 'KeyValue'],
    flags: [8, 'varint'],
  },
  HistogramPoint: {
    startTimeUnixNano: [2, 'fixed64'],
    timeUnixNano: [3, 'fixed64'],
    count: [4, 'fixed64'],
    sum: [5, 'double'],
    bucketCounts: [6, 'fixed64 packed'],
    explicitBounds: [7, 'double packed'],
    exemplars: [8, 'message*', 'Exemplar'],
    attributes: [9, 'message*', 'KeyValue'],
    flags: [10, 'varint'],
    min: [11, 'double'],
    max: [12, 'double'],
  },
  ExponentialPoint: {
    attributes: [1, 'message*', 'KeyValue'],
    startTimeUnixNano: [2, 'fixed64'],
    timeUnixNano: [3, 'fixed64'],
    count: [4, 'fixed64'],
    sum: [5, 'double'],
    scale: [6, 'zigzag'],
    zeroCount: [7, 'fixed64'],
    positive: [8, 'message', 'Buckets'],
    negative: [9, 'message', 'Buckets'],
    flags: [10, 'varint'],
    exemplars: [11, 'message*', 'Exemplar'],
    min: [12, 'double'],
    max: [13, 'double'],
    zeroThreshold: [14, 'double'],
  },
  Buckets: { offset: [1, 'zigzag'], bucketCounts: [2, 'varint packed'] },
  SummaryPoint: {
    startTimeUnixNano: [2, 'fixed64'],
    timeUnixNano: [3, 'fixed64'],
    count: [4, 'fixed64'],
    sum: [5, 'double'],
    quantileValues: [6, 'message*', 'Quantile'],
    attributes: [7, 'message*', 'KeyValue'],
    flags: [8, 'varint'],
  },
  Quantile: { quantile: [1, 'double'], value: [2, 'double'] },
  Exemplar: {
    timeUnixNano: [2, 'fixed64'],
    asDouble: [3, 'double'],
    spanId: [4, 'hex'],
    traceId: [5, 'hex'],
    asInt: [6, 'fixed64'],
    filteredAttributes: [7, 'message*', 'KeyValue'],
  },
  KeyValue: { key: [1, 'string'], value: [2, 'message', 'AnyValue'] },
  AnyValue: {
    stringValue: [1, 'string'],
    boolValue: [2, 'bool'],
    intValue: [3, 'varint'],
    doubleValue: [4, 'double'],
    arrayValue: [5, 'message', 'ArrayValue'],
    kvlistValue: [6, 'message', 'KeyValueList'],
    bytesValue: [7, 'base64'],
  },
  ArrayValue: { values: [1, 'message*', 'AnyValue'] },
  KeyValueList: { values: [1, 'message*', 'KeyValue'] },
};

/**
 * The protobuf form of an OTLP/JSON ExportMetricsServiceRequest, or undefined when it holds something that has no such
 * form (an unknown field, a wrong type).
 */
export function encodeOtlpMetrics(request: Json): Uint8Array | undefined {
  try {
    return encodeMessage('Request', request).finish();
  } catch {
    return undefined;
  }
}

function encodeMessage(name: string, json: Json): ProtoWriter {
  const writer = new ProtoWriter();
  for (const [key, value] of Object.entries(json)) {
    const field = MESSAGES[name]?.[key];
    if (field === undefined) throw new Error(`${name} has no ${key}`);
    if (value !== null) encodeField(writer, field, value);
  }
  return writer;
}

function encodeField(writer: ProtoWriter, [number, kind, message]: Field, value: unknown): void {
  if (kind === 'message') writer.bytes(number, encodeMessage(message!, value as Json));
  else if (kind === 'message*') for (const item of value as Json[]) writer.bytes(number, encodeMessage(message!, item));
  else if (kind.endsWith(' packed')) writer.bytes(number, packed(kind, value as (string | number)[]));
  else if (kind === 'string') writer.bytes(number, requireText(value));
  else if (kind === 'hex') writer.bytes(number, Buffer.from(requireText(value), 'hex'));
  else if (kind === 'base64') writer.bytes(number, Buffer.from(requireText(value), 'base64'));
  else if (kind === 'double') writer.double(number, toDouble(value));
  else if (kind === 'fixed64') writer.fixed64(number, BigInt(value as string | number));
  else if (kind === 'zigzag') writer.varint(number, BigInt.asUintN(32, BigInt((Number(value) << 1) ^ (Number(value) >> 31))));
  else if (kind === 'bool') writer.varint(number, value === true ? 1 : 0);
  else if (kind === 'temporality') writer.varint(number, temporality(value));
  else writer.varint(number, BigInt(value as string | number));
}

function packed(kind: string, values: readonly (string | number)[]): Uint8Array {
  const parts = values.map((value) => {
    if (kind.startsWith('varint')) return uvarint(BigInt(value));
    const bytes = Buffer.alloc(8);
    if (kind.startsWith('double')) bytes.writeDoubleLE(toDouble(value));
    else bytes.writeBigUInt64LE(BigInt(value));
    return bytes;
  });
  return Buffer.concat(parts);
}

function requireText(value: unknown): string {
  if (typeof value !== 'string') throw new Error('not a text');
  return value;
}

function toDouble(value: unknown): number {
  if (value === 'Infinity' || value === '-Infinity' || value === 'NaN') return Number(value);
  if (typeof value !== 'number' && typeof value !== 'string') throw new Error('not a number');
  return Number(value);
}

function temporality(value: unknown): number {
  const names = ['AGGREGATION_TEMPORALITY_UNSPECIFIED', 'AGGREGATION_TEMPORALITY_DELTA', 'AGGREGATION_TEMPORALITY_CUMULATIVE'];
  return typeof value === 'string' ? names.indexOf(value) : Number(value);
}
