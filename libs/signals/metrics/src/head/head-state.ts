import { fastHash } from '@telamon/algo';
import { Labels } from '@telamon/model';
import { ENCODING_XOR } from '@telamon/tsdb';
import type { SeriesCursor, WriteRequestCursor } from '@telamon/wire';
import { ByteArena, offsetOf } from './byte-arena.ts';
import { type BytesRange, sameBytes } from './bytes-range.ts';
import { chunkEnd, MAX_FLOAT_CHUNK_BYTES, rangeEnd, SAMPLES_PER_CHUNK } from './chunk-cutting.ts';
import { ChunkSlots } from './chunk-slots.ts';
import type { ChunkSpill } from './chunk-spill.ts';
import { ClosedChunks } from './closed-chunks.ts';
import { ExemplarRing } from './exemplar-ring.ts';
import type { AnyHistogram } from './histogram-bytes.ts';
import { type ChunkSink, type EndedChunk, HistogramSeries } from './histogram-series.ts';
import { fieldsSpellLabels } from './label-bytes.ts';
import { LabelOrder } from './label-order.ts';
import { type LabelRun, labelRun } from './label-run.ts';
import { MetadataTable } from './metadata-table.ts';
import { OpenXorChunks } from './open-xor.ts';
import { type InsertVerdict, type OutOfOrderSample, OutOfOrderSeries } from './out-of-order-series.ts';
import { Postings } from './postings.ts';
import { RefTable } from './ref-table.ts';
import {
  EPOCH_SHIFT,
  F_CHUNK_MIN_TIME,
  F_LAST_TIME,
  F_NEXT_AT,
  FLAG_HISTOGRAM,
  FLAG_OUT_OF_ORDER,
  PAGE_MASK,
  PAGE_SHIFT,
  ROW_FLOATS,
  ROW_WORDS,
  SeriesRows,
  W_CLOSED_FIRST,
  W_CLOSED_LAST,
  W_FLAGS,
  W_LABELS,
  W_LABELS_HASH,
  W_LABELS_LENGTH,
  W_NEXT,
  W_RUN,
  W_SLOT,
  W_STATE,
} from './series-rows.ts';

/** Bytes of label spellings that do not follow from the labels: this many, and some for every series. */
const FREE_KEY_BYTES = 1 << 20;
const KEY_BYTES_PER_SERIES = 1024;

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(new ArrayBuffer(0));

/** The spelling of a series' labels in a request. */
export type Spelling =
  | { readonly cursor: SeriesCursor; readonly body?: undefined }
  /** What the cursor walks. */
  | { readonly cursor: WriteRequestCursor; readonly body: Uint8Array };

/**
 * All series of one tenant with their newest samples: the data of a head without its rules and its log. Everything here is
 * synchronous and total: callers have checked order, limits and writability.
 */
