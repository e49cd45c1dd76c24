import { DecodeError } from '@telamon/bytes';
import { Labels, type TelamonError } from '@telamon/model';
import type { SeriesCursor } from '@telamon/wire';
import { undecodable } from '../head/refusal-texts.ts';
import type { ItemCounts } from './forward-batch.ts';
import { type Forwarder, type ForwardRequest, MetadataForwarder, scannerOf } from './forward-request.ts';
import type { LabelScanner } from './label-scanner.ts';
import { seedOf, tokenOfLabels, tokenOfMetric } from './series-token.ts';
import { SeriesWriter } from './series-writer.ts';

const SERIES_TAG = 0x0a;
/** Series of one request whose metadata are always looked at. */
const METADATA_LOOKS = 256;

/**
 * Walks a remote-write request of either version into a batch.
 *
 * 1. A series of version 1 whose labels are right as they stand is copied as it is.
 * 2. Labels of version 2 are right as they stand when their fields of version 1 would be; the rest is written anew.
 * 3. For any other series the hooks decide; its labels are written anew, and in version 1 the rest is copied.
 */
export class RequestForwarder implements Forwarder {
  readonly #request: ForwardRequest;
  readonly #cursor: SeriesCursor;
  readonly #body: Uint8Array | undefined;
  readonly #seed: number;
  readonly #scanner: LabelScanner | undefined;
  readonly #writer: SeriesWriter;
  readonly #metadata: MetadataForwarder;
  #metadataLooks = 0;
  /** Metrics whose metadata were looked at, by token. */
  readonly #looked = new Set<number>();

  constructor(request: ForwardRequest) {
    const { input, batch, tenant, limits } = request;
    this.#request = request;
    this.#cursor = input.cursor;
    this.#body = input.forwardable;
    this.#seed = seedOf(tenant);
    this.#scanner = scannerOf(this.#seed, limits);
    if (this.#body !== undefined) this.#scanner?.aim(this.#body, viewOf(this.#body));
    // The item of a series is added when its bytes are there.
    this.#writer = new SeriesWriter((what, refusal) => batch.account.refusePart(batch.count, what, refusal));
    this.#metadata = new MetadataForwarder(this.#seed);
  }

  step(deadlineMs: number): boolean {
    const cursor = this.#cursor;
    const forward = this.#body === undefined ? this.#forwardColumns : this.#forwardBytes;
    for (let steps = 1; cursor.nextSeries(); steps++) {
      forward.call(this, cursor);
      if ((steps & 31) === 0 && performance.now() > deadlineMs) return false;
    }
    return true;
  }

  finish(): TelamonError | undefined {
    const failure = this.#metadata.addAll(this.#request.input.metadata);
    this.#metadata.writeTo(this.#request.batch, this.#writer);
    this.#request.batch.seal(this.#writer.out.view());
    return failure;
  }

  noteUnstored(): void {}

  /** Version 1. */
  #forwardBytes(cursor: SeriesCursor): void {
    const { batch } = this.#request;
    const body = this.#body!;
    const { messageStart, messageEnd } = cursor;
    const scanner = this.#scanner;
    const isCopied = scanner?.scan(fieldsAt(body, messageStart), messageEnd, cursor.labelCount) === true;
    if (isCopied && body[messageStart] === SERIES_TAG) {
      batch.addCopied(scanner.token, messageStart, messageEnd);
      this.#count(cursor);
      return;
    }
    const labels = this.#admit(cursor);
    if (labels === undefined) return;
    this.#writer.begin(labels.bytes());
    this.#writer.copyRest(body, messageStart, messageEnd);
    this.#addMade(tokenOfLabels(this.#seed, labels.bytes()), cursor);
  }

  /** Version 2, and whatever else has no body to copy from. */
  #forwardColumns(cursor: SeriesCursor): void {
    const isEmpty = cursor.sampleCount === 0 && cursor.histogramCount === 0;
    const token = isEmpty ? undefined : this.#scanKey(cursor);
    let labels: Labels | undefined;
    if (token === undefined) {
      labels = this.#admit(cursor);
      if (labels === undefined) return;
      this.#writer.begin(labels.bytes());
    }
    this.#writer.addSamples(cursor);
    this.#writer.addRest(cursor);
    this.#addMade(token ?? tokenOfLabels(this.#seed, labels!.bytes()), cursor);
    this.#forwardMetadata(cursor, labels);
  }

  /** Begins a series with its labels as sent, if they are right; returns their token. */
  #scanKey(cursor: SeriesCursor): number | undefined {
    const scanner = this.#scanner;
    if (scanner === undefined) return undefined;
    let key: Uint8Array;
    try {
      key = cursor.rawKey();
    } catch (error) {
      if (error instanceof DecodeError) return undefined;
      throw error;
    }
    scanner.aim(key, viewOf(key));
    if (!scanner.scan(0, key.length, cursor.labelCount)) return undefined;
    this.#writer.beginWithFields(key);
    return scanner.token;
  }

  /** The labels of a series as they are to be stored; undefined when it is refused, which is counted. */
  #admit(cursor: SeriesCursor): Labels | undefined {
    const admitted = this.#request.input.hooks.admitSeries(cursor);
    if (admitted instanceof Labels) return admitted;
    this.#request.batch.refuseSeries(admitted, countsOf(cursor));
    return undefined;
  }

  #addMade(token: number, cursor: SeriesCursor): void {
    const start = this.#writer.end();
    this.#request.batch.addMade(token, start, this.#writer.out.length);
    this.#count(cursor);
  }

  #count(cursor: SeriesCursor): void {
    const { batch } = this.#request;
    if (cursor.histogramCount === 0 && cursor.exemplarCount === 0) batch.countSamples(cursor.sampleCount);
    else batch.countLast(countsOf(cursor));
  }

  /** Senders repeat metadata with every series, so behind the first series those of each metric are looked at once a request. */
  #forwardMetadata(cursor: SeriesCursor, labels: Labels | undefined): void {
    const token = labels === undefined ? this.#scanner!.metricToken() : tokenOfMetric(this.#seed, labels.metricName);
    if (this.#metadataLooks++ >= METADATA_LOOKS && this.#looked.has(token)) return;
    this.#looked.add(token);
    const { batch } = this.#request;
    try {
      const metadata = cursor.decodeMetadata();
      if (metadata === undefined) return;
      const { type, help, unit } = metadata;
      if (type === 'unknown' && help === '' && unit === '') return;
      this.#metadata.addOnce({ ...metadata, name: labels?.metricName ?? this.#scanner!.metricName() });
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      batch.account.refusePart(batch.count - 1, 'metadata', undecodable('metadata', error));
    }
  }
}

/** Place of the first field of the series whose own field begins at `messageStart`. */
function fieldsAt(body: Uint8Array, messageStart: number): number {
  let at = messageStart + 1;
  while (body[at]! >= 0x80) at++;
  return at + 1;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function countsOf({ sampleCount, histogramCount, exemplarCount }: SeriesCursor): ItemCounts {
  return { samples: sampleCount, histograms: histogramCount, exemplars: exemplarCount };
}
