import { ByteWriter } from '@telamon/bytes';
import { Labels, type TelamonError } from '@telamon/model';
import type { HeadRefusal } from '../head/index.ts';
import type { OtlpRowCursor } from '../receive/otlp/otlp-row-cursor.ts';
import {
  NO_POINT,
  ROW_COUNTER,
  ROW_DELTA,
  ROW_MADE,
  ROW_PROBE,
  ROW_STALE,
  type TranslatedRows,
} from '../receive/otlp/translated-rows.ts';
import { type Forwarder, type ForwardRequest, MetadataForwarder, scanLimitsOf } from './forward-request.ts';
import { GrowingWords } from './growing-words.ts';
import { writeLabelFields } from './label-fields.ts';
import { LabelScanner } from './label-scanner.ts';
import { seedOf, tokenOfLabels } from './series-token.ts';
import { SeriesWriter } from './series-writer.ts';

/** What a sample may need of the newest one that is stored. */
const NEEDS: number = ROW_DELTA | ROW_COUNTER | ROW_MADE;

/** Sums of replicas drift apart when one misses a write, and a wrong answer is worse than an error. */
const DELTA_REFUSED: HeadRefusal = {
  reason: 'otlp_delta_temporality',
  message:
    'points of delta temporality are not taken by a cluster, because its replicas would add them up each for itself; send cumulative ones (in SDKs OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative, in the Collector the deltatocumulative processor)',
  kind: 'series',
};

/**
 * Walks rows that OTLP was translated to into a batch, one series each. Deltas are sent on as they are and added up by the ingester
 * that holds the series; so it is with all that depends on the newest sample that is stored.
 */
export class RowForwarder implements Forwarder {
  readonly #request: ForwardRequest;
  readonly #cursor: OtlpRowCursor;
  readonly #rows: TranslatedRows;
  readonly #takesDeltas: boolean;
  readonly #seed: number;
  readonly #scanner: LabelScanner | undefined;
  readonly #writer: SeriesWriter;
  readonly #metadata: MetadataForwarder;
  readonly #fields = new ByteWriter(1024);
  /** The row of each item. */
  readonly #rowOf = new GrowingWords();
  #next = 0;

  constructor(request: ForwardRequest, cursor: OtlpRowCursor, takesDeltas: boolean) {
    const { batch, tenant, limits } = request;
    this.#request = request;
    this.#cursor = cursor;
    this.#takesDeltas = takesDeltas;
    this.#rows = cursor.rows;
    this.#seed = seedOf(tenant);
    const scanLimits = scanLimitsOf(limits);
    this.#scanner = scanLimits === undefined ? undefined : new LabelScanner(this.#seed, scanLimits);
    this.#writer = new SeriesWriter((what, refusal) => batch.account.refusePart(batch.count, what, refusal));
    this.#metadata = new MetadataForwarder(request, this.#writer, this.#seed);
  }

  step(deadlineMs: number): boolean {
    while (this.#next < this.#rows.count) {
      this.#cursor.aimAt(this.#next);
      this.#forward(this.#next++);
      if ((this.#next & 31) === 0 && performance.now() > deadlineMs) return false;
    }
    return this.#metadata.step(deadlineMs);
  }

  finish(): TelamonError | undefined {
    this.#request.batch.seal(this.#writer.out.view());
    return this.#metadata.failure;
  }

  /** As the cursor tells in one process: a point's rows behind its first are looked at when that is not stored. */
  noteUnstored(items: readonly number[]): void {
    let refusedPoint = NO_POINT;
    for (const item of items) {
      const row = this.#rowOf.words[item]!;
      const point = this.#rows.points[row]!;
      if ((this.#rows.flags[row]! & ROW_PROBE) === 0 && point !== refusedPoint && point !== NO_POINT) continue;
      refusedPoint = point;
      this.#cursor.noteNotStored(row);
    }
  }

  #forward(row: number): void {
    if (!this.#takesDeltas && (this.#rows.flags[row]! & ROW_DELTA) !== 0) {
      this.#request.batch.refuseSeries(DELTA_REFUSED, this.#countsOf(row));
      return;
    }
    const token = this.#begin(row);
    if (token === undefined) return;
    const { batch } = this.#request;
    const rows = this.#rows;
    this.#writeSample(row);
    const start = this.#writer.end();
    batch.addMade(token, start, this.#writer.out.length);
    batch.countLast(this.#countsOf(row));
    const flags = rows.flags[row]!;
    batch.noteRow((flags & NEEDS) === 0 ? 0 : flags & (NEEDS | ROW_STALE), rows.startTimesMs[row]!);
    this.#rowOf.push(row);
  }

  #writeSample(row: number): void {
    const cursor = this.#cursor;
    const rows = this.#rows;
    const timeMs = rows.timesMs[row]!;
    const histogram = rows.histograms.get(row);
    if (histogram === undefined) this.#writer.addSample(timeMs, rows.words[2 * row]!, rows.words[2 * row + 1]!);
    if (histogram === undefined && cursor.exemplarCount === 0) return;
    this.#writer.addRest({
      histogramCount: histogram === undefined ? 0 : 1,
      decodeHistogram: () => ({ timeMs, startTimeMs: rows.startTimesMs[row]!, histogram: histogram! }),
      exemplarCount: cursor.exemplarCount,
      decodeExemplar: (i) => cursor.decodeExemplar(i),
    });
  }

  /** Begins the series of a row; its token, or undefined when it is refused, which is counted. */
  #begin(row: number): number | undefined {
    const rows = this.#rows;
    const scanner = this.#scanner;
    if (scanner !== undefined) {
      const fields = this.#fields.clear();
      writeLabelFields(fields, rows.labelBlock(row), rows.labelStarts[row]!, rows.labelEnds[row]!);
      const bytes = fields.view();
      scanner.aim(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      if (scanner.scan(0, bytes.length)) {
        this.#writer.beginWithFields(bytes);
        return scanner.token;
      }
    }
    const admitted = this.#request.input.hooks.admitSeries(this.#cursor);
    if (!(admitted instanceof Labels)) {
      this.#request.batch.refuseSeries(admitted, this.#countsOf(row));
      return undefined;
    }
    this.#writer.begin(admitted.bytes());
    return tokenOfLabels(this.#seed, admitted.bytes());
  }

  #countsOf(row: number): { samples: number; histograms: number; exemplars: number } {
    const histograms = this.#rows.histograms.has(row) ? 1 : 0;
    return { samples: 1 - histograms, histograms, exemplars: this.#rows.exemplars.get(row)?.length ?? 0 };
  }
}
