import { ByteReader, ByteWriter } from '@telamon/bytes';
import { TelamonError } from '@telamon/model';
import { type AnyHistogram, readHistogram, writeHistogram } from './histogram-bytes.ts';
import type { MetricMetadata } from './metadata-table.ts';

/** Type of the log's records. */
export const RECORD_BATCH = 1;

const SECTION_SERIES = 1;
const SECTION_SAMPLES = 2;
const SECTION_LATE_SAMPLES = 3;
const SECTION_HISTOGRAMS = 4;
const SECTION_LATE_HISTOGRAMS = 5;
const SECTION_EXEMPLARS = 6;
const SECTION_METADATA = 7;
const SECTION_STATE = 8;
const SECTION_CHUNKS = 9;

/** Flag of a chunk in a checkpoint: samples are still appended to it. */
export const CHUNK_OPEN = 1;
/** Flag of a chunk in a checkpoint: it holds samples that came out of order. */
export const CHUNK_LATE = 2;

/** A chunk in a checkpoint. */
export interface LoggedChunk {
  readonly ref: number;
  /** CHUNK_* */
  readonly flags: number;
  readonly encoding: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly bytes: Uint8Array;
}

/** Receives the contents of a batch, in order. Views are valid during the call. */
export interface BatchVisitor {
  series(ref: number, labels: Uint8Array): void;
  sample(ref: number, timeMs: number, low: number, high: number): void;
  lateSample(ref: number, timeMs: number, low: number, high: number): void;
  histogram(ref: number, timeMs: number, value: AnyHistogram): void;
  lateHistogram(ref: number, timeMs: number, value: AnyHistogram): void;
  exemplar(ref: number, timeMs: number, words: readonly [low: number, high: number], labels: Uint8Array): void;
  metadata(metric: string, metadata: MetricMetadata): void;
  state(newestMs: number, truncatedMs: number): void;
  chunk(chunk: LoggedChunk): void;
}

/** Samples in columns; appending costs a few nanoseconds. */
class SampleSection {
  count = 0;
  #refs = new Uint8Array(1024);
  #refsLength = 0;
  #times = new Uint8Array(1024);
  #timesLength = 0;
  #words = new Uint32Array(512);
  #lastRef = 0;
  #lastTimeMs = 0;

  get sizeBytes(): number {
    return this.#refsLength + this.#timesLength + this.count * 8;
  }

