import { FastHasher } from '@telamon/algo';
import { decodeUtf8 } from '@telamon/bytes';
import { decodeHistogramMessage } from './histogram-message.ts';
import { LabelTexts, readLabel } from './label-message.ts';
import { BYTES, FIXED64, ProtoReader, VARINT } from './proto-reader.ts';
import { SeriesColumns } from './series-columns.ts';
import { checkFieldCount, VerifyingWalk } from './verifying-walk.ts';
import {
  type CursorOptions,
  type Exemplar,
  METRIC_TYPES,
  type MetricMetadata,
  type SeriesCursor,
  type TimedHistogram,
  type WriteTotals,
} from './write-request.ts';

/** Field 1, bytes. */
const LABELS_TAG = 0x0a;
/** Above this size the call into native code pays. */
const NATIVE_COMPARE_BYTES = 64;

/**
 * Walks a decompressed `prometheus.WriteRequest` (remote write 1.0): `timeseries` 1 {`labels` 1, `samples` 2, `exemplars` 3,
 * `histograms` 4}, `metadata` 3. See {@link SeriesCursor}. Unknown fields are skipped. Keeps the body; cost: about 0.05 us for a
 * series of ten labels and one sample. Hashes when asked.
 */
export class WriteRequestCursor implements SeriesCursor {
  messageStart = 0;
  /** Start of the first field of the series. */
  fieldsStart = 0;
  messageEnd = 0;
  labelCount = 0;
  hasInvalidUtf8 = false;
  /** Metadata messages that {@link verify} met. */
  metadataCount = 0;
  /** What {@link verify} found; undefined before. */
  totals: WriteTotals | undefined;
  /** Whether {@link verify} met labels behind other fields of their series, or with a tag longer than need be. */
  hasOddLabels = false;
  readonly #reader: ProtoReader;
  readonly #columns: SeriesColumns;
  readonly #hasher: FastHasher;
  readonly #body: Uint8Array;
  /** The same memory, for native comparison. */
  readonly #buffer: Buffer;
  /** Range of the label fields. */
  #labelStart = 0;
  #labelEnd = 0;
  #isScattered = false;
  /** The label fields, copied together, when other fields stand between them and someone asked. */
  #gathered: Uint8Array | undefined;
  #isHashed = false;
  /** Whether there are other fields than series; not known before a walk to the end. */
  #hasOthers: boolean | undefined;
  readonly #walk: VerifyingWalk = new VerifyingWalk(this);

  constructor(body: Uint8Array, options: CursorOptions = {}) {
    this.#body = body;
    this.#buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#reader = new ProtoReader(body);
    this.#columns = new SeriesColumns(options.hasStartTimes === true, options.maxPerSeries);
    this.#hasher = new FastHasher(options.seedLow, options.seedHigh);
  }

