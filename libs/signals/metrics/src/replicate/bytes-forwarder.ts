import { Labels, type TelamonError } from '@telamon/model';
import type { SeriesCursor } from '@telamon/wire';
import { countsOf, type Forwarder, type ForwardRequest, MetadataForwarder, scanLimitsOf } from './forward-request.ts';
import { LabelScanner } from './label-scanner.ts';
import { seedOf, tokenOfLabels } from './series-token.ts';
import { SeriesWriter } from './series-writer.ts';

const SERIES_TAG = 0x0a;

/**
 * Walks a request of version 1 into a batch. A series whose labels are right as they stand is copied as it is. For any other the
 * hooks decide; its labels are written anew and the rest is copied.
 */
export class BytesForwarder implements Forwarder {
  readonly #request: ForwardRequest;
  readonly #body: Uint8Array;
  readonly #seed: number;
  readonly #scanner: LabelScanner | undefined;
  readonly #writer: SeriesWriter;
  readonly #metadata: MetadataForwarder;
  #isBehindSeries = false;

  constructor(request: ForwardRequest, body: Uint8Array) {
    const { batch, tenant, limits } = request;
    this.#request = request;
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
    const body = this.#body;
    const { messageStart, messageEnd } = cursor;
    const scanner = this.#scanner;
    const isRight = scanner?.scan(fieldsAt(body, messageStart), messageEnd, cursor.labelCount) === true;
    if (isRight && body[messageStart] === SERIES_TAG) batch.addCopied(scanner.token, messageStart, messageEnd);
    else {
      const labels = input.hooks.admitSeries(cursor);
      if (!(labels instanceof Labels)) {
        batch.refuseSeries(labels, countsOf(cursor));
        return;
      }
      this.#writer.begin(labels.bytes());
      this.#writer.copyRest(body, messageStart, messageEnd);
      const start = this.#writer.end();
      batch.addMade(tokenOfLabels(this.#seed, labels.bytes()), start, this.#writer.out.length);
    }
    batch.countLast(countsOf(cursor));
  }
}

/** Place of the first field of the series whose own field begins at `messageStart`. */
function fieldsAt(body: Uint8Array, messageStart: number): number {
  let at = messageStart + 1;
  while (body[at]! >= 0x80) at++;
  return at + 1;
}
