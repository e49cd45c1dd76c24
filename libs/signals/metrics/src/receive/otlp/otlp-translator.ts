import { quoteGo } from '@telamon/model';
import {
  type MetricMetadata,
  type MetricType,
  type OtlpMetric,
  type OtlpMetricsRequest,
  type OtlpPoint,
  type OtlpResourceMetrics,
  type OtlpScopeMetrics,
  TEMPORALITY_CUMULATIVE,
  TEMPORALITY_DELTA,
} from '@telamon/wire';
import { addClassicHistogramRows, addCustomBucketsRow, addExponentialRow, BoundTexts } from './histogram-rows.ts';
import { LabelNames } from './label-names.ts';
import { metricMetadata, metricTypeOf } from './metric-metadata.ts';
import { type NamedKind, prometheusMetricName } from './metric-name.ts';
import type { MetricTarget } from './metric-target.ts';
import { addNumberRow } from './number-rows.ts';
import { PointLabeler } from './point-labeler.ts';
import { RefusalLog } from './refusal-log.ts';
import { type ResourceLabels, resourceLabels, scopeLabels } from './resource-labels.ts';
import { addSummaryRows } from './summary-rows.ts';
import { TARGET_INFO_METADATA, TargetInfo } from './target-info.ts';
import { type RowBounds, TranslatedRows } from './translated-rows.ts';
import { TranslationError } from './translation-error.ts';
import type { TranslationSettings } from './translation-settings.ts';
import { prometheusUnit } from './unit-suffix.ts';

const NO_LABELS: ReadonlyMap<string, string> = new Map();
/** Points after which the event loop is thought of. */
const POINTS_PER_LOOK = 64;

interface TimeSpan {
  oldestMs: number;
  newestMs: number;
}

interface OpenResource {
  readonly attributes: OtlpResourceMetrics['attributes'];
  /** Undefined when the resource is refused, for {@link refusal}. */
  labels: ResourceLabels | undefined;
  refusal: string;
  readonly span: TimeSpan;
}

/** Where points of a metric stand: what comes from around it. */
interface Surroundings {
  readonly resource: ResourceLabels;
  readonly scope: ReadonlyMap<string, string>;
  /** Labels the points of metrics that add nothing of their own. */
  readonly labeler: PointLabeler;
  readonly span: TimeSpan;
}

/**
 * Turns a decoded OTLP request into rows of samples, as Prometheus' OTLP receiver does. What cannot be translated is noted and
 * left out: a point, a metric or a resource; the rest is kept. Runs in pieces.
 */
export class OtlpTranslator {
  readonly rows: TranslatedRows;
  /** Metadata by the name of the metric family. */
  readonly metadata: Map<string, MetricMetadata> = new Map();
  readonly refusals: RefusalLog = new RefusalLog();
  readonly #settings: TranslationSettings;
  readonly #names: LabelNames;
  readonly #targetInfo: TargetInfo;
  readonly #boundTexts = new BoundTexts();
  #walk: Iterator<undefined> | undefined;
  /** The newest resource, whose points may go on in the next piece. */
  #open: OpenResource | undefined;

