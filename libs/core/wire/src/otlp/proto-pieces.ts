import { BYTES, ProtoReader, VARINT } from '../proto-reader.ts';
import { ItemBudget, type OtlpDecodeOptions, PIECE_MAX_ITEMS } from './item-budget.ts';
import type {
  OtlpExponentialPoint,
  OtlpHistogramPoint,
  OtlpMetricPoints,
  OtlpNumberPoint,
  OtlpSummaryPoint,
} from './otlp-metrics.ts';
import type { OtlpAttribute } from './otlp-value.ts';
import { type OtlpMetricsPiece, PieceCollector } from './piece-collector.ts';
import { type OtlpReader, openMessage, readAttribute, readText } from './proto-attributes.ts';
import { decodeOtlpMetrics, readMetric, readScope, type Scope } from './proto-metrics.ts';
import { readExponentialPoint, readHistogramPoint, readNumberPoint, readSummaryPoint } from './proto-points.ts';
import { TextCache } from './text-cache.ts';

/** Default of {@link OtlpPieceOptions.pieceBytes}. */
const DEFAULT_PIECE_BYTES = 64 << 10;
/** Fields that are passed over at a stretch; about a millisecond. */
const FIELDS_PER_STRETCH = 50_000;

/** Options of {@link decodeOtlpMetricsPieces}. */
export interface OtlpPieceOptions extends OtlpDecodeOptions {
  /** Bytes of the body after which a piece is cut; default 64 KiB, which take two or three milliseconds. */
  readonly pieceBytes?: number;
}

/**
 * `decodeOtlpMetrics` in pieces that merged are the whole; undefined after a stretch of work without one. The budget of items is
 * that of a piece, by default 100,000. What is around the metrics of a resource is looked for before its metrics are read,
 * wherever it stands. Cost: linear; about that of decoding the whole.
 */
export function* decodeOtlpMetricsPieces(
  body: Uint8Array,
  options: OtlpPieceOptions = {},
): Generator<OtlpMetricsPiece | undefined> {
  const pieceBytes = options.pieceBytes ?? DEFAULT_PIECE_BYTES;
  const bounded = { ...options, maxItems: options.maxItems ?? PIECE_MAX_ITEMS };
  if (body.length <= pieceBytes) yield { request: decodeOtlpMetrics(body, bounded), continuesResource: false };
  else yield* new PieceWalk(body, pieceBytes, bounded).root();
}

type Pieces = Generator<OtlpMetricsPiece | undefined>;

class PieceWalk {
  readonly #reader: OtlpReader;
  readonly #pieceBytes: number;
  readonly #collector = new PieceCollector();
  #cutAt = 0;
  #passedFields = 0;

  constructor(body: Uint8Array, pieceBytes: number, options: OtlpDecodeOptions) {
    const budget = new ItemBudget(options);
    this.#reader = { proto: new ProtoReader(body), budget, texts: new TextCache(body, budget, options.maxTextBytes) };
    this.#pieceBytes = pieceBytes;
  }