  get hashLow(): number {
    if (!this.#isHashed) this.#hashLabels();
    return this.#hasher.low;
  }
  get hashHigh(): number {
    if (!this.#isHashed) this.#hashLabels();
    return this.#hasher.high;
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
  /** All 0 unless the options say that there are some. */
  get sampleStartTimesMs(): Float64Array {
    return this.#columns.startTimesMs;
  }
  get histogramCount(): number {
    return this.#columns.histograms.count;
  }
  get exemplarCount(): number {
    return this.#columns.exemplars.count;
  }

  nextSeries(): boolean {
    const hasNext = this.nextPlace();
    if (hasNext) this.readSeries();
    return hasNext;
  }

  /**
   * As {@link nextSeries}, but of the series only {@link messageStart}, {@link fieldsStart} and {@link messageEnd} are known until
   * {@link readSeries} was called, if at all.
   */
  nextPlace(): boolean {
    const reader = this.#reader;
    const limit = this.#body.length;
    reader.at = this.messageEnd;
    for (let others = 0; ; ) {
      const start = reader.at;
      if (!reader.readTag(limit)) {
        this.#hasOthers ??= false;
        return false;
      }
      if (reader.field !== 1) {
        this.#hasOthers = true;
        checkFieldCount(++others);
        if (reader.field === 3 && this.#walk.isActive) this.metadataCount++;
        reader.skip(limit);
        this.messageEnd = reader.at;
        continue;
      }
      reader.expect(BYTES, 'Timeseries');
      const end = reader.readEnd(limit);
      this.messageStart = start;
      this.messageEnd = end;
      this.fieldsStart = reader.at;
      return true;
    }
  }

  /**
   * Reads the series that {@link nextPlace} came to. Throws as {@link nextSeries}. Of who knows that its fields begin with so many labels
   * up to `labelsEnd`, these are not read again.
   */
  readSeries(labelsEnd = 0, labelCount = 0): void {
    const reader = this.#reader;
    const end = this.messageEnd;
    reader.at = this.fieldsStart;
    this.#columns.clear();
    this.#gathered = undefined;
    this.#isHashed = false;
    this.#isScattered = false;
    this.#labelStart = 0;
    this.#labelEnd = 0;
    this.labelCount = 0;
    if (labelsEnd === 0) this.#passFrontLabels(reader, end);
    else this.#tookFrontLabels(labelsEnd, labelCount);
    this.#readFields(reader, end);
  }

  rewind(): void {
    this.messageStart = 0;
    this.messageEnd = 0;
    this.#columns.clear();
  }

  verify(): WriteTotals {
    this.#forget();
    const totals = this.#walk.all();
    this.totals = totals;
    return totals;
  }

  verifySome(): WriteTotals | undefined {
    this.#forget();
    this.totals = this.#walk.some();
    return this.totals;
  }

  /** Before a walk, which finds it anew. */
  #forget(): void {
    if (this.#walk.isActive) return;
    this.#hasOthers = false;
    this.hasOddLabels = false;
    this.metadataCount = 0;
  }

  rawKey(): Uint8Array {
    return this.#isScattered ? this.#labelBytes().slice() : this.#body.slice(this.#labelStart, this.#labelEnd);
  }

  matchesRawKey(key: Uint8Array, start = 0, end: number = key.length): boolean {
    const mine = this.#isScattered ? this.#labelBytes() : this.#body;
    const from = this.#isScattered ? 0 : this.#labelStart;
    const to = this.#isScattered ? mine.length : this.#labelEnd;
    if (to - from !== end - start) return false;
    if (to - from > NATIVE_COMPARE_BYTES && !this.#isScattered) {
      return this.#buffer.compare(key, start, end, from, to) === 0;
    }
    for (let i = from, j = start; i < to; i++, j++) if (mine[i] !== key[j]) return false;
    return true;
  }

  decodeLabelPairs(): string[] {
    const texts = this.#readLabels(this.fieldsStart, this.messageEnd);
    this.hasInvalidUtf8 = texts.hasInvalidUtf8;
    return texts.flat;
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
    const texts = this.#readLabels(starts[index]!, end);
    let value = 0;
    let timeMs = 0;
    reader.at = starts[index]!;
    while (reader.readTag(end)) {
      if (reader.field === 2) {
        reader.expect(FIXED64, 'Value');
        value = reader.readDouble(end);
      } else if (reader.field === 3) {
        reader.expect(VARINT, 'Timestamp');
        timeMs = reader.readInt64();
      } else reader.skip(end);
    }
    return { labels: texts.flat, value, timeMs, hasInvalidUtf8: texts.hasInvalidUtf8 };
  }

  /** Version 1 has no metadata beside its series; see {@link metadata}. */
  decodeMetadata(): undefined {
    return undefined;
  }

  /** Metadata messages of the request, in order. Independent of the walk; throws `DecodeError`. */
  *metadata(): IterableIterator<MetricMetadata> {
    if (this.#hasOthers === false) return;
    const reader = new ProtoReader(this.#body);
    const limit = this.#body.length;
    while (reader.readTag(limit)) {
      if (reader.field !== 3) {
        reader.skip(limit);
        continue;
      }
      reader.expect(BYTES, 'Metadata');
      yield readMetadata(reader, reader.readEnd(limit));
    }
  }

  /** Labels as all senders write them: at the front, each of less than 128 bytes. Whatever else there is, the careful walk reads. */
  #passFrontLabels(reader: ProtoReader, end: number): void {
    const body = this.#body;
    let at = reader.at;
    let count = 0;
    while (at + 1 < end && body[at] === LABELS_TAG) {
      const size = body[at + 1]!;
      if (size >= 0x80 || size > end - at - 2) break;
      at += 2 + size;
      count++;
    }
    if (count > 0) this.#tookFrontLabels(at, count);
  }

  #tookFrontLabels(end: number, count: number): void {
    this.#labelStart = this.fieldsStart;
    this.#labelEnd = end;
    this.labelCount = count;
    this.#reader.at = end;
  }

  #readFields(reader: ProtoReader, end: number): void {
    for (;;) {
      const start = reader.at;
      if (!reader.readTag(end)) break;
      if (reader.field === 1) {
        reader.expect(BYTES, 'Labels');
        reader.at = reader.readEnd(end);
        if (this.#labelEnd === 0) this.#labelStart = start;
        else if (this.#labelEnd !== start) this.#isScattered = true;
        if (this.#isScattered || this.#body[start] !== LABELS_TAG) this.hasOddLabels = true;
        this.#labelEnd = reader.at;
        this.labelCount++;
      } else if (reader.field === 2) {
        reader.expect(BYTES, 'Samples');
        this.#columns.readSample(reader, reader.readEnd(end));
      } else if (reader.field === 3) this.#columns.exemplars.add(reader, end, 'Exemplars');
      else if (reader.field === 4) this.#columns.histograms.add(reader, end, 'Histograms');
      else reader.skip(end);
    }
  }

  #hashLabels(): void {
    this.#isHashed = true;
    if (this.#isScattered) {
      const gathered = this.#labelBytes();
      this.#hasher.hash(new DataView(gathered.buffer, gathered.byteOffset, gathered.length), 0, gathered.length);
    } else this.#hasher.hash(this.#reader.view, this.#labelStart, this.#labelEnd);
  }

  #labelBytes(): Uint8Array {
    this.#gathered ??= this.#gatherLabels();
    return this.#gathered;
  }

  /** Rare: label fields that do not stand together. */
  #gatherLabels(): Uint8Array {
    const reader = new ProtoReader(this.#body);
    const out = new Uint8Array(this.messageEnd - this.fieldsStart);
    let length = 0;
    reader.at = this.fieldsStart;
    for (;;) {
      const start = reader.at;
      if (!reader.readTag(this.messageEnd)) return out.slice(0, length);
      const { field } = reader;
      reader.skip(this.messageEnd);
      if (field !== 1) continue;
      out.set(this.#body.subarray(start, reader.at), length);
      length += reader.at - start;
    }
  }

  /** Labels are field 1 of series and of exemplars. */
  #readLabels(start: number, end: number): LabelTexts {
    const reader = this.#reader;
    const texts = new LabelTexts();
    reader.at = start;
    while (reader.readTag(end)) {
      if (reader.field !== 1) {
        reader.skip(end);
        continue;
      }
      reader.expect(BYTES, 'Labels');
      readLabel(reader, reader.readEnd(end), texts);
    }
    return texts;
  }
}

/** `type` 1, `metric_family_name` 2, `help` 4, `unit` 5. */
function readMetadata(reader: ProtoReader, end: number): MetricMetadata {
  let type = 0;
  let name = '';
  let help = '';
  let unit = '';
  while (reader.readTag(end)) {
    const { field } = reader;
    if (field === 1) {
      reader.expect(VARINT, 'Type');
      type = reader.readInt32();
    } else if (field === 2 || field === 4 || field === 5) {
      reader.expect(BYTES, 'Text');
      const stop = reader.readEnd(end);
      const text = decodeUtf8(reader.bytes, reader.at, stop);
      reader.at = stop;
      if (field === 2) name = text;
      else if (field === 4) help = text;
      else unit = text;
    } else reader.skip(end);
  }
  return { type: METRIC_TYPES[type] ?? 'unknown', name, help, unit };
}
