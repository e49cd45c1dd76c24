import { snappyCompress } from '@telamon/bytes';
import type { ReplicaBatch } from '@telamon/contract';
import type { Forwardable, HeadRefusal } from '../head/append-contract.ts';
import type { AppendReport } from '../head/append-report.ts';
import { ForwardAccount } from './forward-account.ts';
import { GrowingWords } from './growing-words.ts';
import { decodePushReply, encodePushRequest, type PushExtras } from './push-message.ts';
import type { Scratch } from './scratch.ts';

/** What an item carries. */
export interface ItemCounts {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
}

/** What holds for all series of a batch; `hasHistograms`: for some at most. */
export type BatchFlags = Pick<PushExtras, 'takesBareExemplars' | 'hasStartZeros' | 'hasHistograms'>;

const NO_FLAGS: BatchFlags = { takesBareExemplars: false, hasStartZeros: false, hasHistograms: false };
/** Ranges of at least this many bytes are copied by native code. */
const NATIVE_COPY_BYTES = 192;
/** Bytes of a series of one sample, to guess how many there are. */
const USUAL_SERIES_BYTES = 200;
const MAX_CAPACITY = 1 << 16;
const NO_BYTES = new Uint8Array(0);
const NOTHING: Forwardable = { body: NO_BYTES };

/**
 * Series and metadata of one request on their way to ingesters. An item is a range of bytes, a field of `prometheus.WriteRequest`
 * with its tag, either in the body as it came or in bytes that were made for it; neither may change until the batch was written.
 * Series are added before metadata.
 */
export class ForwardBatch implements ReplicaBatch {
  readonly account: ForwardAccount = new ForwardAccount();
  readonly #scratch: Scratch;
  readonly #body: Uint8Array;
  readonly #block: Uint8Array | undefined;
  readonly #flags: BatchFlags;
  readonly #tokens: GrowingWords;
  /** Twice the start, and 1 more where it is in the bytes made. */
  readonly #starts: GrowingWords;
  readonly #lengths: GrowingWords;
  /** Samples, histograms and exemplars of all series. */
  readonly #totals = { samples: 0, histograms: 0, exemplars: 0 };
  #made: Uint8Array = NO_BYTES;
  #seriesCount = 0;
  /** What the samples need of the newest stored ones; by item, only of requests where one needs something. */
  #rowFlags: number[] | undefined;
  #startTimesMs: number[] = [];
  #whole: Uint8Array | undefined;

  constructor(scratch: Scratch, { body, block }: Forwardable = NOTHING, flags: BatchFlags = NO_FLAGS) {
    const capacity = Math.min(MAX_CAPACITY, Math.floor(body.length / USUAL_SERIES_BYTES));
    this.#tokens = new GrowingWords(capacity);
    this.#starts = new GrowingWords(capacity);
    this.#lengths = new GrowingWords(capacity);
    this.#scratch = scratch;
    this.#body = body;
    this.#block = block;
    this.#flags = flags;
  }

  /** Number of items. */
  get count(): number {
    return this.#tokens.count;
  }

  get tokens(): Uint32Array {
    return this.#tokens.view();
  }

  /** Adds a series as it stands in the body. */
  addCopied(token: number, start: number, end: number): void {
    this.#add(token, 2 * start, end - start);
  }

  /** Adds a series that was made: its place among the bytes given to {@link seal}. */
  addMade(token: number, start: number, end: number): void {
    this.#add(token, 2 * start + 1, end - start);
  }

  /** Says what the series added last carries. */
  countLast(counts: ItemCounts): void {
    this.countSeries(1, counts);
  }

  /** Says what so many of the series added carry together. */
  countSeries(count: number, { samples, histograms, exemplars }: ItemCounts): void {
    this.#totals.samples += samples;
    this.#totals.histograms += histograms;
    this.#totals.exemplars += exemplars;
    this.#seriesCount += count;
  }

  /** Says what the sample of the series added last needs. */
  noteRow(flags: number, startTimeMs: number): void {
    const at = this.count - 1;
    if (flags !== 0) this.#rowFlags ??= new Array<number>(at).fill(0);
    this.#rowFlags?.push(flags);
    this.#startTimesMs.push(startTimeMs);
  }

