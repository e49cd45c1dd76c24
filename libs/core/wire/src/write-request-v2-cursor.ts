import { FastHasher } from '@telamon/algo';
import { ByteWriter, DecodeError, decodeUtf8 } from '@telamon/bytes';
import { decodeHistogramMessage } from './histogram-message.ts';
import { LabelTexts } from './label-message.ts';
import { LabelRefs } from './label-refs.ts';
import { BYTES, FIXED64, ProtoReader, VARINT } from './proto-reader.ts';
import { SeriesColumns } from './series-columns.ts';
import { SymbolTable } from './symbol-table.ts';
import { checkFieldCount, VerifyingWalk } from './verifying-walk.ts';
import {
  type CursorOptions,
  type Exemplar,
  METRIC_TYPES,
  type SeriesCursor,
  type SeriesMetadata,
  type TimedHistogram,
  type WriteTotals,
} from './write-request.ts';

const LABEL_TAG = 0x0a;
const NAME_TAG = 0x0a;
const VALUE_TAG = 0x12;

/**
 * Walks a decompressed `io.prometheus.write.v2.Request` (remote write 2.0): `symbols` 4, `timeseries` 5 {`labels_refs` 1,
 * `samples` 2, `histograms` 3, `exemplars` 4, `metadata` 5}. See {@link SeriesCursor}. The constructor walks the top level once
 * to find the symbols and throws `DecodeError`. Hashes when asked. Unknown fields, field 6 of older drafts among them, are skipped.
 */
export class WriteRequestV2Cursor implements SeriesCursor {
  messageStart = 0;
  messageEnd = 0;
  hasInvalidUtf8 = false;
  readonly #reader: ProtoReader;
  readonly #columns: SeriesColumns;
  readonly #symbols: SymbolTable;
  readonly #refs = new LabelRefs();
  readonly #body: Uint8Array;
  /** Range of the last metadata message; empty when there is none. */
  #metadataStart = 0;
  #metadataEnd = -1;
  #isHashed = false;
  #hashLow = 0;
  #hashHigh = 0;
  readonly #walk: VerifyingWalk = new VerifyingWalk(this);

  constructor(body: Uint8Array, options: CursorOptions = {}) {
    this.#body = body;
    this.#reader = new ProtoReader(body);
    this.#columns = new SeriesColumns(true, options.maxPerSeries);
    this.#symbols = new SymbolTable(this.#reader, new FastHasher(options.seedLow, options.seedHigh));
    this.#readSymbols();
  }

