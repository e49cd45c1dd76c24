import { Labels, type TelamonError } from '@telamon/model';
import type { WriteRequestCursor } from '@telamon/wire';
import { countsOf, type Forwarder, type ForwardRequest, MetadataForwarder, scanLimitsOf } from './forward-request.ts';
import { LabelScanner } from './label-scanner.ts';
import { seedOf, tokenOfLabels } from './series-token.ts';
import { SeriesWriter } from './series-writer.ts';

const SERIES_TAG = 0x0a;

/**
 * Walks a request of version 1 into a batch. A series whose labels are right as they stand is copied as it is, and nothing behind its
 * labels is read again. For any other the hooks decide; its labels are written anew and the rest is copied.
 */
export class BytesForwarder implements Forwarder {
  readonly #request: ForwardRequest;
  readonly #cursor: WriteRequestCursor;
  readonly #body: Uint8Array;
  readonly #seed: number;
  readonly #scanner: LabelScanner | undefined;
  readonly #writer: SeriesWriter;
  readonly #metadata: MetadataForwarder;
  /** What series carry that are not sent on. */
  readonly #refused = { series: 0, samples: 0, histograms: 0, exemplars: 0 };
  #isBehindSeries = false;

  /** The cursor walks `body`, and has done so once. */
  constructor(request: ForwardRequest, cursor: WriteRequestCursor, body: Uint8Array) {
    const { batch, tenant, limits } = request;
    this.#request = request;
    this.#cursor = cursor;
    this.#body = body;
    this.#seed = seedOf(tenant);
    const scanLimits = scanLimitsOf(limits);
    if (scanLimits !== undefined) {
      this.#scanner = new LabelScanner(this.#seed, scanLimits);
      this.#scanner.aim(body, new DataView(body.buffer, body.byteOffset, body.byteLength));
    }
    this.#writer = new SeriesWriter((what, refusal) => batch.account.refusePart(batch.count, what, refusal));
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
    if (this.#isBehindSeries) return true;
    for (let steps = 1; this.#cursor.nextPlace(); steps++) {
      this.#forward(this.#cursor);
      if ((steps & 31) === 0 && performance.now() > deadlineMs) return false;
    }
    this.#isBehindSeries = true;
    this.#countSeries();
    return true;
  }

  #forward(cursor: WriteRequestCursor): void {
    const { batch } = this.#request;
    const { messageStart, messageEnd } = cursor;
    const isRight = this.#scanner?.scan(cursor.fieldsStart, messageEnd) === true && this.#areAllLabels(cursor);
    if (isRight && this.#body[messageStart] === SERIES_TAG) batch.addCopied(this.#scanner!.token, messageStart, messageEnd);
    else this.#forwardAnew(cursor);
  }

  /** Whether no label of the present series stands behind those that were scanned. */
  #areAllLabels(cursor: WriteRequestCursor): boolean {
    if (!cursor.hasOddLabels) return true;
    cursor.readSeries();
    return cursor.labelCount === this.#scanner!.count;
  }

  #forwardAnew(cursor: WriteRequestCursor): void {
    const { batch, input } = this.#request;
    cursor.readSeries();
    // The input's cursor is the same one, as the tenant's limits let it be seen.
    const labels = input.hooks.admitSeries(input.cursor);
    if (!(labels instanceof Labels)) {
      const counts = countsOf(input.cursor);
      batch.refuseSeries(labels, counts);
      this.#refused.series++;
      this.#refused.samples += counts.samples;
      this.#refused.histograms += counts.histograms;
      this.#refused.exemplars += counts.exemplars;
      return;
    }
    this.#writer.begin(labels.bytes());
    this.#writer.copyRest(this.#body, cursor.messageStart, cursor.messageEnd);
    const start = this.#writer.end();
    batch.addMade(tokenOfLabels(this.#seed, labels.bytes()), start, this.#writer.out.length);
  }

  /** Tells the batch what its series carry: all that the first walk found, but for what was refused. */
  #countSeries(): void {
    const { series, samples, histograms, exemplars } = this.#cursor.totals!;
    const refused = this.#refused;
    const { batch, limits } = this.#request;
    batch.countSeries(series - refused.series, {
      samples: samples - refused.samples,
      histograms: limits.nativeHistogramsIngestionEnabled ? histograms - refused.histograms : 0,
      exemplars: exemplars - refused.exemplars,
    });
  }
}