  constructor(settings: TranslationSettings, bounds?: RowBounds) {
    this.#settings = settings;
    this.rows = new TranslatedRows(bounds);
    this.#names = new LabelNames(settings.labelNaming);
    this.#targetInfo = new TargetInfo({
      names: this.#names,
      isEscaping: settings.labelNaming.isEscaping,
      keepsIdentifying: settings.keepsIdentifying,
      intervalMs: settings.targetInfoIntervalMs,
    });
  }

  /** Begins a request, or the next piece of one; the one before must be done. `continuesResource`: as in `OtlpMetricsPiece`. */
  begin(request: OtlpMetricsRequest, continuesResource = false): void {
    this.#walk = this.#request(request, continuesResource);
  }

  /** Goes on until what was begun is translated (true) or `deadlineMs` of `performance.now()` has passed (false). Throws 413 beyond the bounds. */
  step(deadlineMs: number): boolean {
    while (this.#walk?.next().done === false) if (performance.now() > deadlineMs) return false;
    return true;
  }

  /** Adds what can be told only when all pieces are translated. Throws 413 beyond the bounds. */
  finish(): void {
    this.#closeResource();
    if (this.#targetInfo.write(this.rows)) this.metadata.set(TARGET_INFO_METADATA.name, TARGET_INFO_METADATA);
  }

  *#request(request: OtlpMetricsRequest, continuesResource: boolean): Generator<undefined> {
    for (const [i, metrics] of request.resourceMetrics.entries()) {
      if (i > 0 || !continuesResource) this.#openResource(metrics);
      yield* this.#resource(metrics);
    }
  }

  *#resource(metrics: OtlpResourceMetrics): Generator<undefined> {
    const open = this.#open!;
    if (open.labels === undefined) {
      this.refusals.note(countPoints(metrics.scopeMetrics), open.refusal);
      return;
    }
    for (const scoped of metrics.scopeMetrics) yield* this.#scope(scoped, open.labels, open.span);
  }

  #openResource({ attributes }: OtlpResourceMetrics): void {
    this.#closeResource();
    const open: OpenResource = {
      attributes,
      labels: undefined,
      refusal: '',
      span: { oldestMs: Number.POSITIVE_INFINITY, newestMs: Number.NEGATIVE_INFINITY },
    };
    try {
      open.labels = resourceLabels(attributes, this.#settings.promotion, this.#names);
    } catch (error) {
      if (!(error instanceof TranslationError)) throw error;
      open.refusal = error.message;
    }
    this.#open = open;
  }

  /** Makes its `target_info` when the times of all its points are known. */
  #closeResource(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open?.labels === undefined || open.span.newestMs < open.span.oldestMs) return;
    const { attributes, labels, span } = open;
    this.#try(0, () => this.#targetInfo.add({ attributes, labels, ...span }));
  }

  *#scope(scoped: OtlpScopeMetrics, resource: ResourceLabels, span: TimeSpan): Generator<undefined> {
    const isPromoted = this.#settings.promotesScope;
    const scope = this.#try(countPoints([scoped]), () => (isPromoted ? scopeLabels(scoped, this.#names) : NO_LABELS));
    if (scope === undefined) return;
    const surroundings = { resource, scope, span, labeler: this.#labelerOf(resource, scope) };
    for (const metric of scoped.metrics) {
      yield undefined;
      yield* this.#metric(metric, surroundings);
    }
  }

  *#metric(metric: OtlpMetric, surroundings: Surroundings): Generator<undefined> {
    const { data } = metric;
    if (data.kind === 'none') {
      this.refusals.note(0, `could not get aggregation temporality for ${metric.name} as it has unsupported metric type Empty`);
      return;
    }
    const target = this.#try(data.points.length, () => this.#targetOf(metric, surroundings));
    if (target === undefined) return;
    let accepted = 0;
    for (const [i, add] of this.#adders(metric, target)) {
      if (i % POINTS_PER_LOOK === POINTS_PER_LOOK - 1) yield undefined;
      const isAdded = this.#try(1, () => {
        add();
        return true;
      });
      if (isAdded === undefined) continue;
      accepted++;
      notePoint(surroundings.span, data.points[i]!);
    }
    if (accepted === 0 || this.metadata.has(target.name)) return;
    this.metadata.set(target.name, metricMetadata(metric, target.name, metricTypeOf(metric, this.#settings.keepsDelta)));
  }

  /** What adds each point of a metric, with its index. */
  *#adders({ data }: OtlpMetric, target: MetricTarget): Generator<[number, () => void]> {
    switch (data.kind) {
      case 'none':
        return;
      case 'gauge':
      case 'sum':
        for (const [i, point] of data.points.entries()) yield [i, () => addNumberRow(target, point, data.kind === 'sum')];
        return;
      case 'histogram':
        for (const [i, point] of data.points.entries()) {
          if (this.#settings.convertsToNhcb) yield [i, () => addCustomBucketsRow(target, point)];
          else yield [i, () => addClassicHistogramRows(target, point, this.#boundTexts)];
        }
        return;
      case 'exponentialHistogram':
        for (const [i, point] of data.points.entries()) yield [i, () => addExponentialRow(target, point)];
        return;
      default:
        for (const [i, point] of data.points.entries()) yield [i, () => addSummaryRows(target, point)];
    }
  }

  #targetOf(metric: OtlpMetric, { resource, scope, labeler }: Surroundings): MetricTarget {
    const { keepsDelta, metricNaming } = this.#settings;
    const temporality = temporalityOf(metric);
    if (temporality !== TEMPORALITY_CUMULATIVE && temporality !== TEMPORALITY_DELTA) {
      throw new TranslationError(`invalid temporality and type combination for metric ${quoteGo(metric.name)}`);
    }
    const isDelta = temporality === TEMPORALITY_DELTA;
    const name = prometheusMetricName({ name: metric.name, unit: metric.unit, kind: kindOf(metric) }, metricNaming);
    const type = metricTypeOf(metric, keepsDelta);
    const own = this.#typeAndUnit(metric, type);
    const points = own.size === 0 ? labeler : this.#labelerOf(resource, new Map([...scope, ...own]));
    return {
      name,
      rows: this.rows,
      isAccumulated: isDelta && !keepsDelta,
      isGauge: isDelta && keepsDelta,
      isCounter: this.#settings.hasStartZeros && type !== 'gauge' && type !== 'unknown',
      labelsOf: (attributes) => points.labelsOf(attributes),
    };
  }

  #labelerOf(resource: ResourceLabels, over: ReadonlyMap<string, string>): PointLabeler {
    const rules = { names: this.#names, isEscaping: this.#settings.labelNaming.isEscaping };
    return new PointLabeler(rules, { resource, over });
  }

  #typeAndUnit(metric: OtlpMetric, type: MetricType): ReadonlyMap<string, string> {
    const labels = new Map<string, string>();
    if (!this.#settings.hasTypeAndUnitLabels) return labels;
    if (type !== 'unknown') labels.set('__type__', type);
    const unit = prometheusUnit(metric.unit, true);
    if (unit !== '') labels.set('__unit__', prometheusUnit(unit, this.#settings.labelNaming.isEscaping));
    return labels;
  }

  /** Runs a part; what it refuses is noted with the number of points that are lost by it. */
  #try<T>(points: number, part: () => T): T | undefined {
    try {
      return part();
    } catch (error) {
      if (!(error instanceof TranslationError)) throw error;
      this.refusals.note(points, error.message);
      return undefined;
    }
  }
}

function temporalityOf({ data }: OtlpMetric): number {
  return 'temporality' in data ? data.temporality : TEMPORALITY_CUMULATIVE;
}

function kindOf({ data }: OtlpMetric): NamedKind {
  if (data.kind === 'sum') return data.isMonotonic ? 'monotonic-sum' : 'other';
  return data.kind === 'gauge' ? 'gauge' : 'other';
}

function notePoint(span: TimeSpan, point: OtlpPoint): void {
  span.oldestMs = Math.min(span.oldestMs, point.timeMs);
  span.newestMs = Math.max(span.newestMs, point.timeMs);
}

function countPoints(scopes: readonly OtlpScopeMetrics[]): number {
  let count = 0;
  for (const { metrics } of scopes) {
    for (const { data } of metrics) if (data.kind !== 'none') count += data.points.length;
  }
  return count;
}