  add(ref: number, timeMs: number, low: number, high: number): void {
    if (this.#refsLength + 10 > this.#refs.length) this.#refs = doubled(this.#refs);
    if (this.#timesLength + 10 > this.#times.length) this.#times = doubled(this.#times);
    if (this.count * 2 === this.#words.length) {
      const grown = new Uint32Array(this.#words.length * 2);
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#refsLength = putVarint(this.#refs, this.#refsLength, ref - this.#lastRef);
    this.#timesLength = putVarint(this.#times, this.#timesLength, timeMs - this.#lastTimeMs);
    this.#words[this.count * 2] = low;
    this.#words[this.count * 2 + 1] = high;
    this.#lastRef = ref;
    this.#lastTimeMs = timeMs;
    this.count++;
  }

  addTo(parts: Uint8Array[], type: number): void {
    if (this.count === 0) return;
    const values = new Uint8Array(this.#words.buffer, 0, this.count * 8);
    const head = new ByteWriter(24).uvarint(this.count).uvarint(this.#refsLength).uvarint(this.#timesLength).finish();
    parts.push(sectionHeader(type, head.length + this.sizeBytes), head);
    parts.push(this.#refs.subarray(0, this.#refsLength), this.#times.subarray(0, this.#timesLength), values);
  }

  clear(): void {
    this.count = 0;
    this.#refsLength = 0;
    this.#timesLength = 0;
    this.#lastRef = 0;
    this.#lastTimeMs = 0;
  }
}

/**
 * What a request (or a piece of a checkpoint) changed, as one record of the log, so that it is there as a whole or not at
 * all. Sections in this order, each only when it holds something:
 *
 * ```
 * ┌─────────┬────────────────┬─────────┬─────
 * │ type u8 │ size uvarint   │ content │ ...
 * └─────────┴────────────────┴─────────┴─────
 * 8 state:      newest f64 │ truncated f64
 * 1 series:     { ref uvarint │ size uvarint │ canonical labels }
 * 9 chunks:     { ref uvarint │ flags u8 │ encoding u8 │ mint f64 │ maxt f64 │ size uvarint │ bytes }
 * 2 samples:    count, size of refs, size of times (uvarint) │ refs: varint deltas │ times: varint deltas │ values: 8 bytes each
 * 3 late:       the same, out of order
 * 4 histograms: { ref uvarint │ time varint │ histogram }      5 late: the same, out of order
 * 6 exemplars:  { ref uvarint │ time varint │ value 8 bytes │ size uvarint │ canonical labels }
 * 7 metadata:   { metric │ type │ help │ unit }, each a string behind its size
 * ```
 */
export class HeadBatch {
  readonly #series = new ByteWriter(256);
  readonly #samples = new SampleSection();
  readonly #lateSamples = new SampleSection();
  readonly #histograms = new ByteWriter(64);
  readonly #lateHistograms = new ByteWriter(64);
  readonly #exemplars = new ByteWriter(64);
  readonly #metadata = new ByteWriter(64);
  readonly #state = new ByteWriter(16);
  readonly #chunks = new ByteWriter(64);

  /** About as many bytes as the record will have. */
  get sizeBytes(): number {
    const writers = this.#series.length + this.#histograms.length + this.#lateHistograms.length + this.#exemplars.length;
    return (
      writers +
      this.#metadata.length +
      this.#chunks.length +
      this.#state.length +
      this.#samples.sizeBytes +
      this.#lateSamples.sizeBytes
    );
  }

  series(ref: number, labels: Uint8Array): void {
    this.#series.uvarint(ref).uvarintBytes(labels);
  }

  sample(ref: number, timeMs: number, low: number, high: number): void {
    this.#samples.add(ref, timeMs, low, high);
  }

  lateSample(ref: number, timeMs: number, low: number, high: number): void {
    this.#lateSamples.add(ref, timeMs, low, high);
  }

  histogram(ref: number, timeMs: number, value: AnyHistogram): void {
    writeHistogram(this.#histograms.uvarint(ref).varint(timeMs), value);
  }

  lateHistogram(ref: number, timeMs: number, value: AnyHistogram): void {
    writeHistogram(this.#lateHistograms.uvarint(ref).varint(timeMs), value);
  }

  exemplar(ref: number, timeMs: number, words: readonly [low: number, high: number], labels: Uint8Array): void {
    this.#exemplars.uvarint(ref).varint(timeMs).u32le(words[0]).u32le(words[1]).uvarintBytes(labels);
  }

  metadata(metric: string, metadata: MetricMetadata): void {
    this.#metadata.uvarintString(metric).uvarintString(metadata.type).uvarintString(metadata.help).uvarintString(metadata.unit);
  }

  state(newestMs: number, truncatedMs: number): void {
    this.#state.f64le(newestMs).f64le(truncatedMs);
  }

  chunk(chunk: LoggedChunk): void {
    this.#chunks
      .uvarint(chunk.ref)
      .u8(chunk.flags)
      .u8(chunk.encoding)
      .f64le(chunk.minTimeMs)
      .f64le(chunk.maxTimeMs)
      .uvarintBytes(chunk.bytes);
  }

  /** The record in parts: views that are valid until something is added. */
  parts(): Uint8Array[] {
    const parts: Uint8Array[] = [];
    addSection(parts, SECTION_STATE, this.#state);
    addSection(parts, SECTION_SERIES, this.#series);
    addSection(parts, SECTION_CHUNKS, this.#chunks);
    this.#samples.addTo(parts, SECTION_SAMPLES);
    this.#lateSamples.addTo(parts, SECTION_LATE_SAMPLES);
    addSection(parts, SECTION_HISTOGRAMS, this.#histograms);
    addSection(parts, SECTION_LATE_HISTOGRAMS, this.#lateHistograms);
    addSection(parts, SECTION_EXEMPLARS, this.#exemplars);
    addSection(parts, SECTION_METADATA, this.#metadata);
    return parts;
  }

  /** Empties it; keeps the memory. */
  clear(): void {
    const writers = [
      this.#series,
      this.#histograms,
      this.#lateHistograms,
      this.#exemplars,
      this.#metadata,
      this.#state,
      this.#chunks,
    ];
    for (const writer of writers) writer.clear();
    this.#samples.clear();
    this.#lateSamples.clear();
  }
}

/** Reads a record; throws TelamonError 500 when it is not one. */
export function readBatch(payload: Uint8Array, visitor: BatchVisitor): void {
  const reader = new ByteReader(payload);
  while (reader.remaining > 0) {
    const type = reader.u8();
    const section = reader.bytes(reader.uvarint());
    readSection(type, section, visitor);
  }
}

function readSection(type: number, bytes: Uint8Array, visitor: BatchVisitor): void {
  const reader = new ByteReader(bytes);
  switch (type) {
    case SECTION_SERIES:
      while (reader.remaining > 0) visitor.series(reader.uvarint(), reader.uvarintBytes());
      return;
    case SECTION_SAMPLES:
      readSamples(reader, bytes, (ref, timeMs, low, high) => visitor.sample(ref, timeMs, low, high));
      return;
    case SECTION_LATE_SAMPLES:
      readSamples(reader, bytes, (ref, timeMs, low, high) => visitor.lateSample(ref, timeMs, low, high));
      return;
    case SECTION_HISTOGRAMS:
      while (reader.remaining > 0) visitor.histogram(reader.uvarint(), reader.varint(), readHistogram(reader));
      return;
    case SECTION_LATE_HISTOGRAMS:
      while (reader.remaining > 0) visitor.lateHistogram(reader.uvarint(), reader.varint(), readHistogram(reader));
      return;
    case SECTION_EXEMPLARS:
      while (reader.remaining > 0) {
        visitor.exemplar(reader.uvarint(), reader.varint(), [reader.u32le(), reader.u32le()], reader.uvarintBytes());
      }
      return;
    case SECTION_METADATA:
      while (reader.remaining > 0) {
        const metric = reader.uvarintString();
        visitor.metadata(metric, { type: reader.uvarintString(), help: reader.uvarintString(), unit: reader.uvarintString() });
      }
      return;
    case SECTION_STATE:
      visitor.state(reader.f64le(), reader.f64le());
      return;
    case SECTION_CHUNKS:
      while (reader.remaining > 0) visitor.chunk(readChunk(reader));
      return;
    default:
      throw new TelamonError(`head log holds a section of the unknown type ${type}; it was written by a newer version`);
  }
}

function readChunk(reader: ByteReader): LoggedChunk {
  const ref = reader.uvarint();
  const flags = reader.u8();
  const encoding = reader.u8();
  const minTimeMs = reader.f64le();
  const maxTimeMs = reader.f64le();
  return { ref, flags, encoding, minTimeMs, maxTimeMs, bytes: reader.uvarintBytes() };
}

function readSamples(
  head: ByteReader,
  bytes: Uint8Array,
  visit: (ref: number, timeMs: number, low: number, high: number) => void,
): void {
  const count = head.uvarint();
  const refsLength = head.uvarint();
  const timesLength = head.uvarint();
  const refsAt = bytes.length - head.remaining;
  const refs = new ByteReader(bytes, refsAt, refsAt + refsLength);
  const times = new ByteReader(bytes, refsAt + refsLength, refsAt + refsLength + timesLength);
  const values = new DataView(bytes.buffer, bytes.byteOffset + refsAt + refsLength + timesLength, count * 8);
  let ref = 0;
  let timeMs = 0;
  for (let i = 0; i < count; i++) {
    ref += refs.varint();
    timeMs += times.varint();
    visit(ref, timeMs, values.getUint32(i * 8, true), values.getUint32(i * 8 + 4, true));
  }
}

function addSection(parts: Uint8Array[], type: number, writer: ByteWriter): void {
  if (writer.length > 0) parts.push(sectionHeader(type, writer.length), writer.view());
}

function sectionHeader(type: number, size: number): Uint8Array {
  return new ByteWriter(16).u8(type).uvarint(size).finish();
}

function doubled(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(bytes.length * 2);
  grown.set(bytes);
  return grown;
}

/** Zigzag varint of a safe integer; up to 8 bytes. */
function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let zigzag = value >= 0 ? value * 2 : value * -2 - 1;
  let next = at;
  while (zigzag >= 0x80) {
    if (zigzag < 0x80000000) {
      bytes[next++] = (zigzag & 0x7f) | 0x80;
      zigzag >>>= 7;
    } else {
      bytes[next++] = (zigzag % 128) | 0x80;
      zigzag = Math.floor(zigzag / 128);
    }
  }
  bytes[next++] = zigzag;
  return next;
}