  get hashLow(): number {
    if (!this.#isHashed) this.#hashRefs();
    return this.#hashLow;
  }
  get hashHigh(): number {
    if (!this.#isHashed) this.#hashRefs();
    return this.#hashHigh;
  }
  get labelCount(): number {
    return Math.ceil(this.#refs.count / 2);
  }
  get sampleCount(): number {
    return this.#columns.sampleCount;
  }
  get sampleTimesMs(): Float64Array {
    return this.#columns.timesMs;
  }
  get sampleValues(): Float64Array {
    return this.#columns.values;
  }
  get sampleWords(): Uint32Array {
    return this.#columns.words;
  }
  get sampleStartTimesMs(): Float64Array {
    return this.#columns.startTimesMs;
  }
  get histogramCount(): number {
    return this.#columns.histograms.count;
  }
  get exemplarCount(): number {
    return this.#columns.exemplars.count;
  }
  /** Number of symbols. */
  get symbolCount(): number {
    return this.#symbols.size;
  }
  /** Whether the first symbol is '', as the protocol asks; peers accept requests that break it. */
  get isFirstSymbolEmpty(): boolean {
    return this.#symbols.size > 0 && this.#symbols.startOf(0) === this.#symbols.endOf(0);
  }

  nextSeries(): boolean {
    const reader = this.#reader;
    const limit = this.#body.length;
    reader.at = this.messageEnd;
    for (;;) {
      const start = reader.at;
      if (!reader.readTag(limit)) return false;
      if (reader.field !== 5) {
        reader.skip(limit);
        this.messageEnd = reader.at;
        continue;
      }
      const end = reader.readEnd(limit);
      this.messageStart = start;
      this.messageEnd = end;
      this.#readSeries(reader, end);
      return true;
    }
  }

  rewind(): void {
    this.messageStart = 0;
    this.messageEnd = 0;
    this.#columns.clear();
    this.#refs.count = 0;
  }

  verify(): WriteTotals {
    return this.#walk.all();
  }

  verifySome(): WriteTotals | undefined {
    return this.#walk.some();
  }

  /** The labels written as the fields of version 1. Throws `DecodeError` for references that do not resolve. */
  rawKey(): Uint8Array {
    const { refs, count } = this.#refs;
    this.#symbols.checkRefs(refs, count);
    const writer = new ByteWriter(256);
    for (let i = 0; i < count; i += 2) {
      const name = this.#symbolBytes(refs[i]!);
      const value = this.#symbolBytes(refs[i + 1]!);
      const size = 2 + varintSize(name.length) + name.length + varintSize(value.length) + value.length;
      writer.u8(LABEL_TAG).uvarint(size).u8(NAME_TAG).uvarintBytes(name).u8(VALUE_TAG).uvarintBytes(value);
    }
    return writer.finish();
  }

  matchesRawKey(key: Uint8Array, start = 0, end: number = key.length): boolean {
    const { refs, count } = this.#refs;
    const symbols = this.#symbols;
    if (count % 2 !== 0) return false;
    let at = start;
    for (let i = 0; i < count; i += 2) {
      if (refs[i]! >= symbols.size || refs[i + 1]! >= symbols.size) return false;
      const name = symbols.endOf(refs[i]!) - symbols.startOf(refs[i]!);
      const value = symbols.endOf(refs[i + 1]!) - symbols.startOf(refs[i + 1]!);
      at = matchPrefix(key, at, LABEL_TAG, 2 + varintSize(name) + name + varintSize(value) + value);
      at = this.#matchSymbol(key, at, NAME_TAG, refs[i]!);
      at = this.#matchSymbol(key, at, VALUE_TAG, refs[i + 1]!);
      if (at < 0 || at > end) return false;
    }
    return at === end;
  }

  decodeLabelPairs(): string[] {
    const texts = new LabelTexts();
    this.#symbols.addTexts(this.#refs.refs, this.#refs.count, texts);
    this.hasInvalidUtf8 = texts.hasInvalidUtf8;
    return texts.flat;
  }

  /** References of the present series as sent, for error texts. Copies. */
  labelRefs(): number[] {
    return Array.from(this.#refs.refs.subarray(0, this.#refs.count));
  }

  decodeHistogram(index: number): TimedHistogram {
    const { starts, ends, count } = this.#columns.histograms;
    if (index >= count) throw new Error(`histogram ${index} of ${count}`);
    return decodeHistogramMessage(this.#reader, starts[index]!, ends[index]!);
  }

  decodeExemplar(index: number): Exemplar {
    const { starts, ends, count } = this.#columns.exemplars;
    if (index >= count) throw new Error(`exemplar ${index} of ${count}`);
    const reader = this.#reader;
    const end = ends[index]!;
    const refs = new LabelRefs();
    let value = 0;
    let timeMs = 0;
    reader.at = starts[index]!;
    while (reader.readTag(end)) {
      if (reader.field === 1) refs.read(reader, end);
      else if (reader.field === 2) {
        reader.expect(FIXED64, 'Value');
        value = reader.readDouble(end);
      } else if (reader.field === 3) {
        reader.expect(VARINT, 'Timestamp');
        timeMs = reader.readInt64();
      } else reader.skip(end);
    }
    const texts = new LabelTexts();
    this.#symbols.addTexts(refs.refs, refs.count, texts);
    return { labels: texts.flat, value, timeMs, hasInvalidUtf8: texts.hasInvalidUtf8 };
  }

  decodeMetadata(): SeriesMetadata | undefined {
    const reader = this.#reader;
    const end = this.#metadataEnd;
    if (end < 0) return undefined;
    let type = 0;
    let help = 0;
    let unit = 0;
    reader.at = this.#metadataStart;
    while (reader.readTag(end)) {
      const { field } = reader;
      if (field !== 1 && field !== 3 && field !== 4) {
        reader.skip(end);
        continue;
      }
      reader.expect(VARINT, 'Metadata');
      const value = reader.readUvarint();
      if (field === 1) type = value;
      else if (field === 3) help = value;
      else unit = value;
    }
    return { type: METRIC_TYPES[type] ?? 'unknown', help: this.#text(help, 'help_ref'), unit: this.#text(unit, 'unit_ref') };
  }

  #readSymbols(): void {
    const reader = this.#reader;
    const limit = this.#body.length;
    for (let fields = 1; reader.readTag(limit); fields++) {
      checkFieldCount(fields);
      if (reader.field === 4) {
        reader.expect(BYTES, 'Symbols');
        const end = reader.readEnd(limit);
        this.#symbols.add(reader.at, end);
        reader.at = end;
        continue;
      }
      if (reader.field === 5) reader.expect(BYTES, 'Timeseries');
      reader.skip(limit);
    }
    this.#symbols.seal();
  }

  #readSeries(reader: ProtoReader, end: number): void {
    this.#columns.clear();
    this.#refs.count = 0;
    this.#metadataEnd = -1;
    while (reader.readTag(end)) {
      const { field } = reader;
      if (field === 1) this.#refs.read(reader, end);
      else if (field === 2) {
        reader.expect(BYTES, 'Samples');
        this.#columns.readSample(reader, reader.readEnd(end));
      } else if (field === 3) this.#columns.histograms.add(reader, end, 'Histograms');
      else if (field === 4) this.#columns.exemplars.add(reader, end, 'Exemplars');
      else if (field === 5) {
        reader.expect(BYTES, 'Metadata');
        this.#metadataEnd = reader.readEnd(end);
        this.#metadataStart = reader.at;
        reader.at = this.#metadataEnd;
      } else reader.skip(end);
    }
    this.#isHashed = false;
  }

  /** Hashes of the symbols are combined in order, so that equal labels hash alike whatever the table. */
  #hashRefs(): void {
    const { refs, count } = this.#refs;
    const symbols = this.#symbols;
    let low = count;
    let high = ~count;
    for (let i = 0; i < count; i++) {
      const ref = refs[i]!;
      if (ref >= symbols.size) continue;
      low = Math.imul(low ^ symbols.hashLowOf(ref), 0x9e3779b1);
      low ^= low >>> 15;
      high = Math.imul(high ^ symbols.hashHighOf(ref), 0x85ebca6b);
      high = ((high << 13) | (high >>> 19)) + low;
    }
    this.#hashLow = low ^ (high >>> 16);
    this.#hashHigh = Math.imul(high ^ (low >>> 13), 0xc2b2ae35);
    this.#isHashed = true;
  }

  #symbolBytes(ref: number): Uint8Array {
    return this.#body.subarray(this.#symbols.startOf(ref), this.#symbols.endOf(ref));
  }

  #matchSymbol(key: Uint8Array, start: number, tag: number, ref: number): number {
    const from = this.#symbols.startOf(ref);
    const to = this.#symbols.endOf(ref);
    let at = matchPrefix(key, start, tag, to - from);
    if (at < 0) return -1;
    for (let i = from; i < to; i++) if (this.#body[i] !== key[at++]) return -1;
    return at;
  }

  #text(ref: number, name: string): string {
    if (ref >= this.#symbols.size) {
      if (ref === 0) return '';
      throw new DecodeError(`metadata ${name} ${ref} outside of symbols table (size ${this.#symbols.size})`);
    }
    return decodeUtf8(this.#body, this.#symbols.startOf(ref), this.#symbols.endOf(ref));
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest /= 128) size++;
  return size;
}

/** Position after a tag and a length, or -1 when they differ; -1 stays -1. */
function matchPrefix(key: Uint8Array, start: number, tag: number, length: number): number {
  if (start < 0 || key[start] !== tag) return -1;
  let at = start + 1;
  let rest = length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) if (key[at++] !== ((rest & 127) | 128)) return -1;
  return key[at++] === rest ? at : -1;
}
