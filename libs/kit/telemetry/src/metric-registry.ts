import { Counter as PromCounter, Gauge as PromGauge, Histogram as PromHistogram, Registry as PromRegistry } from 'prom-client';
import { type Exposition, type ExpositionRequest, exposeFamilies, type MetricFamily } from './exposition.ts';
import { checkMetricSpec, type HistogramSpec, type MetricDescription, type MetricSpec, type ReadSpec } from './metric-spec.ts';

/** Values for a metric's labels; every declared one must be given. */
export type LabelValues<L extends string> = Readonly<Record<L, string>>;

/** Only ever grows. */
export interface Counter<L extends string = never> {
  /** Adds `by` (>= 0, default 1). Costs a hash of the labels; on hot paths keep what {@link Counter.with} returns. */
  inc(labels: LabelValues<L>, by?: number): void;
  /** The counter of one set of labels; its `inc` costs an addition. It appears in the exposition from now on, with 0. */
  with(labels: LabelValues<L>): { inc(by?: number): void };
  /** Forgets one set of labels, e.g. of a tenant that is gone. */
  remove(labels: LabelValues<L>): void;
}

/** Goes up and down. */
export interface Gauge<L extends string = never> {
  set(labels: LabelValues<L>, value: number): void;
  /** Adds `by`, which may be negative. */
  add(labels: LabelValues<L>, by: number): void;
  remove(labels: LabelValues<L>): void;
}

/** Counts values by size. */
export interface Histogram<L extends string = never> {
  /** Records a value in the unit of the metric's name. */
  observe(labels: LabelValues<L>, value: number): void;
  /** Records a duration given in ms into a metric in seconds. */
  observeMs(labels: LabelValues<L>, durationMs: number): void;
  remove(labels: LabelValues<L>): void;
}

/**
 * The metrics of one instance. Nothing is global: several registries live side by side in one process.
 * Declaring a name twice, or against the naming rules, is a programmer error and throws.
 */
export interface MetricRegistry {
  counter<L extends string = never>(spec: MetricSpec<L>): Counter<L>;
  gauge<L extends string = never>(spec: MetricSpec<L>): Gauge<L>;
  histogram<L extends string = never>(spec: HistogramSpec<L>): Histogram<L>;
  /** A counter whose value something else keeps. */
  readCounter<L extends string = never>(spec: ReadSpec<L>): void;
  /** A gauge whose value is computed on each scrape. */
  readGauge<L extends string = never>(spec: ReadSpec<L>): void;
  /** Current value of a series of a counter or gauge, undefined if there is none. For tests and status pages. */
  valueOf(name: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined>;
  /** The body of `/metrics`. Cost: O(series). */
  expose(request?: ExpositionRequest): Promise<Exposition>;
  /** Every declared metric, sorted by name. */
  describe(): MetricDescription[];
}

/** Makes an empty registry. */
export function createRegistry(): MetricRegistry {
  return new PromBackedRegistry();
}

class PromBackedRegistry implements MetricRegistry {
  readonly #prom = new PromRegistry();
  readonly #descriptions: MetricDescription[] = [];
  readonly #beforeCollect: (() => void)[] = [];

  counter<L extends string>(spec: MetricSpec<L>): Counter<L> {
    const config = this.#declare(spec, 'counter');
    const counter = new CountingCounter<L>(new PromCounter<L>(config));
    this.#beforeCollect.push(() => counter.flush());
    return counter;
  }

