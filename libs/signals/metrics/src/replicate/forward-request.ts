import type { TenantLimits } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { type MetricMetadata, type SeriesCursor, WriteRequestEncoder } from '@telamon/wire';
import type { AppendInput } from '../head/index.ts';
import type { ForwardBatch, ItemCounts } from './forward-batch.ts';
import type { ScanLimits } from './label-scanner.ts';
import { tokenOfMetric } from './series-token.ts';
import type { SeriesWriter } from './series-writer.ts';

/** A request on its way into a batch. */
export interface ForwardRequest {
  readonly tenant: string;
  readonly input: AppendInput;
  readonly batch: ForwardBatch;
  readonly limits: TenantLimits;
}

/** Walks a request into its batch. */
export interface Forwarder {
  /** Goes on until everything was walked (true) or `deadlineMs` of `performance.now()` has passed (false). */
  step(deadlineMs: number): boolean;
  /** Seals the batch. Returns what the sender must be told in spite of what is stored. */
  finish(): TelamonError | undefined;
  /** Tells whoever made the request which items, ascending, have samples that were not stored. */
  noteUnstored(items: readonly number[]): void;
}

/** What labels must keep to be taken as they come; undefined where every series has to be decoded. */
export function scanLimitsOf(limits: TenantLimits): ScanLimits | undefined {
  const isRelabelling = limits.metricRelabelingEnabled && limits.metricRelabelConfigs.length > 0;
  if (isRelabelling || limits.dropLabels.length > 0 || limits.nameValidationScheme === 'legacy') return undefined;
  return {
    maxLabels: limits.maxLabelNamesPerSeries,
    maxNameBytes: limits.maxLabelNameLength,
    maxValueBytes: limits.maxLabelValueLength,
    forbiddenName: limits.acceptHaSamples ? limits.haReplicaLabel : '',
  };
}

/** What the present series of a cursor carries. */
export function countsOf({ sampleCount, histogramCount, exemplarCount }: SeriesCursor): ItemCounts {
  return { samples: sampleCount, histograms: histogramCount, exemplars: exemplarCount };
}

/** Metadata of a request, that are added to its batch behind the series. */
export class MetadataForwarder {
  /** What was wrong with the request's metadata: those before it are sent on. */
  failure: TelamonError | undefined;
  readonly #batch: ForwardBatch;
  readonly #writer: SeriesWriter;
  readonly #seed: number;
  readonly #ofRequest: AppendInput['metadata'];
  readonly #ofSeries: MetricMetadata[] = [];
  readonly #known = new Set<string>();
  #left: Iterator<MetricMetadata> | undefined;

  constructor({ batch, input }: ForwardRequest, writer: SeriesWriter, seed: number) {
    this.#batch = batch;
    this.#writer = writer;
    this.#seed = seed;
    this.#ofRequest = input.metadata;
  }

  /** Takes metadata of a series, unless another one had the same. */
  addOnce(metadata: MetricMetadata): void {
    const { name, type, help, unit } = metadata;
    const key = `${name}\u0000${type}\u0000${unit}\u0000${help}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#ofSeries.push(metadata);
  }

  /** When all series are in the batch: as {@link Forwarder.step} for the metadata. */
  step(deadlineMs: number): boolean {
    this.#left ??= this.#all();
    for (let steps = 1; ; steps++) {
      const metadata = this.#next(this.#left);
      if (metadata === undefined) return true;
      const { out } = this.#writer;
      const start = out.length;
      out.bytes(new WriteRequestEncoder().addMetadata(metadata).finish());
      this.#batch.addMetadata(tokenOfMetric(this.#seed, metadata.name), start, out.length);
      if ((steps & 31) === 0 && performance.now() > deadlineMs) return false;
    }
  }

  *#all(): IterableIterator<MetricMetadata> {
    yield* this.#ofSeries;
    yield* this.#ofRequest ?? [];
  }

  #next(left: Iterator<MetricMetadata>): MetricMetadata | undefined {
    try {
      const next = left.next();
      return next.done === true ? undefined : next.value;
    } catch (error) {
      if (!(error instanceof TelamonError)) throw error;
      this.failure = error;
      return undefined;
    }
  }
}
