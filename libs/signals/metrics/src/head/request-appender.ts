import { DecodeError } from '@telamon/bytes';
import { isStaleWords, Labels, METRIC_NAME } from '@telamon/model';
import { type MetricMetadata as NamedMetadata, type SeriesCursor, type TimedHistogram, WriteRequestCursor } from '@telamon/wire';
import type { AppendInput, AppendResult, HeadRefusal } from './append-contract.ts';
import { AppendReport } from './append-report.ts';
import type { HeadBatch } from './head-batch.ts';
import type { HeadState, Spelling } from './head-state.ts';
import { HeldFloats } from './held-floats.ts';
import { type AnyHistogram, emptyHistogram, sameHistogram, staleHistogram, tagHistogram } from './histogram-bytes.ts';
import type { MetricMetadata } from './metadata-table.ts';
import * as texts from './refusal-texts.ts';
import {
  F_LAST_TIME,
  F_PRIOR_TIME,
  FLAG_HISTOGRAM,
  PAGE_MASK,
  PAGE_SHIFT,
  ROW_FLOATS,
  ROW_WORDS,
  W_FLAGS,
  W_REQUEST,
  W_VALUE_HIGH,
  W_VALUE_LOW,
} from './series-rows.ts';

/** Payload after which a batch is logged, so that replaying one record never takes long. */
const MAX_BATCH_BYTES = 128 << 10;
/** Samples of a series between two looks at how much is in the batch. */
const SAMPLES_PER_LOOK = 4096;
/** Series of one request whose metadata are always looked at. */
const METADATA_LOOKS = 256;
/** Times must be safe integers, as chunks are written from them. */
const MAX_TIME_MS = Number.MAX_SAFE_INTEGER;

/** What a request is appended to. */
export interface AppendTarget {
  readonly state: HeadState;
  /** Empty between turns of the event loop. */
  readonly batch: HeadBatch;
  /** Requests so far, this one included. */
  readonly requests: number;
  /** Puts the batch into the log and empties it. */
  logBatch(): void;
}

interface DecodedHistogram {
  readonly timeMs: number;
  readonly startTimeMs: number;
  readonly value: AnyHistogram;
}

/**
 * Appends one request by the rules of the peers, piece by piece: every piece is in the log before the event loop gets its
 * turn. A bad item is counted and skipped, the rest is stored.
 *
 * Order rules (Prometheus'): newer than the series' newest sample and not below the floor is in order; the same sample
 * again is fine; another at its time is an error; an older one that the open chunk holds exactly is fine too (the sender did
 * not hear our answer); what else is older goes to the out-of-order samples when the tenant has a
 * window and the sample lies in it, else it is refused. The floor is the newest sample of the head when the request began
 * less half a block range, or where blocks were cut, whichever is later. What stands only against a sample of the same request
 * is dropped without telling the client, as the peers find that out after they have answered.
 */
export class RequestAppender {
  readonly report: AppendReport;
  readonly #target: AppendTarget;
  readonly #state: HeadState;
  readonly #input: AppendInput;
  readonly #spelling: Spelling;
  #floorMs: number;
  readonly #lateFloorMs: number;
  readonly #ceilingMs: number;
  readonly #pastMs: number;
  readonly #request: number;
  readonly #held: HeldFloats;
  readonly #exemplarRefs = new Set<number>();
  readonly #value = new Float64Array(1);
  readonly #valueWords = new Uint32Array(this.#value.buffer);

  #metadataLooks = 0;
  #isBehindSeries = false;
  #metadata: Iterator<NamedMetadata> | undefined;

  constructor(target: AppendTarget, input: AppendInput, nowMs: number) {
    this.#target = target;
    this.#state = target.state;
    this.#input = input;
    this.report = input.report ?? new AppendReport();
    const { cursor, body } = input;
    this.#spelling = body !== undefined && cursor instanceof WriteRequestCursor ? { cursor, body } : { cursor };
    this.#request = target.requests >>> 0;
    this.#held = new HeldFloats(target.state);
    const { newestMs, truncatedMs, rangeMs } = target.state;
    const { limits } = input;
    this.#floorMs = Math.max(newestMs - rangeMs / 2, truncatedMs, -MAX_TIME_MS);
    this.#lateFloorMs =
      limits.outOfOrderWindowMs > 0 ? Math.max(newestMs - limits.outOfOrderWindowMs, -MAX_TIME_MS) : Number.POSITIVE_INFINITY;
    this.#ceilingMs = Math.min(nowMs + limits.creationGracePeriodMs, MAX_TIME_MS);
    this.#pastMs = limits.pastGracePeriodMs > 0 ? nowMs - limits.pastGracePeriodMs : Number.NEGATIVE_INFINITY;
  }

