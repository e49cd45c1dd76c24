import { ExactJsonParser } from './exact-json.ts';
import { ItemBudget, type OtlpDecodeOptions, PIECE_MAX_ITEMS } from './item-budget.ts';
import { checkInt64, JsonContext, JsonMessage } from './json-fields.ts';
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
import { type OtlpMetricsPiece, type OtlpScope, PieceCollector } from './piece-collector.ts';

const TEMPORALITIES: Readonly<Record<string, number>> = {
  AGGREGATION_TEMPORALITY_UNSPECIFIED: 0,
  AGGREGATION_TEMPORALITY_DELTA: 1,
  AGGREGATION_TEMPORALITY_CUMULATIVE: 2,
};

/** Characters that are parsed at a stretch; about a millisecond. */
const STRETCH_CHARS = 64 << 10;
/** Bytes that are decoded at a stretch; some milliseconds. */
const STRETCH_BYTES = 1 << 20;
/** Items in a piece; some milliseconds. */
const DEFAULT_PIECE_ITEMS = 10_000;

/** Options of {@link decodeOtlpMetricsJsonPieces}. */
export interface OtlpJsonPieceOptions extends OtlpDecodeOptions {
  /** Items after which a piece is cut; default 10,000. */
  readonly pieceItems?: number;
}

/**
 * Decodes an OTLP/JSON `ExportMetricsServiceRequest`: names in lower camel case (snake case is taken too), ids in hex, 64-bit
 * integers as text or number, enums as number or name, unknown fields ignored. Errors as `decodeOtlpMetrics`. The result equals
 * that of the protobuf form. Cost: linear.
 */
export function decodeOtlpMetricsJson(body: Uint8Array, options: OtlpDecodeOptions = {}): OtlpMetricsRequest {
  for (const piece of decodeOtlpMetricsJsonPieces(body, { ...options, pieceItems: Number.POSITIVE_INFINITY })) {
    if (piece !== undefined) return piece.request;
  }
  return { resourceMetrics: [] };
}

/**
 * {@link decodeOtlpMetricsJson} in pieces that merged are the whole; undefined after each stretch of work without one. The budget
 * of items is that of the whole text while it is parsed, and that of a piece afterwards, by default 100,000.
 */
export function* decodeOtlpMetricsJsonPieces(
  body: Uint8Array,
  options: OtlpJsonPieceOptions = {},
): Generator<OtlpMetricsPiece | undefined> {
  const texts: string[] = [];
  for (const part of decodeStretches(body)) {
    texts.push(part);
    yield undefined;
  }
  const parser = new ExactJsonParser(texts.join(''), options);
  while (!parser.step(STRETCH_CHARS)) yield undefined;
  const pieceItems = options.pieceItems ?? DEFAULT_PIECE_ITEMS;
  const budget = new ItemBudget({ maxItems: options.maxItems ?? (Number.isFinite(pieceItems) ? PIECE_MAX_ITEMS : undefined) });
  yield* piecesOf(new JsonMessage(parser.value, new JsonContext(budget, options.maxTextBytes)), budget, pieceItems);
}

/** Text of the body; invalid UTF-8 becomes U+FFFD. */
function* decodeStretches(body: Uint8Array): Generator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for (let at = 0; at < body.length; at += STRETCH_BYTES) {
    const isLast = at + STRETCH_BYTES >= body.length;
    yield decoder.decode(body.subarray(at, at + STRETCH_BYTES), { stream: !isLast });
  }
}

function* piecesOf(root: JsonMessage, budget: ItemBudget, pieceItems: number): Generator<OtlpMetricsPiece> {
  const collector = new PieceCollector();
  const isFull = (): boolean => budget.itemsTaken >= pieceItems;
  const cut = (): OtlpMetricsPiece => {
    budget.reset();
    return collector.cut();
  };
  for (const resource of root.each('resourceMetrics')) {
    collector.beginResource(resource.message('resource').attributes('attributes'), resource.string('schemaUrl'));
    for (const scoped of resource.each('scopeMetrics')) {
      collector.beginScope(readScope(scoped));
      for (const metric of scoped.each('metrics')) {
        for (const part of readMetric(metric, isFull)) {
          collector.add(part);
          if (isFull()) yield cut();
        }
      }
      // Scopes may have no metrics, and resources no scopes.
      if (isFull()) yield cut();
    }
    if (isFull()) yield cut();
  }
  if (!collector.isEmpty) yield collector.cut();
}

function readScope(scoped: JsonMessage): OtlpScope {
  const scope = scoped.message('scope');
  return {
    name: scope.string('name'),
    version: scope.string('version'),
    attributes: scope.attributes('attributes'),
    schemaUrl: scoped.string('schemaUrl'),
  };
}

/** The metric, in several parts that differ in their points where `isFull` says so. */
function* readMetric(metric: JsonMessage, isFull: () => boolean): Generator<OtlpMetric> {
  const frame = {
    name: metric.string('name'),
    description: metric.string('description'),
    unit: metric.string('unit'),
    metadata: metric.attributes('metadata'),
  };
  for (const data of readData(metric, isFull)) yield { ...frame, data };
}

function* readData(metric: JsonMessage, isFull: () => boolean): Generator<OtlpMetricPoints> {
  const has = (name: string) => metric.get(name) !== undefined;
  if (has('gauge')) {
    for (const points of readPoints(metric.message('gauge'), readNumberPoint, isFull)) yield { kind: 'gauge', points };
  } else if (has('sum')) {
    const sum = metric.message('sum');
    const rest = { temporality: readTemporality(sum), isMonotonic: sum.bool('isMonotonic') };
    for (const points of readPoints(sum, readNumberPoint, isFull)) yield { kind: 'sum', points, ...rest };
  } else if (has('histogram')) {
    const histogram = metric.message('histogram');
    const temporality = readTemporality(histogram);
    for (const points of readPoints(histogram, readHistogramPoint, isFull)) yield { kind: 'histogram', points, temporality };
  } else if (has('exponentialHistogram')) {
    const histogram = metric.message('exponentialHistogram');
    const temporality = readTemporality(histogram);
    for (const points of readPoints(histogram, readExponentialPoint, isFull)) {
      yield { kind: 'exponentialHistogram', points, temporality };
    }
  } else if (has('summary')) {
    for (const points of readPoints(metric.message('summary'), readSummaryPoint, isFull)) yield { kind: 'summary', points };
  } else yield { kind: 'none' };
}

/** At least one list of points. */
function* readPoints<T>(data: JsonMessage, read: (point: JsonMessage) => T, isFull: () => boolean): Generator<T[]> {
  let points: T[] = [];
  let isCut = false;
  for (const point of data.each('dataPoints')) {
    points.push(read(point));
    if (!isFull()) continue;
    yield points;
    isCut = true;
    points = [];
  }
  if (points.length > 0 || !isCut) yield points;
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
