/** What is declared of every metric. `L` is the union of its label names. */
export interface MetricSpec<L extends string = never> {
  /** `telamon_<component>_<thing>_<unit>[_total]`; counters end in `_total`, nothing else does. */
  readonly name: string;
  /** One sentence; shown in `/metrics` and in the reference. */
  readonly help: string;
  readonly labels?: readonly L[];
  /** The name is one that peers or conventions define (`cortex_…`, `process_…`), so our prefix isn't asked for. */
  readonly isForeignName?: boolean;
}

/** A histogram's declaration. */
export interface HistogramSpec<L extends string = never> extends MetricSpec<L> {
  /** Upper bounds, ascending, without +Inf, in the unit of the name. */
  readonly buckets: readonly number[];
}

/** A metric whose value is read when someone asks for it. */
export interface ReadSpec<L extends string = never> extends MetricSpec<L> {
  /** Returns one number, or one per set of labels. Runs on every scrape, so it must be cheap. */
  readonly read: () => number | Iterable<readonly [labels: Readonly<Record<L, string>>, value: number]>;
}

/** What a registry tells of a metric, for the generated reference. */
export interface MetricDescription {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/;

/** Checks a declaration; a wrong one is a programmer error and throws. */
export function checkMetricSpec(spec: MetricSpec<string>, type: MetricDescription['type']): void {
  const fail = (why: string): never => {
    throw new Error(`metric ${spec.name}: ${why}`);
  };
  if (!NAME.test(spec.name)) fail('the name must be lower_snake_case with at least two words');
  if (spec.isForeignName !== true && !spec.name.startsWith('telamon_')) fail('the name must begin with telamon_');
  if ((type === 'counter') !== spec.name.endsWith('_total')) fail('counters end in _total, and only they do');
  if (spec.help.trim() === '') fail('the help text is missing');
  for (const label of spec.labels ?? []) {
    if (!/^[a-z][a-z0-9_]*$/.test(label) || label === 'le' || label === 'quantile') fail(`bad label name ${label}`);
  }
}

/** Bounds for the time of requests in seconds: 5 ms to 2 minutes. */
export const LATENCY_BUCKETS_SECONDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100];

/** Bounds for sizes in bytes: 1 KiB to 256 MiB in steps of four. */
export const SIZE_BUCKETS_BYTES: readonly number[] = Array.from({ length: 10 }, (_, i) => 1024 * 4 ** i);
