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
  /** Adds what stands beside the series and seals the batch. Returns what the sender must be told in spite of what is stored. */
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

/** Metadata of a request, that are added to a batch behind its series. */
export class MetadataForwarder {
  readonly #seed: number;
  readonly #entries: MetricMetadata[] = [];
  readonly #known = new Set<string>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Takes metadata of a series, unless another one had the same. */
  addOnce(metadata: MetricMetadata): void {
    const { name, type, help, unit } = metadata;
    const key = `${name}\u0000${type}\u0000${unit}\u0000${help}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#entries.push(metadata);
  }

  /** Takes metadata until one of them is wrong; returns what was wrong. */
  addAll(metadata: AppendInput['metadata']): TelamonError | undefined {
    try {
      for (const one of metadata ?? []) this.#entries.push(one);
      return undefined;
    } catch (error) {
      if (!(error instanceof TelamonError)) throw error;
      return error;
    }
  }

  /** Adds what was taken to a batch. */
  writeTo(batch: ForwardBatch, { out }: SeriesWriter): void {
    for (const metadata of this.#entries) {
      const start = out.length;
      out.bytes(new WriteRequestEncoder().addMetadata(metadata).finish());
      batch.addMetadata(tokenOfMetric(this.#seed, metadata.name), start, out.length);
    }
  }
}
