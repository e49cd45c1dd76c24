import type { TenantLimits } from '@telamon/limits';
import { Labels } from '@telamon/model';
import type { AppendHooks, AppendInput, AppendResult, HeadRefusal } from '../../head/index.ts';
import { type AppendRequest, appendInputOf } from '../append-input.ts';
import type { SeriesPreparers } from '../series-preparers.ts';
import type { RowCursorOptions } from './otlp-row-cursor.ts';
import { OtlpRowCursor } from './otlp-row-cursor.ts';
import type { OtlpTranslator } from './otlp-translator.ts';
import type { RefusalLog } from './refusal-log.ts';
import { NO_POINT } from './translated-rows.ts';
import { metadataWithinLimits } from './usable-metadata.ts';

/** Circumstances of one translated request. */
export interface OtlpAppendOptions {
  readonly limits: TenantLimits;
  readonly preparers: SeriesPreparers;
  readonly lastSampleOf: RowCursorOptions['lastSampleOf'];
  readonly hashSeed: number;
}

/** A translated request on its way into a head, with the account of what is refused on the way. */
export class OtlpAppend {
  readonly input: AppendInput;
  readonly #translated: OtlpTranslator;
  readonly #cursor: OtlpRowCursor;
  /** Rows that were refused here, before the head itself looked at them. */
  readonly #refusedRows = new Set<number>();
  readonly #refusedPoints = new Set<number>();
  /** Rows that the head refused, of points with several or of none. */
  #rowsSeenRefused = 0;
  #lateCount = 0;

  constructor(translated: OtlpTranslator, options: OtlpAppendOptions) {
    const { limits, preparers } = options;
    this.#translated = translated;
    this.#cursor = new OtlpRowCursor(translated.rows, {
      lastSampleOf: options.lastSampleOf,
      storedLabels: storedLabelsOf(limits, preparers),
      hasOutOfOrderWindow: limits.outOfOrderTimeWindowMs > 0,
      hashSeed: options.hashSeed,
      onNotStored: (row) => this.#noteNotStored(row),
      onLate: (row) => {
        this.#lateCount++;
        this.#refusePoint(row);
      },
    });
    const base = appendInputOf(preparers, {
      limits,
      cursor: this.#cursor as unknown as AppendRequest['cursor'],
      body: NO_BODY,
      hasHistograms: translated.rows.histograms.size > 0,
    });
    this.input = {
      ...base,
      hooks: this.#countingHooks(base.hooks),
      metadata: metadataWithinLimits(translated.metadata.values(), limits.maxMetadataLength),
    };
  }

  /** Samples of delta points that came too late to be added. */
  get lateCount(): number {
    return this.#lateCount;
  }

  /** Adds to `refusals` what the head, the hooks and the cursor refused. */
  account(result: AppendResult, refusals: RefusalLog): void {
    for (const { kind, message, isSilent } of result.refusals) {
      if (isSilent !== true && (kind === 'series' || kind === 'sample' || kind === 'histogram')) refusals.note(0, message);
    }
    if (this.#lateCount > 0) refusals.note(0, LATE);
    const failedRows = result.failed.samples + result.failed.histograms - this.#refusedRows.size - this.#rowsSeenRefused;
    const others = Math.min(Math.max(0, failedRows), this.#translated.rows.pointCount - this.#refusedPoints.size);
    refusals.pointCount += this.#refusedPoints.size + others;
  }

  /** A head counts samples, so those of points that have several, or of none, are counted here. The other points have one each. */
  #noteNotStored(row: number): void {
    if (this.#refusedRows.has(row)) return;
    this.#rowsSeenRefused++;
    this.#refusePoint(row);
  }

  #countingHooks(hooks: AppendHooks): AppendHooks {
    return {
      admitSeries: (cursor) => {
        const admitted = hooks.admitSeries(cursor);
        if (!(admitted instanceof Labels)) this.#refuseRow(admitted);
        return admitted;
      },
      // Unlike remote write's, an exemplar without labels is fine: a point in time with a value.
      admitExemplar: ({ labels }) => Labels.fromPairs(pairsOf(labels)),
      checkHistogram: (value, cursor) => {
        const refusal = hooks.checkHistogram?.(value, cursor);
        if (refusal !== undefined) this.#refuseRow(refusal);
        return refusal;
      },
    };
  }

  #refuseRow(refusal: HeadRefusal): void {
    this.#refusedRows.add(this.#cursor.row);
    if (refusal.isSilent !== true) this.#refusePoint(this.#cursor.row);
  }

  #refusePoint(row: number): void {
    const point = this.#translated.rows.points[row]!;
    if (point !== NO_POINT) this.#refusedPoints.add(point);
  }
}

const NO_BODY = new Uint8Array(0);
const LATE = 'points of delta temporality that are not newer than the newest of their series were dropped';

/** Where labels may be changed on the way into the head, those that result; otherwise undefined. */
function storedLabelsOf(limits: TenantLimits, preparers: SeriesPreparers): RowCursorOptions['storedLabels'] {
  const isRelabelling = limits.metricRelabelingEnabled && limits.metricRelabelConfigs.length > 0;
  if (!isRelabelling && limits.dropLabels.length === 0 && !limits.acceptHaSamples) return undefined;
  const preparer = preparers.of(limits);
  const removed = limits.acceptHaSamples ? limits.haReplicaLabel : '';
  return (labels) => {
    const prepared = preparer.prepare(Labels.fromBytes(labels).flat(), removed, false);
    return prepared.kind === 'accepted' ? prepared.labels.bytes() : undefined;
  };
}

function* pairsOf(flat: readonly string[]): IterableIterator<[string, string]> {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i]!, flat[i + 1]!];
}
