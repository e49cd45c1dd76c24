import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';

// snappyjs has no types of its own.
const snappy = createRequire(import.meta.url)('snappyjs') as {
  compress(input: Uint8Array): Uint8Array;
  uncompress(input: Uint8Array): Uint8Array;
};

/** Labels as pairs, in the order in which they shall stand in the request. */
export type LabelPairs = readonly (readonly [string, string])[];

/** One series of a request; times in milliseconds. */
export interface WriteSeries {
  readonly labels: LabelPairs;
  readonly samples: readonly (readonly [timeMs: number, value: number | StaleMarker])[];
  /** Encoded `Histogram` messages; written by 1.0 only. */
  readonly histograms?: readonly ProtoWriter[];
}

/** Stands for the NaN that ends a series: JavaScript may lose its payload when it is a number. */
export type StaleMarker = 'stale';

const STALE_BITS = 0x7ff0000000000002n;

function sampleOf([timeMs, value]: readonly [number, number | StaleMarker]): ProtoWriter {
  const sample = new ProtoWriter();
  return (value === 'stale' ? sample.fixed64(1, STALE_BITS) : sample.double(1, value)).varint(2, timeMs);
}

/** Headers of remote write 1.0. */
export const V1_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};

/** Headers of remote write 2.0. */
export const V2_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '2.0.0',
};

/**
 * A tiny protobuf writer, written apart from the product's own codecs so that a fault in them can't hide itself.
 * Fields: prometheus/prompb/remote.proto and types.proto.
 */
export class ProtoWriter {
  readonly #parts: Uint8Array[] = [];

  varint(field: number, value: number | bigint): this {
    this.#parts.push(uvarint((BigInt(field) << 3n) | 0n), uvarint(BigInt.asUintN(64, BigInt(value))));
    return this;
  }

  double(field: number, value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    this.#parts.push(uvarint((BigInt(field) << 3n) | 1n), bytes);
    return this;
  }

  fixed64(field: number, value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    this.#parts.push(uvarint((BigInt(field) << 3n) | 1n), bytes);
    return this;
  }

  bytes(field: number, value: Uint8Array | string | ProtoWriter): this {
    const content = value instanceof ProtoWriter ? value.finish() : typeof value === 'string' ? Buffer.from(value) : value;
    this.#parts.push(uvarint((BigInt(field) << 3n) | 2n), uvarint(BigInt(content.length)), content);
    return this;
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}

/** An unsigned varint. */
export function uvarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** A 1.0 request, not compressed. */
export function encodeV1(series: readonly WriteSeries[]): Uint8Array {
  const request = new ProtoWriter();
  for (const { labels, samples, histograms = [] } of series) {
    const message = new ProtoWriter();
    for (const [name, value] of labels) message.bytes(1, new ProtoWriter().bytes(1, name).bytes(2, value));
    for (const sample of samples) message.bytes(2, sampleOf(sample));
    for (const histogram of histograms) message.bytes(4, histogram);
    request.bytes(1, message);
  }
  return request.finish();
}

/** A 2.0 request, not compressed: symbols first used first, each once. */
export function encodeV2(series: readonly WriteSeries[]): Uint8Array {
  const symbols = new Map<string, number>([['', 0]]);
  const symbol = (text: string): number => {
    const known = symbols.get(text);
    if (known !== undefined) return known;
    symbols.set(text, symbols.size);
    return symbols.size - 1;
  };
  const messages = series.map(({ labels, samples }) => {
    const refs = labels.flatMap(([name, value]) => [symbol(name), symbol(value)]);
    const message = new ProtoWriter().bytes(1, Buffer.concat(refs.map((ref) => uvarint(BigInt(ref)))));
    for (const sample of samples) message.bytes(2, sampleOf(sample));
    return message;
  });
  const request = new ProtoWriter();
  for (const text of symbols.keys()) request.bytes(4, text);
  for (const message of messages) request.bytes(5, message);
  return request.finish();
}

/** Compresses as remote write asks: one snappy block without framing. */
export function snappyBlock(raw: Uint8Array): Uint8Array {
  return snappy.compress(raw);
}

/** The bytes of a snappy block, or undefined when it is none. Costs the declared size: for recorded bodies only. */
export function snappyUnblock(body: Uint8Array): Uint8Array | undefined {
  try {
    return snappy.uncompress(body);
  } catch {
    return undefined;
  }
}