export class HeadState {
  readonly rangeMs: number;
  readonly rows: SeriesRows = new SeriesRows();
  readonly slots: ChunkSlots = new ChunkSlots();
  readonly floats: OpenXorChunks = new OpenXorChunks(this.rows, this.slots);
  readonly closed: ClosedChunks = new ClosedChunks();
  readonly spill: ChunkSpill;
  readonly arena: ByteArena = new ByteArena();
  readonly postings: Postings = new Postings();
  readonly exemplars: ExemplarRing = new ExemplarRing();
  readonly metadata: MetadataTable = new MetadataTable();
  readonly order: LabelOrder = new LabelOrder(this);
  /** Histogram state of the series whose newest sample is or was a histogram. */
  readonly histograms: Map<number, HistogramSeries> = new Map();
  /** Late samples of the series that have any. */
  readonly late: Map<number, OutOfOrderSeries> = new Map();
  /** Time of the newest sample ever, ms; -Infinity before the first. Survives truncation and restarts. */
  newestMs: number = Number.NEGATIVE_INFINITY;
  /** Not later than the oldest in-order sample held, ms; Infinity when there is none. */
  oldestMs: number = Number.POSITIVE_INFINITY;
  /** Not later than the oldest late sample held, ms; Infinity when there is none. */
  lateOldestMs: number = Number.POSITIVE_INFINITY;
  /** Samples before this time are in blocks, ms; nothing older may come. */
  truncatedMs: number = Number.NEGATIVE_INFINITY;
  /** Float samples appended, late ones included. */
  sampleCount = 0;
  /** Histogram samples appended. */
  histogramCount = 0;
  /** Samples that came late. */
  lateCount = 0;
  readonly #byLabels = new RefTable(false);
  #spellings = new RefTable(true);
  #keys = new ByteArena();
  readonly #seed: number;
  readonly #fields = {
    bytes: NO_BYTES as Uint8Array,
    view: NO_VIEW as DataView,
    from: 0,
    limit: 0,
    run: 0,
    runAt: 0,
    secondAt: 0,
    labelsEnd: 0,
    labelCount: 0,
  };
  #probe: Spelling | undefined;
  /** Counts {@link forgetSpellings}; 24 bits, never 0. */
  #epoch = 1;
  /** The series that was found last in the request at work. */
  #lastFound = 0;
  /** Where the request spells the second pair of that series, if it spells its labels as usual and has one, else 0. */
  #lastSecondAt = 0;
  readonly #a: BytesRange = { bytes: NO_BYTES, start: 0, end: 0 };
  readonly #b: BytesRange = { bytes: NO_BYTES, start: 0, end: 0 };

  constructor(options: { readonly rangeMs: number; readonly spill: ChunkSpill; readonly hashSeed: number }) {
    this.rangeMs = options.rangeMs;
    this.spill = options.spill;
    this.#seed = options.hashSeed;
  }

  // ── finding series ─────────────────────────────────────────────────────────────────────────────────────────────

  /** The series with these canonical labels, 0 = none. */
  findByLabels(bytes: Uint8Array): number {
    const hash = fastHash(bytes, 0, bytes.length, this.#seed);
    return this.#byLabels.find(hash, (ref) => {
      const length = this.rows.word(ref, W_LABELS_LENGTH);
      if (length !== bytes.length || !this.rows.isLive(ref)) return false;
      const address = this.rows.word(ref, W_LABELS);
      return sameBytes(bytes, 0, this.arena.slabOf(address), offsetOf(address), length);
    });
  }

  /**
   * The series at the place of a cursor over `body`, if it is the one that came next the last time, without a hash: senders keep their order.
   * The cursor has then read it. 0 when it is another one, or not known: {@link findBySpelling} finds out, when the cursor has read it.
   */
  findNext(cursor: WriteRequestCursor, body: Uint8Array): number {
    const last = this.#lastFound;
    if (last === 0) return 0;
    const guess = this.rows.word(last, W_NEXT) || last + 1;
    const isKnown = guess < this.rows.end && this.rows.word(guess, W_FLAGS) >>> EPOCH_SHIFT === this.#epoch;
    if (!isKnown) return 0;
    const isRunKnown = guess === last + 1 && this.#lastSecondAt > 0;
    if (!this.#beginsAsUsual(guess, cursor, body, isRunKnown ? this.rows.word(guess, W_RUN) : 0)) return 0;
    const { secondAt, labelsEnd, labelCount } = this.#fields;
    cursor.readSeries(labelsEnd, labelCount);
    // More of them may stand behind other fields.
    if (cursor.labelCount !== labelCount) return 0;
    this.#lastFound = guess;
    this.#lastSecondAt = secondAt;
    return guess;
  }

  /** The series that was sent under this spelling of its labels before, 0 = not known. Exact: the spelling is compared. */
  findBySpelling(spelling: Spelling): number {
    const last = this.#lastFound;
    this.#probe = spelling;
    const found = this.#spellings.find(spelling.cursor.hashLow >>> 0, this.#isProbed);
    if (found === 0) return 0;
    if (last !== 0) this.rows.setWord(last, W_NEXT, found);
    this.#lastFound = found;
    this.#lastSecondAt = 0;
    return found;
  }

  /** Remembers the spelling of a series' labels. Unless it follows from the labels it costs its bytes, up to a bound. */
  addSpelling(ref: number, spelling: Spelling): void {
    const hash = spelling.cursor.hashLow >>> 0;
    if (spelling.body !== undefined && this.#isSpeltAsUsual(ref, spelling.cursor, spelling.body)) {
      this.#spellings.add(hash, ref, 0);
      const flags = this.rows.word(ref, W_FLAGS) & ((1 << EPOCH_SHIFT) - 1);
      this.rows.setWord(ref, W_FLAGS, flags | (this.#epoch << EPOCH_SHIFT));
      return;
    }
    const key = spelling.cursor.rawKey();
    if (this.#keys.liveBytes + key.length > FREE_KEY_BYTES + KEY_BYTES_PER_SERIES * this.rows.liveCount) return;
    const copy = new Uint8Array(4 + key.length);
    new DataView(copy.buffer).setUint32(0, key.length, true);
    copy.set(key, 4);
    this.#spellings.add(hash, ref, this.#keys.add(copy, 0, copy.length));
  }

  /** Lets go of the request that was looked at last. */
  endRequest(): void {
    this.#probe = undefined;
    this.#lastFound = 0;
    this.#fields.bytes = NO_BYTES;
    this.#fields.view = NO_VIEW;
  }

  /** Forgets all spellings, so that every series is admitted anew (the rules for labels changed). */
  forgetSpellings(): void {
    this.#spellings = new RefTable(true);
    this.#keys = new ByteArena();
    this.#epoch = (this.#epoch % 0xffffff) + 1;
    this.#lastFound = 0;
  }

  /** Makes a series. `ref` is given in replays. The labels must not be known. */
  create(labels: Labels, ref?: number): number {
    const bytes = labels.bytes();
    const made = ref ?? this.rows.allocate();
    if (ref !== undefined) this.rows.use(ref);
    const hash = fastHash(bytes, 0, bytes.length, this.#seed);
    this.rows.setWord(made, W_LABELS, this.arena.add(bytes, 0, bytes.length));
    this.rows.setWord(made, W_LABELS_LENGTH, bytes.length);
    this.rows.setWord(made, W_LABELS_HASH, hash);
    this.#byLabels.add(hash, made);
    this.#noteRun(made);
    this.#noteRun(made + 1);
    this.postings.add(made, labels.flat());
    this.order.added(made);
    this.exemplars.adopt(made, bytes);
    return made;
  }

  /** Canonical label bytes: a view that is valid as long as the series lives and nothing is truncated. */
  labelBytes(ref: number): Uint8Array {
    return this.arena.view(this.rows.word(ref, W_LABELS), this.rows.word(ref, W_LABELS_LENGTH));
  }

  /** Points `range` at a series' canonical label bytes, without making anything. */
  aimAtLabels(ref: number, range: { bytes: Uint8Array; start: number; end: number }): typeof range {
    const address = this.rows.word(ref, W_LABELS);
    range.bytes = this.arena.slabOf(address);
    range.start = offsetOf(address);
    range.end = range.start + this.rows.word(ref, W_LABELS_LENGTH);
    return range;
  }

  /** Labels of a series, with their own memory. */
  labels(ref: number): Labels {
    return Labels.fromBytes(this.labelBytes(ref).slice());
  }

  /** Value of one label, '' when absent or when the series is gone. */
  labelValue(ref: number, name: string): string {
    return this.rows.isLive(ref) ? Labels.fromBytes(this.labelBytes(ref)).get(name) : '';
  }

  // ── appending ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Appends a float that is newer than the series' newest sample; cuts chunks by Prometheus' rules. */
  appendFloat(ref: number, timeMs: number, low: number, high: number): void {
    const words = this.rows.words[ref >>> PAGE_SHIFT]!;
    const w = (ref & PAGE_MASK) * ROW_WORDS;
    if (words[w + W_SLOT] !== 0) {
      const row = this.rows.floats[ref >>> PAGE_SHIFT]!;
      const f = (ref & PAGE_MASK) * ROW_FLOATS;
      const count = words[w + W_STATE]! & 0xffff;
      if (count === SAMPLES_PER_CHUNK / 4)
        row[f + F_NEXT_AT] = chunkEnd(row[f + F_CHUNK_MIN_TIME]!, row[f + F_LAST_TIME]!, row[f + F_NEXT_AT]!, 4);
      const isFull = count >= SAMPLES_PER_CHUNK * 2 || this.floats.sizeBytes(ref) > MAX_FLOAT_CHUNK_BYTES;
      if (isFull || timeMs >= row[f + F_NEXT_AT]!) this.#beginFloats(ref, timeMs, low, high);
      else this.floats.append(ref, timeMs, low, high);
    } else this.#beginFloats(ref, timeMs, low, high);
    if (timeMs > this.newestMs) this.newestMs = timeMs;
    if (timeMs < this.oldestMs) this.oldestMs = timeMs;
    this.sampleCount++;
  }

  /** Appends a histogram that is newer than the series' newest sample. */
  appendHistogram(ref: number, timeMs: number, value: AnyHistogram): void {
    if (!this.isHistogram(ref)) {
      this.endFloats(ref);
      this.#setFlag(ref, FLAG_HISTOGRAM, true);
    }
    let series = this.histograms.get(ref);
    if (series === undefined) {
      series = new HistogramSeries(this.rangeMs);
      this.histograms.set(ref, series);
    }
    series.append(timeMs, value, this.#sinkFor(ref));
    this.rows.setFloat(ref, F_LAST_TIME, timeMs);
    this.newestMs = Math.max(this.newestMs, timeMs);
    this.oldestMs = Math.min(this.oldestMs, timeMs);
    this.histogramCount++;
  }

  /** Puts a late sample in its place. */
  insertLate(ref: number, sample: OutOfOrderSample): InsertVerdict {
    let series = this.late.get(ref);
    if (series === undefined) {
      series = new OutOfOrderSeries(this.rangeMs);
      this.late.set(ref, series);
      this.#setFlag(ref, FLAG_OUT_OF_ORDER, true);
    }
    const held = series;
    const verdict = held.insert(sample, (chunk) => held.chunks.push(this.#store(chunk)));
    if (verdict !== 'inserted') return verdict;
    this.lateCount++;
    if (sample.histogram === undefined) this.sampleCount++;
    else this.histogramCount++;
    this.newestMs = Math.max(this.newestMs, sample.timeMs);
    this.lateOldestMs = Math.min(this.lateOldestMs, sample.timeMs);
    return verdict;
  }

  /** Adds a finished chunk behind the series' closed ones (replay of a checkpoint). */
  addClosed(ref: number, chunk: EndedChunk): void {
    this.#link(ref, this.#store(chunk));
    this.newestMs = Math.max(this.newestMs, chunk.maxTimeMs);
    this.oldestMs = Math.min(this.oldestMs, chunk.minTimeMs);
  }

  /** Adds a finished late chunk (replay of a checkpoint). */
  addLateChunk(ref: number, chunk: EndedChunk): void {
    let series = this.late.get(ref);
    if (series === undefined) {
      series = new OutOfOrderSeries(this.rangeMs);
      this.late.set(ref, series);
      this.#setFlag(ref, FLAG_OUT_OF_ORDER, true);
    }
    series.chunks.push(this.#store(chunk));
    this.newestMs = Math.max(this.newestMs, chunk.maxTimeMs);
    this.lateOldestMs = Math.min(this.lateOldestMs, chunk.minTimeMs);
  }

  /** Writes the series' buffered late samples as chunks. */
  flushLate(ref: number): void {
    const series = this.late.get(ref);
    series?.flush((chunk) => series.chunks.push(this.#store(chunk)));
  }

  /** Whether the series' newest in-order sample is a histogram. */
  isHistogram(ref: number): boolean {
    return (this.rows.word(ref, W_FLAGS) & FLAG_HISTOGRAM) !== 0;
  }

  /** Marks the newest sample as a histogram or a float (replay of a checkpoint). */
  markHistogram(ref: number, isHistogram: boolean): void {
    this.#setFlag(ref, FLAG_HISTOGRAM, isHistogram);
  }

  /** Sets the newest histogram of a series whose chunks are known (replay of a checkpoint). */
  noteLastHistogram(ref: number, value: AnyHistogram): void {
    const series = this.histograms.get(ref) ?? new HistogramSeries(this.rangeMs);
    series.last ??= value;
    this.histograms.set(ref, series);
  }

  /** Ends the open float chunk, if there is one. */
  endFloats(ref: number): void {
    if (this.rows.word(ref, W_SLOT) === 0) return;
    this.#link(ref, this.#store(this.openFloats(ref)));
    this.floats.drop(ref);
  }

  /** Ends the open histogram chunk, if there is one. */
  endHistograms(ref: number): void {
    this.histograms.get(ref)?.end(this.#sinkFor(ref));
  }

  /** The open float chunk (there must be one); the bytes are a view. */
  openFloats(ref: number): EndedChunk {
    const minTimeMs = this.rows.float(ref, F_CHUNK_MIN_TIME);
    return { encoding: ENCODING_XOR, minTimeMs, maxTimeMs: this.rows.float(ref, F_LAST_TIME), bytes: this.floats.view(ref) };
  }

  // ── removing ───────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Drops in-order chunks that end before a time and late ones that also are in a block. Returns whether the series still
   * holds any sample.
   */
  dropChunksBefore(ref: number, beforeMs: number): boolean {
    let id = this.rows.word(ref, W_CLOSED_FIRST);
    while (id !== 0 && this.closed.maxTimeMs(id) < beforeMs) {
      const next = this.closed.next(id);
      this.#forget(id);
      id = next;
    }
    this.rows.setWord(ref, W_CLOSED_FIRST, id);
    if (id === 0) this.rows.setWord(ref, W_CLOSED_LAST, 0);
    const lastTimeMs = this.rows.float(ref, F_LAST_TIME);
    if (lastTimeMs < beforeMs) {
      this.floats.drop(ref);
      this.histograms.delete(ref);
    }
    const hasLate = this.#dropLateBefore(ref, beforeMs);
    return lastTimeMs >= beforeMs || hasLate || id !== 0;
  }

  /** Takes a series out of everything but postings, spellings and the free refs, which the caller cleans in bulk. Exemplars stay. */
  kill(ref: number): void {
    this.exemplars.orphan(ref, this.labelBytes(ref));
    const late = this.late.get(ref);
    if (late !== undefined) late.covered = new Set(late.chunks);
    this.dropChunksBefore(ref, Number.POSITIVE_INFINITY);
    this.late.delete(ref);
    this.#byLabels.remove(this.rows.word(ref, W_LABELS_HASH), ref);
    this.arena.release(this.rows.word(ref, W_LABELS), this.rows.word(ref, W_LABELS_LENGTH));
    this.rows.kill(ref);
    this.order.removed(ref);
  }

  /** Parts for {@link sweepSpellings}. */
  get spellingParts(): number {
    return this.#spellings.parts;
  }

  /** Forgets the spellings of series that are gone, and all unusual ones when they take too much. */
  sweepSpellings(part: number): void {
    const isOver = this.#keys.liveBytes > FREE_KEY_BYTES + (KEY_BYTES_PER_SERIES / 2) * this.rows.liveCount;
    this.#spellings.sweep(part, (ref, key) => {
      const isGone = !this.rows.isLive(ref) || (isOver && key !== 0);
      if (isGone && key !== 0) this.#keys.release(key, 4 + this.#keyLength(key));
      return isGone;
    });
  }

  /** Moves a series' labels out of a slab that is mostly dead. */
  compactLabels(ref: number): void {
    const address = this.rows.word(ref, W_LABELS);
    if (!this.arena.isSparse(address)) return;
    const length = this.rows.word(ref, W_LABELS_LENGTH);
    const bytes = this.arena.view(address, length).slice();
    this.arena.release(address, length);
    this.rows.setWord(ref, W_LABELS, this.arena.add(bytes, 0, length));
  }

  /** What a row's labels have in common with those of the row before: whenever one of the two has got its labels. */
  #noteRun(ref: number): void {
    if (!this.rows.isLive(ref)) return;
    const hasBoth = this.rows.isLive(ref - 1);
    this.rows.setWord(ref, W_RUN, hasBoth ? labelRun(this.aimAtLabels(ref - 1, this.#a), this.aimAtLabels(ref, this.#b)) : 0);
  }

  #beginFloats(ref: number, timeMs: number, low: number, high: number): void {
    this.endFloats(ref);
    if (this.isHistogram(ref)) {
      this.endHistograms(ref);
      this.histograms.delete(ref);
      this.#setFlag(ref, FLAG_HISTOGRAM, false);
    }
    this.floats.begin(ref, timeMs, low, high);
    this.rows.setFloat(ref, F_NEXT_AT, rangeEnd(timeMs, this.rangeMs));
  }

  /** Late samples go only when a block holds them. */
  #dropLateBefore(ref: number, beforeMs: number): boolean {
    const series = this.late.get(ref);
    if (series === undefined) return false;
    series.chunks = series.chunks.filter((id) => {
      if (this.closed.maxTimeMs(id) >= beforeMs || !series.covered.has(id)) return true;
      this.#forget(id);
      return false;
    });
    series.covered.clear();
    if (series.chunks.length > 0 || series.bufferedCount > 0) return true;
    this.late.delete(ref);
    this.#setFlag(ref, FLAG_OUT_OF_ORDER, false);
    return false;
  }

  #forget(id: number): void {
    this.spill.release(this.closed.get(id));
    this.closed.remove(id);
  }

  #store(chunk: EndedChunk): number {
    const place = this.spill.add(chunk.bytes, 0, chunk.bytes.length);
    return this.closed.add({ ...place, encoding: chunk.encoding, minTimeMs: chunk.minTimeMs, maxTimeMs: chunk.maxTimeMs });
  }

  #link(ref: number, id: number): void {
    const last = this.rows.word(ref, W_CLOSED_LAST);
    if (last === 0) this.rows.setWord(ref, W_CLOSED_FIRST, id);
    else this.closed.link(last, id);
    this.rows.setWord(ref, W_CLOSED_LAST, id);
  }

  #sinkFor(ref: number): ChunkSink {
    return (chunk) => this.#link(ref, this.#store(chunk));
  }

  #setFlag(ref: number, flag: number, isSet: boolean): void {
    const flags = this.rows.word(ref, W_FLAGS);
    this.rows.setWord(ref, W_FLAGS, isSet ? flags | flag : flags & ~flag);
  }

  #isSpeltAsUsual(ref: number, cursor: WriteRequestCursor, body: Uint8Array): boolean {
    return this.#beginsAsUsual(ref, cursor, body) && this.#fields.labelCount === cursor.labelCount;
  }

  /** Whether the fields at the cursor's place begin with a series' labels as they are spelt usually; leaves in `#fields` where they end. */
  #beginsAsUsual(ref: number, cursor: WriteRequestCursor, body: Uint8Array, run: LabelRun = 0): boolean {
    const address = this.rows.word(ref, W_LABELS);
    const at = offsetOf(address);
    const fields = this.#fields;
    if (fields.bytes !== body) {
      fields.bytes = body;
      fields.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    }
    fields.from = cursor.fieldsStart;
    fields.limit = cursor.messageEnd;
    fields.run = run;
    fields.runAt = this.#lastSecondAt;
    return fieldsSpellLabels(fields, this.arena.viewedSlabOf(address), at, at + this.rows.word(ref, W_LABELS_LENGTH));
  }

  readonly #isProbed = (ref: number, key: number): boolean => {
    if (!this.rows.isLive(ref)) return false;
    const probe = this.#probe!;
    if (key === 0) return probe.body !== undefined && this.#isSpeltAsUsual(ref, probe.cursor, probe.body);
    const at = offsetOf(key) + 4;
    return probe.cursor.matchesRawKey(this.#keys.slabOf(key), at, at + this.#keyLength(key));
  };

  #keyLength(address: number): number {
    const slab = this.#keys.slabOf(address);
    const at = offsetOf(address);
    return (slab[at]! | (slab[at + 1]! << 8) | (slab[at + 2]! << 16) | (slab[at + 3]! << 24)) >>> 0;
  }
}