  /** Adds metadata: its place among the bytes given to {@link seal}. */
  addMetadata(token: number, start: number, end: number): void {
    this.#add(token, 2 * start + 1, end - start);
  }

  /** Counts a series that is not sent on. */
  refuseSeries(refusal: HeadRefusal, counts: ItemCounts): void {
    this.account.refuseSeries(this.count, refusal, counts);
  }

  /** Ends the adding; `made` holds what {@link addMade} and {@link addMetadata} named. */
  seal(made: Uint8Array): void {
    this.#made = made;
  }

  /** The item behind as many items from `from` on as have `maxBytes` together, at least one. Cost: O(items). */
  endOfPart(from: number, maxBytes: number): number {
    const lengths = this.#lengths.words;
    let sizeBytes = lengths[from]!;
    let to = from + 1;
    while (to < this.count && sizeBytes + lengths[to]! <= maxBytes) sizeBytes += lengths[to++]!;
    return to;
  }

  encode(items: readonly number[]): Uint8Array {
    const isWhole = items.length === this.count;
    if (isWhole && this.#whole !== undefined) return this.#whole;
    let sizeBytes = 0;
    const lengths = this.#lengths.words;
    for (let i = 0; i < items.length; i++) sizeBytes += lengths[items[i]!]!;
    const series = this.#join(items, sizeBytes);
    // What goes on as it came need not be compressed again.
    const isBody = this.#block !== undefined && series.buffer === this.#body.buffer && sizeBytes === this.#body.length;
    const message = encodePushRequest(isBody ? this.#block : snappyCompress(series), this.#extrasOf(items));
    // Every ingester of a small ring gets everything: one message serves all.
    if (isWhole) this.#whole = message;
    return message;
  }

  readReply(reply: Uint8Array, items: readonly number[]): readonly number[] {
    return this.account.readReply(decodePushReply(reply), items);
  }

  /** What became of the request, given the items that a quorum refused. */
  reportOf(refused: ReadonlySet<number>): AppendReport {
    const totals = { ...this.#totals, metadata: this.count - this.#seriesCount };
    return this.account.reportOf(totals, refused);
  }

  #add(token: number, place: number, length: number): void {
    this.#tokens.push(token);
    this.#starts.push(place);
    this.#lengths.push(length);
  }

  #extrasOf(items: readonly number[]): PushExtras {
    const series = this.#seriesCount === this.count ? items : items.filter((item) => item < this.#seriesCount);
    const plain: PushExtras = { ...this.#flags, seriesCount: series.length, rowFlags: [], startTimesMs: [] };
    const flags = this.#rowFlags;
    if (flags === undefined) return plain;
    const rowFlags = series.map((item) => flags[item] ?? 0);
    if (rowFlags.every((flag) => flag === 0)) return plain;
    return { ...plain, rowFlags, startTimesMs: series.map((item) => this.#startTimesMs[item] ?? 0) };
  }

  /** Items behind one another, valid until the next call: where they stand that is, or copied; those that stand together, together. */
  #join(items: readonly number[], sizeBytes: number): Uint8Array {
    const starts = this.#starts.words;
    const lengths = this.#lengths.words;
    const joined = this.#scratch.take(sizeBytes);
    let at = 0;
    for (let i = 0; i < items.length; ) {
      const place = starts[items[i]!]!;
      let length = lengths[items[i]!]!;
      i++;
      while (i < items.length && starts[items[i]!]! === place + 2 * length) length += lengths[items[i++]!]!;
      const source = (place & 1) === 1 ? this.#made : this.#body;
      if (length === sizeBytes) return source.subarray(place >>> 1, (place >>> 1) + length);
      copyBytes(source, place >>> 1, joined, at, length);
      at += length;
    }
    return joined;
  }
}

function copyBytes(from: Uint8Array, start: number, to: Uint8Array, at: number, length: number): void {
  if (length >= NATIVE_COPY_BYTES) to.set(from.subarray(start, start + length), at);
  else for (let i = 0; i < length; i++) to[at + i] = from[start + i]!;
}