  *root(): Pieces {
    const { proto } = this.#reader;
    const end = proto.bytes.length;
    while (proto.readTag(end)) {
      if (proto.field === 1) yield* this.#resource(end);
      else if (this.#passOver(end)) yield undefined;
    }
    if (!this.#collector.isEmpty) yield this.#collector.cut();
  }

  *#resource(limit: number): Pieces {
    const { proto } = this.#reader;
    const end = openMessage(this.#reader, limit);
    let attributes: OtlpAttribute[] = [];
    let schemaUrl = '';
    yield* this.#lookAhead(end, () => {
      if (proto.field === 1) attributes = readScope(this.#reader, end, 1).attributes;
      else if (proto.field === 3) schemaUrl = readText(this.#reader, end);
      else proto.skip(end);
    });
    this.#collector.beginResource(attributes, schemaUrl);
    while (proto.readTag(end)) {
      if (proto.field === 2) yield* this.#scope(end);
      else if (this.#passOver(end)) yield undefined;
    }
    // Not only after metrics: resources may have none.
    if (this.#isFull()) yield this.#cut();
  }

  *#scope(limit: number): Pieces {
    const { proto } = this.#reader;
    const end = openMessage(this.#reader, limit);
    let scope: Scope = { name: '', version: '', attributes: [] };
    let schemaUrl = '';
    yield* this.#lookAhead(end, () => {
      if (proto.field === 1) scope = readScope(this.#reader, end, 3);
      else if (proto.field === 3) schemaUrl = readText(this.#reader, end);
      else proto.skip(end);
    });
    this.#collector.beginScope({ ...scope, schemaUrl });
    while (proto.readTag(end)) {
      if (proto.field === 2) yield* this.#metric(end);
      else if (this.#passOver(end)) yield undefined;
    }
  }

  *#metric(limit: number): Pieces {
    const { proto } = this.#reader;
    proto.expect(BYTES, 'message');
    const start = proto.at;
    const length = proto.readEnd(limit) - proto.at;
    proto.at = start;
    if (length > this.#pieceBytes) yield* this.#largeMetric(limit);
    else this.#collector.add(readMetric(this.#reader, limit));
    if (this.#isFull()) yield this.#cut();
  }

  /** Reads the frame of a metric first, then the points of its last data field: that one is valid. */
  *#largeMetric(limit: number): Pieces {
    const { proto } = this.#reader;
    const end = openMessage(this.#reader, limit);
    const frame = { name: '', description: '', unit: '', metadata: [] as OtlpAttribute[] };
    let dataAt = -1;
    let kind = 0;
    while (proto.readTag(end)) {
      if (proto.field === 1) frame.name = readText(this.#reader, end);
      else if (proto.field === 2) frame.description = readText(this.#reader, end);
      else if (proto.field === 3) frame.unit = readText(this.#reader, end);
      else if (proto.field === 12) frame.metadata.push(readAttribute(this.#reader, end));
      else {
        if (isDataField(proto.field)) {
          proto.expect(BYTES, 'message');
          dataAt = proto.at;
          kind = proto.field;
        }
        proto.skip(end);
      }
      if (++this.#passedFields % FIELDS_PER_STRETCH === 0) yield undefined;
    }
    if (dataAt < 0) this.#collector.add({ ...frame, data: { kind: 'none' } });
    else {
      proto.at = dataAt;
      for (const data of this.#data(kind, end)) {
        if (data === undefined) yield undefined;
        else {
          this.#collector.add({ ...frame, data });
          if (this.#isFull()) yield this.#cut();
        }
      }
    }
    proto.at = end;
  }

  /** `data_points` 1, `aggregation_temporality` 2, `is_monotonic` 3; at least one part. */
  *#data(kind: number, limit: number): Generator<OtlpMetricPoints | undefined> {
    const { proto } = this.#reader;
    // Checked when the field was found.
    proto.wireType = BYTES;
    const end = openMessage(this.#reader, limit);
    let temporality = 0;
    let isMonotonic = false;
    yield* this.#lookAhead(end, () => {
      if (proto.field !== 2 && proto.field !== 3) {
        proto.skip(end);
        return;
      }
      proto.expect(VARINT, proto.field === 2 ? 'aggregation_temporality' : 'is_monotonic');
      if (proto.field === 2) temporality = proto.readInt32();
      else isMonotonic = proto.readUvarint() !== 0;
    });
    yield* this.#points(kind, end, { temporality, isMonotonic });
  }

  *#points(
    kind: number,
    end: number,
    rest: { temporality: number; isMonotonic: boolean },
  ): Generator<OtlpMetricPoints | undefined> {
    const { proto } = this.#reader;
    let points: unknown[] = [];
    let isCut = false;
    while (proto.readTag(end)) {
      if (proto.field !== 1) {
        if (this.#passOver(end)) yield undefined;
        continue;
      }
      points.push(readPointOf(kind, this.#reader, end));
      if (!this.#isFull()) continue;
      yield dataOf(kind, points, rest);
      isCut = true;
      points = [];
    }
    if (points.length > 0 || !isCut) yield dataOf(kind, points, rest);
  }

  /** Reads fields up to `end` with `read`, and goes back to where it began. */
  *#lookAhead(end: number, read: () => void): Generator<undefined> {
    const { proto } = this.#reader;
    const start = proto.at;
    while (proto.readTag(end)) {
      read();
      if (++this.#passedFields % FIELDS_PER_STRETCH === 0) yield undefined;
    }
    proto.at = start;
  }

  /** Skips a field; true when it is time to let others work. */
  #passOver(end: number): boolean {
    this.#reader.proto.skip(end);
    return ++this.#passedFields % FIELDS_PER_STRETCH === 0;
  }

  #isFull(): boolean {
    return this.#reader.proto.at - this.#cutAt >= this.#pieceBytes;
  }

  #cut(): OtlpMetricsPiece {
    this.#reader.budget.reset();
    this.#cutAt = this.#reader.proto.at;
    return this.#collector.cut();
  }
}

/** `gauge` 5, `sum` 7, `histogram` 9, `exponential_histogram` 10, `summary` 11. */
function isDataField(field: number): boolean {
  return field === 5 || field === 7 || (field >= 9 && field <= 11);
}

function readPointOf(kind: number, reader: OtlpReader, limit: number): unknown {
  if (kind === 9) return readHistogramPoint(reader, limit);
  if (kind === 10) return readExponentialPoint(reader, limit);
  return kind === 11 ? readSummaryPoint(reader, limit) : readNumberPoint(reader, limit);
}

/** Points are of the type that {@link readPointOf} makes of the same kind. */
function dataOf(kind: number, points: unknown[], rest: { temporality: number; isMonotonic: boolean }): OtlpMetricPoints {
  const { temporality } = rest;
  switch (kind) {
    case 5:
      return { kind: 'gauge', points: points as OtlpNumberPoint[] };
    case 7:
      return { kind: 'sum', points: points as OtlpNumberPoint[], ...rest };
    case 9:
      return { kind: 'histogram', points: points as OtlpHistogramPoint[], temporality };
    case 10:
      return { kind: 'exponentialHistogram', points: points as OtlpExponentialPoint[], temporality };
    default:
      return { kind: 'summary', points: points as OtlpSummaryPoint[] };
  }
}
