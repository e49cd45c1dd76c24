/** What is known about a metric: type as in `/api/v1/metadata` (`counter`, `gauge`, `unknown`, ...), help and unit. */
export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** What became of metadata. */
export type MetadataVerdict = 'stored' | 'known' | 'too-many-metrics' | 'too-many-of-metric';

/** Metadata of a tenant by metric name. A metric may have several (targets that disagree), oldest first. */
export class MetadataTable {
  readonly #metrics = new Map<string, MetricMetadata[]>();

  /** Metrics that have metadata. */
  get metricCount(): number {
    return this.#metrics.size;
  }

  /** Whether exactly this is known. */
  has(metric: string, metadata: MetricMetadata): boolean {
    return this.#metrics.get(metric)?.some((held) => isSame(held, metadata)) ?? false;
  }

  /** Adds metadata. Limits of 0 are off. */
  add(
    metric: string,
    metadata: MetricMetadata,
    limits: { readonly perUser: number; readonly perMetric: number },
  ): MetadataVerdict {
    const held = this.#metrics.get(metric);
    if (held === undefined) {
      if (limits.perUser > 0 && this.#metrics.size >= limits.perUser) return 'too-many-metrics';
      this.#metrics.set(metric, [metadata]);
      return 'stored';
    }
    if (held.some((known) => isSame(known, metadata))) return 'known';
    // Without a limit a metric whose help changes all the time would grow for ever.
    const perMetric = limits.perMetric > 0 ? limits.perMetric : 10;
    if (held.length >= perMetric && limits.perMetric > 0) return 'too-many-of-metric';
    if (held.length >= perMetric) held.shift();
    held.push(metadata);
    return 'stored';
  }

  /** All entries; `metric` restricts to one name. */
  *entries(metric?: string): IterableIterator<readonly [metric: string, metadata: readonly MetricMetadata[]]> {
    if (metric === undefined) yield* this.#metrics;
    else {
      const held = this.#metrics.get(metric);
      if (held !== undefined) yield [metric, held];
    }
  }
}

function isSame(a: MetricMetadata, b: MetricMetadata): boolean {
  return a.type === b.type && a.help === b.help && a.unit === b.unit;
}
