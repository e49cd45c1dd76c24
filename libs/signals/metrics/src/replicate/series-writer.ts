import { ByteWriter, DecodeError } from '@telamon/bytes';
import { type ExemplarToWrite, type HistogramToWrite, ProtoReader, type SeriesCursor, WriteRequestEncoder } from '@telamon/wire';
import type { AppendCounts, HeadRefusal } from '../head/append-contract.ts';
import { undecodable } from '../head/refusal-texts.ts';
import { writeLabelFields } from './label-fields.ts';

const SERIES_TAG = 0x0a;
const SAMPLE_TAG = 0x12;
const VALUE_TAG = 0x09;
const TIME_TAG = 0x10;
const START_TIME_TAG = 0x18;
const LABELS_FIELD = 1;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Called for a histogram or exemplar that cannot be decoded and is left out. */
export type OnUndecodable = (what: keyof AppendCounts, refusal: HeadRefusal) => void;

/** What few series have. */
export type RareParts = Pick<SeriesCursor, 'histogramCount' | 'decodeHistogram' | 'exemplarCount' | 'decodeExemplar'>;

/**
 * Writes series of remote write 1.0 whose labels or whole body could not be copied. Everything that a cursor gives is written so
 * that a cursor over the result gives the same: NaN payloads, times beyond 2^53 (as the farthest ones), histograms of all kinds.
 */
export class SeriesWriter {
  /** All series so far, each a field of `prometheus.WriteRequest`. */
  readonly out: ByteWriter = new ByteWriter(4096);
  readonly #fields = new ByteWriter(1024);
  readonly #onUndecodable: OnUndecodable;
  readonly #hasStartTimes: boolean;

  /** `hasStartTimes`: whether what a cursor says of start times is written, too. */
  constructor(onUndecodable: OnUndecodable, hasStartTimes = false) {
    this.#onUndecodable = onUndecodable;
    this.#hasStartTimes = hasStartTimes;
  }

  /** Begins a series with label fields that are right as they stand. */
  beginWithFields(fields: Uint8Array): void {
    this.#fields.clear().bytes(fields);
  }

  /** Begins a series with canonical labels. */
  begin(canonical: Uint8Array): void {
    writeLabelFields(this.#fields.clear(), canonical);
  }

  /** Adds the samples of the present series of a cursor. */
  addSamples({ sampleCount, sampleTimesMs, sampleWords, sampleStartTimesMs }: SeriesCursor): void {
    for (let i = 0; i < sampleCount; i++) {
      const startTimeMs = this.#hasStartTimes ? sampleStartTimesMs[i]! : 0;
      this.addSample(sampleTimesMs[i]!, sampleWords[2 * i]!, sampleWords[2 * i + 1]!, startTimeMs);
    }
  }

  /** Adds a sample; the words are those of its value. A start time of 0 is none, and is not written. */
  addSample(timeMs: number, low: number, high: number, startTimeMs = 0): void {
    const out = this.#fields;
    if (isPlainTime(timeMs) && isPlainTime(startTimeMs)) {
      const startBytes = startTimeMs === 0 ? 0 : 1 + varintBytes(startTimeMs);
      out.u8(SAMPLE_TAG).u8(10 + varintBytes(timeMs) + startBytes);
      out.u8(VALUE_TAG).u64leWords(high, low).u8(TIME_TAG).uvarint(timeMs);
      if (startBytes > 0) out.u8(START_TIME_TAG).uvarint(startTimeMs);
    } else {
      const sample = new ByteWriter(32).u8(VALUE_TAG).u64leWords(high, low).u8(TIME_TAG).uvarintBig(exactTime(timeMs));
      if (startTimeMs !== 0) sample.u8(START_TIME_TAG).uvarintBig(exactTime(startTimeMs));
      out.u8(SAMPLE_TAG).uvarintBytes(sample.view());
    }
  }

  /** Adds histograms and exemplars of the present series of a cursor. Cost: decodes and encodes each. */
  addRest(cursor: RareParts): void {
    if (cursor.histogramCount === 0 && cursor.exemplarCount === 0) return;
    const histograms: HistogramToWrite[] = [];
    const exemplars: ExemplarToWrite[] = [];
    for (let i = 0; i < cursor.histogramCount; i++) {
      this.#trying('histogram', () => {
        const { histogram, timeMs, startTimeMs } = cursor.decodeHistogram(i);
        histograms.push({
          histogram,
          timeMs: writableTime(timeMs),
          startTimeMs: this.#hasStartTimes ? writableTime(startTimeMs) : 0,
        });
      });
    }
    for (let i = 0; i < cursor.exemplarCount; i++) {
      this.#trying('exemplar', () => {
        const { labels, value, timeMs } = cursor.decodeExemplar(i);
        exemplars.push({ labels, value, timeMs: writableTime(timeMs) });
      });
    }
    if (histograms.length === 0 && exemplars.length === 0) return;
    const field = new WriteRequestEncoder().addSeries({ labels: [], histograms, exemplars }).finish();
    const reader = new ProtoReader(field);
    reader.readTag(field.length);
    reader.readEnd(field.length);
    this.#fields.bytes(field.subarray(reader.at));
  }

  /** Copies everything but labels from a series' field `body[start, end)`, which a cursor has walked. */
  copyRest(body: Uint8Array, start: number, end: number): void {
    const reader = new ProtoReader(body);
    reader.at = start;
    reader.readTag(end);
    reader.readEnd(end);
    for (;;) {
      const from = reader.at;
      if (!reader.readTag(end)) return;
      const { field } = reader;
      reader.skip(end);
      if (field !== LABELS_FIELD) this.#fields.bytes(body.subarray(from, reader.at));
    }
  }

  /** Ends the series; it stands in {@link out} from the returned place on. */
  end(): number {
    const at = this.out.length;
    this.out.u8(SERIES_TAG).uvarintBytes(this.#fields.view());
    return at;
  }

  #trying(kind: 'histogram' | 'exemplar', add: () => void): void {
    try {
      add();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#onUndecodable(`${kind}s`, undecodable(kind, error));
    }
  }
}

/** Whether a time is one varint of at most 8 bytes. */
function isPlainTime(timeMs: number): boolean {
  return timeMs >= 0 && timeMs <= Number.MAX_SAFE_INTEGER;
}

function varintBytes(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** What an int64 must be for a cursor to read this time. */
function exactTime(timeMs: number): bigint {
  if (timeMs === Number.POSITIVE_INFINITY) return MAX_INT64;
  return timeMs === Number.NEGATIVE_INFINITY ? MIN_INT64 : BigInt(timeMs);
}

function writableTime(timeMs: number): number | bigint {
  return Number.isFinite(timeMs) ? timeMs : exactTime(timeMs);
}