  gauge<L extends string>(spec: MetricSpec<L>): Gauge<L> {
    const gauge = new PromGauge<L>(this.#declare(spec, 'gauge'));
    return {
      set: (labels, value) => gauge.set(labels, value),
      add: (labels, by) => (by < 0 ? gauge.dec(labels, -by) : gauge.inc(labels, by)),
      remove: (labels) => gauge.remove(labels),
    };
  }

  histogram<L extends string>(spec: HistogramSpec<L>): Histogram<L> {
    const histogram = new PromHistogram<L>({ ...this.#declare(spec, 'histogram'), buckets: [...spec.buckets] });
    return {
      observe: (labels, value) => histogram.observe(labels, value),
      observeMs: (labels, durationMs) => histogram.observe(labels, durationMs / 1000),
      remove: (labels) => histogram.remove(labels),
    };
  }

  readCounter<L extends string>(spec: ReadSpec<L>): void {
    const config = this.#declare(spec, 'counter');
    new PromCounter<L>({
      ...config,
      collect() {
        this.reset();
        for (const [labels, value] of valuesOf(spec)) this.inc(labels, value);
      },
    });
  }

  readGauge<L extends string>(spec: ReadSpec<L>): void {
    const config = this.#declare(spec, 'gauge');
    new PromGauge<L>({
      ...config,
      collect() {
        this.reset();
        // prom-client resets a gauge without labels to 0 and one with labels to nothing.
        for (const [labels, value] of valuesOf(spec)) this.set(labels, value);
      },
    });
  }

  async valueOf(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
    const wanted = Object.entries(labels);
    for (const family of await this.#families()) {
      if (family.name !== name) continue;
      const found = family.samples.find(
        (sample) =>
          wanted.length === Object.keys(sample.labels).length && wanted.every(([key, value]) => sample.labels[key] === value),
      );
      return found?.value;
    }
    return undefined;
  }

  async expose(request: ExpositionRequest = {}): Promise<Exposition> {
    return exposeFamilies(await this.#families(), request);
  }

  describe(): MetricDescription[] {
    return [...this.#descriptions].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #families(): Promise<MetricFamily[]> {
    for (const flush of this.#beforeCollect) flush();
    const collected = await this.#prom.getMetricsAsJSON();
    const typeByName = new Map(this.#descriptions.map(({ name, type }) => [name, type]));
    return collected
      .map(({ name, help, values }) => ({
        name,
        help,
        type: typeByName.get(name)!,
        samples: values.map((value) => ({
          name: 'metricName' in value && typeof value.metricName === 'string' ? value.metricName : name,
          labels: { ...sharedLabelsOf(value), ...(value.labels as Record<string, string | number>) },
          value: value.value,
        })),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #declare<L extends string>(
    spec: MetricSpec<L>,
    type: MetricDescription['type'],
  ): { name: string; help: string; labelNames: L[]; registers: PromRegistry[] } {
    checkMetricSpec(spec, type);
    const labels = spec.labels ?? [];
    if (this.#prom.getSingleMetric(spec.name) !== undefined) throw new Error(`metric ${spec.name} is declared twice`);
    this.#descriptions.push({ name: spec.name, type, help: spec.help, labels });
    return { name: spec.name, help: spec.help, labelNames: [...labels], registers: [this.#prom] };
  }
}

/** Keeps increments of hot children in plain fields and hands them over when someone looks. */
class CountingCounter<L extends string> implements Counter<L> {
  readonly #prom: PromCounter<L>;
  readonly #children = new Map<string, CounterChild<L>>();

  constructor(prom: PromCounter<L>) {
    this.#prom = prom;
  }

  inc(labels: LabelValues<L>, by: number = 1): void {
    this.#prom.inc(labels, by);
  }

  with(labels: LabelValues<L>): CounterChild<L> {
    const key = keyOf(labels);
    let child = this.#children.get(key);
    if (child === undefined) {
      child = new CounterChild(labels);
      this.#children.set(key, child);
      this.#prom.inc(labels, 0);
    }
    return child;
  }

  remove(labels: LabelValues<L>): void {
    this.#children.delete(keyOf(labels));
    this.#prom.remove(labels);
  }

  flush(): void {
    for (const child of this.#children.values()) {
      const pending = child.take();
      if (pending > 0) this.#prom.inc(child.labels, pending);
    }
  }
}

class CounterChild<L extends string> {
  readonly labels: LabelValues<L>;
  #pending = 0;

  constructor(labels: LabelValues<L>) {
    this.labels = { ...labels };
  }

  inc(by: number = 1): void {
    // The negated form also catches NaN.
    if (!(by >= 0)) throw new Error(`a counter can't grow by ${by}`);
    this.#pending += by;
  }

  take(): number {
    const pending = this.#pending;
    this.#pending = 0;
    return pending;
  }
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function valuesOf<L extends string>(spec: ReadSpec<L>): Iterable<readonly [LabelValues<L>, number]> {
  const value = spec.read();
  return typeof value === 'number' ? [[{} as LabelValues<L>, value]] : value;
}

/** Histograms carry what their samples have in common beside the labels. */
function sharedLabelsOf(value: object): Record<string, string | number> {
  return 'sharedLabels' in value ? (value.sharedLabels as Record<string, string | number>) : {};
}
