import type { IncomingHttpHeaders } from 'node:http';
import { DecodeError, TooLargeError } from '@telamon/bytes';
import { otlpRequestTooLarge, type TenantLimits } from '@telamon/limits';
import { Labels, TelamonError } from '@telamon/model';
import { TimeSlice } from '@telamon/telemetry';
import {
  decodeOtlpMetricsJsonPieces,
  decodeOtlpMetricsPieces,
  type OtlpEncoding,
  type OtlpMetricsPiece,
  type OtlpPartialSuccess,
  type WriteTotals,
} from '@telamon/wire';
import { electReplica } from '../elect-replica.ts';
import type { LastSampleOf } from './last-sample.ts';
import { OtlpAppend } from './otlp-append.ts';
import type { OtlpDeps } from './otlp-deps.ts';
import { OtlpTranslator } from './otlp-translator.ts';
import { requestedStrategy } from './strategy-header.ts';
import type { TranslatedRows } from './translated-rows.ts';
import { translationSettingsOf } from './translation-settings.ts';

/** After so long the event loop is let on, ms. */
const SLICE_MS = 10;
/** Texts are read up to this length, or to what the tenant allows if that is more: none that is longer is stored. */
const TEXT_BYTES_MIN = 1 << 20;

/** A decompressed request. */
export interface OtlpRequest {
  readonly tenant: string;
  readonly encoding: OtlpEncoding;
  readonly body: Uint8Array;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Decodes, translates and appends OTLP metrics, whichever protocol brought them. Whole requests are refused by throwing;
 * parts by what is returned.
 */
export class OtlpReceiver {
  readonly #deps: OtlpDeps;
  readonly #hashSeed: number;

  constructor(deps: OtlpDeps) {
    this.#deps = deps;
    this.#hashSeed = Math.floor((deps.random ?? Math.random)() * 2 ** 31);
  }

  /** Counts a request before its body is read; throws 429 (or 529). */
  admit(tenant: string): void {
    this.#deps.rates.takeRequest(tenant, this.#deps.limitsOf(tenant));
  }

  /**
   * Resolves when what was taken is durable: undefined when that is all of it. Throws TelamonError: 400 for what cannot be
   * decoded, 413 for too much, 429 over the rates, retryable ones when nothing is promised.
   */
  async receive(request: OtlpRequest): Promise<OtlpPartialSuccess | undefined> {
    const { tenant } = request;
    const limits = this.#deps.limitsOf(tenant);
    const translated = await this.#translate(request, limits);
    const { rows, refusals } = translated;
    const totals = totalsOf(rows);
    this.#deps.metrics.received(tenant, totals);
    if (await this.#isFromOtherReplica(tenant, limits, rows)) return undefined;
    this.#deps.rates.takeItems(tenant, limits, totals, translated.metadata.size);
    if (refusals.pointCount > 0) this.#deps.metrics.refused(tenant, new Map([['otlp_parse_error', refusals.pointCount]]));
    if (rows.count > 0) {
      const append = new OtlpAppend(translated, {
        limits,
        preparers: this.#deps.preparers,
        lastSampleOf: this.#lastSampleOf(tenant),
        hashSeed: this.#hashSeed,
      });
      const result = await this.#deps.appender.append(tenant, append.input);
      this.#deps.metrics.refused(tenant, result.failedByReason);
      if (append.lateCount > 0) this.#deps.metrics.refused(tenant, new Map([['sample-out-of-order', append.lateCount]]));
      append.account(result, refusals);
    }
    const { pointCount, text } = refusals;
    return pointCount === 0 && text === '' ? undefined : { rejectedDataPoints: pointCount, errorMessage: text };
  }

  /** Asks for the tenant's head only when that walks the rows, since the first request makes the head. */
  #lastSampleOf(tenant: string): LastSampleOf {
    let find: LastSampleOf | undefined;
    return (labels) => {
      find ??= this.#deps.lastSamplesOf(tenant);
      return find(labels);
    };
  }

  async #translate(request: OtlpRequest, limits: TenantLimits): Promise<OtlpTranslator> {
    const strategy = requestedStrategy(request.headers, limits);
    const settings = translationSettingsOf(limits, { lookbackDeltaMs: this.#deps.lookbackDeltaMs, strategy });
    const translator = new OtlpTranslator(settings);
    const slices = new TimeSlice(SLICE_MS);
    for (const piece of this.#decode(request, limits)) {
      const pause = slices.pause();
      if (pause !== undefined) await pause;
      if (piece === undefined) continue;
      translator.begin(piece.request, piece.continuesResource);
      while (!translator.step(slices.endMs)) await slices.next();
    }
    translator.finish();
    return translator;
  }

  *#decode({ encoding, body }: OtlpRequest, limits: TenantLimits): Generator<OtlpMetricsPiece | undefined> {
    const options = { maxTextBytes: maxTextBytes(limits) };
    try {
      if (encoding === 'json') yield* decodeOtlpMetricsJsonPieces(body, options);
      else yield* decodeOtlpMetricsPieces(body, options);
    } catch (error) {
      throw decodeFailure(error, this.#deps.maxRequestSizeBytes);
    }
  }

  /** Whether the sender is a replica that is not elected. Throws 400 for too many clusters. */
  async #isFromOtherReplica(tenant: string, limits: TenantLimits, rows: TranslatedRows): Promise<boolean> {
    if (!limits.acceptHaSamples || rows.count === 0) return false;
    const labels = Labels.fromBytes(rows.labelsOf(0));
    return (await electReplica(this.#deps.ha, tenant, limits, (name) => labels.get(name))) !== undefined;
  }
}

/** One more than is allowed anywhere, so that what is cut is refused as what it was would have been. */
function maxTextBytes({ maxLabelNameLength, maxLabelValueLength, maxMetadataLength }: TenantLimits): number {
  return 1 + Math.max(TEXT_BYTES_MIN, maxLabelNameLength, maxLabelValueLength, maxMetadataLength);
}

/** What a body that could not be decoded or decompressed is answered with; other errors as they are. */
export function decodeFailure(error: unknown, limitBytes: number): unknown {
  if (error instanceof TooLargeError) {
    return error.message.includes('items')
      ? new TelamonError(error.message, { status: 413, isRetryable: false })
      : otlpRequestTooLarge({ limitBytes });
  }
  if (!(error instanceof DecodeError)) return error;
  return new TelamonError(error.message, { status: 400, isRetryable: false, cause: error });
}

function totalsOf({ count, histograms, exemplarCount }: TranslatedRows): WriteTotals {
  return { series: count, samples: count - histograms.size, histograms: histograms.size, exemplars: exemplarCount };
}
