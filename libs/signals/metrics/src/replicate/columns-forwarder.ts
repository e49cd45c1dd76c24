import { DecodeError, decodeUtf8 } from '@telamon/bytes';
import { Labels, type TelamonError } from '@telamon/model';
import { type SeriesCursor, WriteRequestV2Cursor } from '@telamon/wire';
import { undecodable } from '../head/refusal-texts.ts';
import { countsOf, type Forwarder, type ForwardRequest, MetadataForwarder, scanLimitsOf } from './forward-request.ts';
import { seedOf, tokenOfLabels, tokenOfMetric } from './series-token.ts';
import { SeriesWriter } from './series-writer.ts';
import { SymbolLabels } from './symbol-labels.ts';

/** Series of one request whose metadata are always looked at. */
const METADATA_LOOKS = 256;

/**
 * Walks a request of version 2, or of any other cursor, into a batch of series of version 1. Labels whose symbols are right are written
 * as they come; for any others the hooks decide.
 */
export class ColumnsForwarder implements Forwarder {
  readonly #request: ForwardRequest;
  /** Of a request of version 2 whose labels may be taken as they come. */
  readonly #symbols: SymbolLabels | undefined;
  readonly #seed: number;
  readonly #writer: SeriesWriter;
  readonly #metadata: MetadataForwarder;
  #isBehindSeries = false;
  #metadataLooks = 0;
  /** Metrics whose metadata were looked at, by token. */
  readonly #looked = new Set<number>();

  constructor(request: ForwardRequest, inner: SeriesCursor) {
    const { batch, tenant, limits, input } = request;
    this.#request = request;
    this.#seed = seedOf(tenant);
    const scanLimits = scanLimitsOf(limits);
    if (inner instanceof WriteRequestV2Cursor && input.forwardable !== undefined && scanLimits !== undefined) {
      this.#symbols = new SymbolLabels(input.forwardable.body, this.#seed, scanLimits);
    }
    // The item of a series is added when its bytes are there.
    this.#writer = new SeriesWriter((what, refusal) => batch.account.refusePart(batch.count, what, refusal), input.hasStartZeros);
    this.#metadata = new MetadataForwarder(request, this.#writer, this.#seed);
  }

  step(deadlineMs: number): boolean {
    return this.#stepSeries(deadlineMs) && this.#metadata.step(deadlineMs);
  }

  finish(): TelamonError | undefined {
    this.#request.batch.seal(this.#writer.out.view());
    return this.#metadata.failure;
  }

  noteUnstored(): void {}

  #stepSeries(deadlineMs: number): boolean {
    const { cursor } = this.#request.input;
    for (let steps = 1; !this.#isBehindSeries && cursor.nextSeries(); steps++) {
      this.#forward(cursor);
      if ((steps & 31) === 0 && performance.now() > deadlineMs) return false;
    }
    this.#isBehindSeries = true;
    return true;
  }

  #forward(cursor: SeriesCursor): void {
    const { batch, input } = this.#request;
    const isEmpty = cursor.sampleCount === 0 && cursor.histogramCount === 0;
    const fields = isEmpty ? undefined : this.#symbols?.fieldsOf(cursor);
    let labels: Labels | undefined;
    if (fields !== undefined) this.#writer.beginWithFields(fields);
    else {
      const admitted = input.hooks.admitSeries(cursor);
      if (!(admitted instanceof Labels)) {
        batch.refuseSeries(admitted, countsOf(cursor));
        return;
      }
      labels = admitted;
      this.#writer.begin(labels.bytes());
    }
    this.#writer.addSamples(cursor);
    this.#writer.addRest(cursor);
    const start = this.#writer.end();
    const token = labels === undefined ? this.#symbols!.token : tokenOfLabels(this.#seed, labels.bytes());
    batch.addMade(token, start, this.#writer.out.length);
    batch.countLast(countsOf(cursor));
    this.#forwardMetadata(cursor, labels);
  }

  /** Senders repeat metadata with every series, so behind the first series those of each metric are looked at once a request. */
  #forwardMetadata(cursor: SeriesCursor, labels: Labels | undefined): void {
    const token = labels === undefined ? this.#symbols!.metricToken : tokenOfMetric(this.#seed, labels.metricName);
    if (this.#metadataLooks++ >= METADATA_LOOKS && this.#looked.has(token)) return;
    this.#looked.add(token);
    const { batch } = this.#request;
    try {
      const metadata = cursor.decodeMetadata();
      if (metadata === undefined) return;
      const { type, help, unit } = metadata;
      if (type === 'unknown' && help === '' && unit === '') return;
      this.#metadata.addOnce({ ...metadata, name: labels?.metricName ?? this.#metricName() });
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      batch.account.refusePart(batch.count - 1, 'metadata', undecodable('metadata', error));
    }
  }

  #metricName(): string {
    const bytes = this.#symbols!.bytesOf(this.#symbols!.metricRef);
    return decodeUtf8(bytes, 0, bytes.length);
  }
}