  /**
   * Goes on until the request is done (true) or `deadlineMs` of `performance.now()` has passed (false). What was appended is in the log
   * when it returns, and when it throws as the cursor does.
   */
  step(deadlineMs: number): boolean {
    // A block may have been cut since the last step.
    this.#floorMs = Math.max(this.#floorMs, this.#state.truncatedMs);
    try {
      return this.#stepSeries(deadlineMs) && this.#stepMetadata(deadlineMs);
    } finally {
      this.#target.logBatch();
      this.#state.endRequest();
    }
  }

  #stepSeries(deadlineMs: number): boolean {
    const { cursor } = this.#input;
    for (let steps = 1; !this.#isBehindSeries && this.#moveOn(); steps++) {
      this.#appendSeries(cursor, this.#findKnown());
      this.#logFullBatch();
      if ((steps & 31) === 0 && performance.now() > deadlineMs) return false;
    }
    this.#isBehindSeries = true;
    return true;
  }

  /** To the next series, or only to its place; false behind the last. */
  #moveOn(): boolean {
    const { cursor, body } = this.#spelling;
    return body === undefined ? cursor.nextSeries() : cursor.nextPlace();
  }

  /** The series at the cursor, which has read it then; 0 when its spelling is not known. */
  #findKnown(): number {
    const spelling = this.#spelling;
    if (spelling.body !== undefined) {
      const next = this.#state.findNext(spelling.cursor, spelling.body);
      if (next !== 0) return next;
      spelling.cursor.readSeries();
    }
    return this.#state.findBySpelling(spelling);
  }

  /** Metadata of the request as a whole, behind its series. */
  #stepMetadata(deadlineMs: number): boolean {
    this.#metadata ??= this.#input.metadata?.[Symbol.iterator]();
    if (this.#metadata === undefined) return true;
    for (let steps = 1; ; steps++) {
      const next = this.#metadata.next();
      if (next.done === true) return true;
      const { name, type, help, unit } = next.value;
      this.#appendMetadata(name, { type, help, unit });
      this.#logFullBatch();
      if ((steps & 31) === 0 && performance.now() > deadlineMs) return false;
    }
  }

  #logFullBatch(): void {
    if (this.#target.batch.sizeBytes > MAX_BATCH_BYTES) this.#target.logBatch();
  }

  /** What became of the request. */
  get result(): AppendResult {
    return this.report;
  }

  #appendSeries(cursor: SeriesCursor, known: number): void {
    const ref = known !== 0 ? known : this.#admit(cursor);
    if (ref === 0) return;
    this.#rememberPrior(ref);
    if (cursor.sampleCount > 0) this.#appendFloats(ref, cursor);
    for (let i = 0; i < cursor.histogramCount; i++) this.#appendHistogram(ref, cursor, i);
    if (cursor.exemplarCount > 0) this.#appendExemplars(ref, cursor);
    this.#appendSeriesMetadata(ref, cursor, known === 0);
  }

  /** Keeps how new the series' newest sample was before this request. */
  #rememberPrior(ref: number): void {
    const words = this.#state.rows.words[ref >>> PAGE_SHIFT]!;
    const at = (ref & PAGE_MASK) * ROW_WORDS + W_REQUEST;
    this.#held.forget();
    if (words[at] === this.#request) return;
    words[at] = this.#request;
    const floats = this.#state.rows.floats[ref >>> PAGE_SHIFT]!;
    const row = (ref & PAGE_MASK) * ROW_FLOATS;
    floats[row + F_PRIOR_TIME] = floats[row + F_LAST_TIME]!;
  }

  /** Whether a sample at a time would have been in order before this request. */
  #wasInOrder(ref: number, timeMs: number): boolean {
    const { rows } = this.#state;
    return rows.word(ref, W_REQUEST) === this.#request && timeMs > rows.float(ref, F_PRIOR_TIME);
  }

  // ── series ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The series of a spelling not seen before, made if need be; 0 when it is refused or has nothing to store. */
  #admit(cursor: SeriesCursor): number {
    const admitted = this.#input.hooks.admitSeries(cursor);
    if (!(admitted instanceof Labels)) {
      this.#refuseAll(cursor, admitted);
      return 0;
    }
    let ref = this.#state.findByLabels(admitted.bytes());
    if (ref === 0) ref = this.#create(cursor, admitted);
    if (ref !== 0) this.#state.addSpelling(ref, this.#spelling);
    return ref;
  }

  #create(cursor: SeriesCursor, labels: Labels): number {
    if (!this.#hasAcceptable(cursor, labels)) return 0;
    const { limits } = this.#input;
    const { postings } = this.#state;
    if (limits.maxSeriesPerUser > 0 && this.#state.rows.liveCount >= limits.maxSeriesPerUser) {
      this.#refuseAll(cursor, texts.tooManySeries(limits.maxSeriesPerUser));
      return 0;
    }
    if (this.report.newSeries >= (this.#input.seriesRoom ?? Number.POSITIVE_INFINITY)) {
      this.#refuseAll(cursor, texts.instanceIsFull());
      return 0;
    }
    const { maxSeriesPerMetric } = limits;
    if (maxSeriesPerMetric > 0 && postings.count(METRIC_NAME, labels.metricName) >= maxSeriesPerMetric) {
      this.#refuseAll(cursor, texts.tooManySeriesOfMetric(maxSeriesPerMetric, labels.toString()));
      return 0;
    }
    const ref = this.#state.create(labels);
    this.#target.batch.series(ref, this.#state.labelBytes(ref));
    this.report.newSeries++;
    return ref;
  }

  /** Whether a new series would get a sample; reports its bad ones when it would not. */
  #hasAcceptable(cursor: SeriesCursor, labels: Labels): boolean {
    for (let i = 0; i < cursor.sampleCount; i++) if (this.#isAcceptable(cursor.sampleTimesMs[i]!)) return true;
    for (let i = 0; i < cursor.histogramCount; i++) {
      const found = this.#decodeHistogram(cursor, i);
      if (!isRefusal(found) && this.#isAcceptable(found.timeMs)) return true;
    }
    const series = (): string => labels.toString();
    for (let i = 0; i < cursor.sampleCount; i++)
      this.#refuseTime('sample', cursor.sampleTimesMs[i]!, Number.NEGATIVE_INFINITY, series);
    for (let i = 0; i < cursor.histogramCount; i++) {
      const found = this.#decodeHistogram(cursor, i);
      if (isRefusal(found)) this.report.refuse('histograms', 1, found.reason, () => found);
      else this.#refuseTime('histogram', found.timeMs, Number.NEGATIVE_INFINITY, series);
    }
    const missing = (): HeadRefusal => texts.exemplarWithoutSeries(labels.toString());
    this.report.refuse('exemplars', cursor.exemplarCount, 'exemplar-series-missing', missing);
    return false;
  }

  #isAcceptable(timeMs: number): boolean {
    return timeMs <= this.#ceilingMs && timeMs >= this.#pastMs && (timeMs >= this.#floorMs || timeMs >= this.#lateFloorMs);
  }

  #refuseAll(cursor: SeriesCursor, refusal: HeadRefusal): void {
    const { report } = this;
    const make = (): HeadRefusal => refusal;
    report.note(refusal);
    report.refuse('samples', cursor.sampleCount, refusal.reason, make);
    report.refuse('histograms', cursor.histogramCount, refusal.reason, make);
    report.refuse('exemplars', cursor.exemplarCount, refusal.reason, make);
  }

  // ── floats ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #appendFloats(ref: number, cursor: SeriesCursor): void {
    const { sampleTimesMs: timesMs, sampleWords: words, sampleCount } = cursor;
    const state = this.#state;
    const { batch } = this.#target;
    const row = state.rows.floats[ref >>> PAGE_SHIFT]!;
    const rowWords = state.rows.words[ref >>> PAGE_SHIFT]!;
    const lastAt = (ref & PAGE_MASK) * ROW_FLOATS + F_LAST_TIME;
    const flagsAt = (ref & PAGE_MASK) * ROW_WORDS + W_FLAGS;
    const startTimesMs = this.#input.hasStartZeros === true ? cursor.sampleStartTimesMs : undefined;
    for (let i = 0; i < sampleCount; i++) {
      const timeMs = timesMs[i]!;
      const low = words[2 * i]!;
      const high = words[2 * i + 1]!;
      if (startTimesMs !== undefined && this.#needsStartZero(ref, timeMs, startTimesMs[i]!)) {
        this.#appendNewestFloat(ref, startTimesMs[i]!, 0, 0);
      }
      if ((rowWords[flagsAt]! & FLAG_HISTOGRAM) !== 0) this.#appendFloatToHistograms(ref, timeMs, low, high);
      else if (timeMs > row[lastAt]! && timeMs >= this.#floorMs && timeMs <= this.#ceilingMs && timeMs >= this.#pastMs) {
        state.appendFloat(ref, timeMs, low, high);
        batch.sample(ref, timeMs, low, high);
        this.report.written.samples++;
      } else this.#appendLateFloat(ref, timeMs, low, high);
      if (i % SAMPLES_PER_LOOK === SAMPLES_PER_LOOK - 1) this.#logFullBatch();
    }
  }

  /** A float for a series whose newest sample is a histogram: a staleness marker becomes one of histograms. */
  #appendFloatToHistograms(ref: number, timeMs: number, low: number, high: number): void {
    if (isStaleWords(low, high)) {
      const kind = this.#state.histograms.get(ref)?.last?.kind ?? 'float';
      this.#placeHistogram(ref, timeMs, staleHistogram(kind), 'samples');
      return;
    }
    const lastMs = this.#state.rows.float(ref, F_LAST_TIME);
    if (timeMs <= lastMs || !this.#isInRange(timeMs)) {
      if (timeMs === lastMs) this.#refuseDuplicate('sample', timeMs, ref);
      else this.#appendLateFloat(ref, timeMs, low, high);
      return;
    }
    this.#appendNewestFloat(ref, timeMs, low, high);
    this.report.written.samples++;
  }

  /** Appends a float that is newer than all of its series. */
  #appendNewestFloat(ref: number, timeMs: number, low: number, high: number): void {
    // The log keeps floats and histograms apart; their order in one series must survive the replay.
    if (this.#state.isHistogram(ref)) this.#target.logBatch();
    this.#state.appendFloat(ref, timeMs, low, high);
    this.#target.batch.sample(ref, timeMs, low, high);
  }

  /** Whether a zero goes before a sample: as senders repeat start times, mostly it is there already. Never out of order. */
  #needsStartZero(ref: number, timeMs: number, startTimeMs: number): boolean {
    if (startTimeMs === 0 || timeMs === 0 || startTimeMs >= timeMs) return false;
    return startTimeMs > this.#state.rows.float(ref, F_LAST_TIME) && this.#isInRange(startTimeMs);
  }

  #isInRange(timeMs: number): boolean {
    return timeMs >= this.#floorMs && timeMs <= this.#ceilingMs && timeMs >= this.#pastMs;
  }

  #appendLateFloat(ref: number, timeMs: number, low: number, high: number): void {
    const state = this.#state;
    const lastMs = state.rows.float(ref, F_LAST_TIME);
    if (this.#isInRange(timeMs) && timeMs === lastMs) {
      if (state.rows.word(ref, W_VALUE_LOW) === low && state.rows.word(ref, W_VALUE_HIGH) === high) this.report.written.samples++;
      else this.#refuseDuplicate('sample', timeMs, ref);
      return;
    }
    if (timeMs >= this.#lateFloorMs && timeMs <= this.#ceilingMs && timeMs >= this.#pastMs) {
      const verdict = state.insertLate(ref, { timeMs, low, high, histogram: undefined });
      if (verdict === 'conflicting') this.#refuseDuplicate('sample', timeMs, ref);
      else this.report.written.samples++;
      if (verdict === 'inserted') this.#target.batch.lateSample(ref, timeMs, low, high);
      return;
    }
    if (timeMs < lastMs && this.#held.holds(ref, timeMs, low, high)) this.report.written.samples++;
    else this.#refuseOld('sample', timeMs, ref);
  }

  // ── histograms ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** Decodes and checks a histogram. */
  #decodeHistogram(cursor: SeriesCursor, index: number): DecodedHistogram | HeadRefusal {
    let timed: TimedHistogram;
    try {
      timed = cursor.decodeHistogram(index);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return texts.undecodable('histogram', error);
    }
    const value = tagHistogram(timed.histogram);
    return this.#input.hooks.checkHistogram?.(value, cursor) ?? { timeMs: timed.timeMs, startTimeMs: timed.startTimeMs, value };
  }

  #appendHistogram(ref: number, cursor: SeriesCursor, index: number): void {
    const found = this.#decodeHistogram(cursor, index);
    if (isRefusal(found)) this.report.refuse('histograms', 1, found.reason, () => found);
    else {
      const { timeMs, startTimeMs, value } = found;
      const needsZero = this.#input.hasStartZeros === true && this.#needsStartZero(ref, timeMs, startTimeMs);
      if (needsZero) this.#appendNewestHistogram(ref, startTimeMs, emptyHistogram(value));
      this.#placeHistogram(ref, timeMs, value, 'histograms');
    }
    this.#logFullBatch();
  }

  /** Appends a histogram that is newer than all of its series. */
  #appendNewestHistogram(ref: number, timeMs: number, value: AnyHistogram): void {
    if (!this.#state.isHistogram(ref)) this.#target.logBatch();
    this.#state.appendHistogram(ref, timeMs, value);
    this.#target.batch.histogram(ref, timeMs, value);
  }

  #placeHistogram(ref: number, timeMs: number, value: AnyHistogram, what: 'samples' | 'histograms'): void {
    const state = this.#state;
    const lastMs = state.rows.float(ref, F_LAST_TIME);
    const kind = what === 'samples' ? 'sample' : 'histogram';
    if (this.#isInRange(timeMs) && timeMs > lastMs) {
      this.#appendNewestHistogram(ref, timeMs, value);
      this.report.written[what]++;
    } else if (this.#isInRange(timeMs) && timeMs === lastMs) {
      const last = state.isHistogram(ref) ? state.histograms.get(ref)?.last : undefined;
      if (last !== undefined && sameHistogram(last, value)) this.report.written[what]++;
      else this.#refuseDuplicate(kind, timeMs, ref);
    } else if (timeMs >= this.#lateFloorMs && timeMs <= this.#ceilingMs && timeMs >= this.#pastMs) {
      const verdict = state.insertLate(ref, { timeMs, low: 0, high: 0, histogram: value });
      if (verdict === 'conflicting') this.#refuseDuplicate(kind, timeMs, ref);
      else this.report.written[what]++;
      if (verdict === 'inserted') this.#target.batch.lateHistogram(ref, timeMs, value);
    } else this.#refuseOld(kind, timeMs, ref);
  }

  // ── refusals ───────────────────────────────────────────────────────────────────────────────────────────────────

  #refuseDuplicate(kind: 'sample' | 'histogram', timeMs: number, ref: number): void {
    const make = (): HeadRefusal => texts.duplicateTimestamp(kind, timeMs, this.#state.labels(ref).toString());
    const what = kind === 'sample' ? 'samples' : 'histograms';
    if (this.#wasInOrder(ref, timeMs)) this.report.drop(what, 'sample-duplicate-timestamp', make);
    else this.report.refuse(what, 1, 'sample-duplicate-timestamp', make);
  }

  /** A sample of a known series that goes nowhere because of its time. */
  #refuseOld(kind: 'sample' | 'histogram', timeMs: number, ref: number): void {
    const series = (): string => this.#state.labels(ref).toString();
    const lastMs = this.#state.rows.float(ref, F_LAST_TIME);
    if (timeMs < lastMs && this.#isInRange(timeMs) && this.#wasInOrder(ref, timeMs)) {
      const make = (): HeadRefusal => texts.outOfOrder(kind, timeMs, series());
      this.report.drop(kind === 'sample' ? 'samples' : 'histograms', 'sample-out-of-order', make);
    } else this.#refuseTime(kind, timeMs, lastMs, series);
  }

  /** A sample that goes nowhere because of its time. */
  #refuseTime(kind: 'sample' | 'histogram', timeMs: number, lastMs: number, series: () => string): void {
    const what = kind === 'sample' ? 'samples' : 'histograms';
    if (timeMs > this.#ceilingMs)
      this.report.refuse(what, 1, 'too-far-in-future', () => texts.tooFarInFuture(kind, timeMs, series()));
    else if (timeMs < this.#pastMs)
      this.report.refuse(what, 1, 'too-far-in-past', () => texts.tooFarInPast(kind, timeMs, series()));
    else if (this.#input.limits.outOfOrderWindowMs > 0 || timeMs < this.#floorMs || timeMs > lastMs) {
      this.report.refuse(what, 1, 'sample-timestamp-too-old', () => texts.tooOld(kind, timeMs, series()));
    } else this.report.refuse(what, 1, 'sample-out-of-order', () => texts.outOfOrder(kind, timeMs, series()));
  }

  // ── exemplars and metadata ─────────────────────────────────────────────────────────────────────────────────────

  #appendExemplars(ref: number, cursor: SeriesCursor): void {
    for (let i = 0; i < cursor.exemplarCount; i++) {
      try {
        this.#appendExemplar(ref, cursor, i);
        this.#logFullBatch();
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        this.report.refuse('exemplars', 1, 'bad-data', () => texts.undecodable('exemplar', error));
      }
    }
  }

  #appendExemplar(ref: number, cursor: SeriesCursor, index: number): void {
    const { hooks, limits } = this.#input;
    if (hooks.admitExemplar === undefined) return;
    const exemplar = cursor.decodeExemplar(index);
    const admitted = hooks.admitExemplar(exemplar, cursor);
    if (!(admitted instanceof Labels)) {
      this.report.refuse('exemplars', 1, admitted.reason, () => admitted);
      return;
    }
    const { timeMs } = exemplar;
    this.#value[0] = exemplar.value;
    const low = this.#valueWords[0]!;
    const high = this.#valueWords[1]!;
    const labels = admitted.bytes();
    const verdict = this.#state.exemplars.append({ ref, timeMs, low, high, labels }, limits.maxExemplars);
    if (verdict === 'out-of-order') {
      const make = (): HeadRefusal => texts.exemplarOutOfOrder(timeMs, this.#state.labels(ref).toString());
      if (this.#exemplarRefs.has(ref)) this.report.drop('exemplars', 'exemplar-out-of-order', make);
      else this.report.refuse('exemplars', 1, 'exemplar-out-of-order', make);
      return;
    }
    this.report.written.exemplars++;
    if (verdict !== 'stored') return;
    this.#exemplarRefs.add(ref);
    this.#target.batch.exemplar(ref, timeMs, [low, high], labels);
  }

  /**
   * Senders of remote write 2.0 repeat metadata with every series of every request. Of a large request only every sixteenth
   * series is looked at, another sixteenth each time, so that a change shows within sixteen requests.
   */
  #appendSeriesMetadata(ref: number, cursor: SeriesCursor, isNew: boolean): void {
    const isLooked = isNew || this.#metadataLooks < METADATA_LOOKS || ((ref + this.#target.requests) & 15) === 0;
    if (!isLooked || this.#input.body !== undefined) return;
    this.#metadataLooks++;
    try {
      const metadata = cursor.decodeMetadata();
      if (metadata === undefined) return;
      const { type, help, unit } = metadata;
      if (type === 'unknown' && help === '' && unit === '') return;
      this.#appendMetadata(this.#state.labelValue(ref, METRIC_NAME), { type, help, unit });
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.report.refuse('metadata', 1, 'bad-data', () => texts.undecodable('metadata', error));
    }
  }

  #appendMetadata(metric: string, metadata: MetricMetadata): void {
    const { limits } = this.#input;
    const table = this.#state.metadata;
    const verdict = table.add(metric, metadata, { perUser: limits.maxMetadataPerUser, perMetric: limits.maxMetadataPerMetric });
    if (verdict === 'too-many-metrics') {
      this.report.refuse('metadata', 1, 'max-metadata-per-user', () => texts.tooMuchMetadata(limits.maxMetadataPerUser));
    } else if (verdict === 'too-many-of-metric') {
      const make = (): HeadRefusal => texts.tooMuchMetadataOfMetric(limits.maxMetadataPerMetric, metric);
      this.report.refuse('metadata', 1, 'max-metadata-per-metric', make);
    } else {
      this.report.written.metadata++;
      if (verdict === 'stored') this.#target.batch.metadata(metric, metadata);
    }
  }
}

function isRefusal(found: object): found is HeadRefusal {
  return 'reason' in found;
}
