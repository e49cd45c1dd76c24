import { type FloatHistogram, type IntHistogram, isIntHistogram, type Span, STALE_NAN_HIGH, STALE_NAN_LOW } from '@telamon/model';
import { ProtoWriter } from './proto-writer.ts';
import { METRIC_TYPES, type MetricMetadata, type SeriesMetadata } from './write-request.ts';

/** A series to encode. */
export interface SeriesToWrite {
  /** `name, value, ...` in the order in which they are to be sent. */
  readonly labels: readonly string[];
  readonly samples?: readonly SampleToWrite[];
  readonly histograms?: readonly HistogramToWrite[];
  readonly exemplars?: readonly ExemplarToWrite[];
  /** Version 2 only. */
  readonly metadata?: SeriesMetadata;
}

/** A sample to encode. */
export interface SampleToWrite {
  readonly timeMs: number | bigint;
  readonly value: number;
  /** Words of the value (low, high), which win over `value`: for NaN payloads. */
  readonly words?: readonly [number, number];
  /** Version 2 only. */
  readonly startTimeMs?: number;
}

/** A histogram to encode. */
export interface HistogramToWrite {
  readonly timeMs: number | bigint;
  readonly histogram: IntHistogram | FloatHistogram;
  /** Part of version 2, and of messages between roles. */
  readonly startTimeMs?: number | bigint;
}

/** An exemplar to encode. */
export interface ExemplarToWrite {
  readonly labels: readonly string[];
  readonly value: number;
  readonly timeMs: number | bigint;
}

/** Encodes `prometheus.WriteRequest` bodies (uncompressed), for forwarding, tests and benchmarks. */
export class WriteRequestEncoder {
  readonly #out = new ProtoWriter();

  /** Adds a series. Metadata and start times of samples are not part of version 1 and are left out. */
  addSeries(series: SeriesToWrite): this {
    this.#out.message(1, (message) => {
      writeLabels(message, series.labels);
      for (const sample of series.samples ?? []) {
        message.message(2, (nested) => writeSample(nested, sample));
      }
      for (const exemplar of series.exemplars ?? []) {
        message.message(3, (nested) => {
          writeLabels(nested, exemplar.labels);
          nested.double(2, exemplar.value).int64(3, exemplar.timeMs);
        });
      }
      for (const histogram of series.histograms ?? []) {
        message.message(4, (nested) => writeHistogram(nested, histogram));
      }
    });
    return this;
  }

  /** Adds metadata of a family. */
  addMetadata(metadata: MetricMetadata): this {
    this.#out.message(3, (message) => {
      message
        .uvarint(1, METRIC_TYPES.indexOf(metadata.type))
        .string(2, metadata.name)
        .string(4, metadata.help)
        .string(5, metadata.unit);
    });
    return this;
  }

  /** Copies a whole series field of another body. */
  addRaw(field: Uint8Array): this {
    this.#out.out.bytes(field);
    return this;
  }

  /** The body. */
  finish(): Uint8Array {
    return this.#out.finish();
  }
}

/** Encodes `io.prometheus.write.v2.Request` bodies (uncompressed). */
export class WriteRequestV2Encoder {
  readonly #series = new ProtoWriter();
  readonly #refBySymbol = new Map<string, number>([['', 0]]);

  /** Adds a series. */
  addSeries(series: SeriesToWrite): this {
    this.#series.message(5, (message) => {
      this.#writeRefs(message, series.labels);
      for (const sample of series.samples ?? []) {
        message.message(2, (nested) => writeSample(nested, sample).int64(3, sample.startTimeMs ?? 0));
      }
      for (const histogram of series.histograms ?? []) {
        message.message(3, (nested) => writeHistogram(nested, histogram));
      }
      for (const exemplar of series.exemplars ?? []) {
        message.message(4, (nested) => {
          this.#writeRefs(nested, exemplar.labels);
          nested.double(2, exemplar.value).int64(3, exemplar.timeMs);
        });
      }
      const { metadata } = series;
      if (metadata === undefined) return;
      message.message(5, (nested) => {
        nested.uvarint(1, METRIC_TYPES.indexOf(metadata.type));
        nested.uvarint(3, this.#ref(metadata.help)).uvarint(4, this.#ref(metadata.unit));
      });
    });
    return this;
  }

  /** The body, symbols first. */
  finish(): Uint8Array {
    const out = new ProtoWriter();
    const encoder = new TextEncoder();
    for (const symbol of this.#refBySymbol.keys()) out.bytes(4, encoder.encode(symbol), true);
    out.out.bytes(this.#series.out.view());
    return out.finish();
  }

  #writeRefs(message: ProtoWriter, labels: readonly string[]): void {
    message.packed(
      1,
      labels.map((text) => this.#ref(text)),
      (out, ref) => out.uvarint(ref),
    );
  }

  #ref(symbol: string): number {
    let ref = this.#refBySymbol.get(symbol);
    if (ref === undefined) {
      ref = this.#refBySymbol.size;
      this.#refBySymbol.set(symbol, ref);
    }
    return ref;
  }
}

function writeLabels(message: ProtoWriter, labels: readonly string[]): void {
  for (let i = 0; i < labels.length; i += 2) {
    message.message(1, (label) => label.string(1, labels[i]!).string(2, labels[i + 1]!));
  }
}

function writeSample(message: ProtoWriter, sample: SampleToWrite): ProtoWriter {
  if (sample.words === undefined) message.double(1, sample.value);
  else message.doubleWords(1, sample.words[0], sample.words[1]);
  return message.int64(2, sample.timeMs);
}

function writeHistogram(message: ProtoWriter, { histogram, timeMs, startTimeMs = 0 }: HistogramToWrite): ProtoWriter {
  const isInt = isIntHistogram(histogram);
  // The counts are a oneof: the member that is written tells the kind, even when it is zero.
  if (isInt) message.out.uvarint(1 * 8).uvarint(histogram.count);
  else message.doubleAlways(2, histogram.count);
  if (histogram.isStale) message.doubleWords(3, STALE_NAN_LOW, STALE_NAN_HIGH);
  else message.double(3, histogram.sum);
  message.sint64(4, histogram.schema).double(5, histogram.zeroThreshold);
  if (isInt) message.uvarint(6, histogram.zeroCount);
  else message.double(7, histogram.zeroCount);
  writeSpans(message, 8, histogram.negativeSpans);
  if (isInt) message.packed(9, histogram.negativeDeltas, (out, delta) => out.varint(delta));
  else message.packed(10, histogram.negativeBuckets, (out, count) => out.f64le(count));
  writeSpans(message, 11, histogram.positiveSpans);
  if (isInt) message.packed(12, histogram.positiveDeltas, (out, delta) => out.varint(delta));
  else message.packed(13, histogram.positiveBuckets, (out, count) => out.f64le(count));
  message.uvarint(14, histogram.counterResetHint).int64(15, timeMs);
  message.packed(16, histogram.customValues, (out, bound) => out.f64le(bound));
  return message.int64(17, startTimeMs);
}

function writeSpans(message: ProtoWriter, field: number, spans: readonly Span[]): void {
  for (const span of spans) message.message(field, (nested) => nested.sint64(1, span.offset).uvarint(2, span.length));
}
