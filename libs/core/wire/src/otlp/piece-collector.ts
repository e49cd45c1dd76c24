import type { OtlpMetric, OtlpMetricsRequest, OtlpResourceMetrics, OtlpScopeMetrics } from './otlp-metrics.ts';
import type { OtlpAttribute } from './otlp-value.ts';

/** A part of a request. All parts merged are the whole; a metric with many points may be spread over several. */
export interface OtlpMetricsPiece {
  readonly request: OtlpMetricsRequest;
  /** The first resource is the last one of the piece before, told again with further metrics. */
  readonly continuesResource: boolean;
}

/** What stands around the metrics of a scope. */
export type OtlpScope = Omit<OtlpScopeMetrics, 'metrics'>;

/** Puts decoded metrics together into pieces. */
export class PieceCollector {
  #resources: OtlpResourceMetrics[] = [];
  /** Of the newest resource. */
  #scopes: OtlpScopeMetrics[] = [];
  /** Of the newest scope. */
  #metrics: OtlpMetric[] = [];
  #continuesResource = false;
  #isEmpty = true;

  /** Nothing came since the last cut. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Scopes that follow belong to this resource. */
  beginResource(attributes: readonly OtlpAttribute[], schemaUrl: string): void {
    this.#scopes = [];
    this.#resources.push({ attributes, schemaUrl, scopeMetrics: this.#scopes });
    this.#isEmpty = false;
  }

  /** Metrics that follow belong to this scope of the newest resource. */
  beginScope({ name, version, attributes, schemaUrl }: OtlpScope): void {
    this.#metrics = [];
    this.#scopes.push({ name, version, attributes, schemaUrl, metrics: this.#metrics });
    this.#isEmpty = false;
  }

  /** Adds a metric, or a part of its points, to the newest scope. */
  add(metric: OtlpMetric): void {
    this.#metrics.push(metric);
    this.#isEmpty = false;
  }

  /** Hands out what came since the last cut; what follows goes on with the same resource and scope. */
  cut(): OtlpMetricsPiece {
    const piece = { request: { resourceMetrics: this.#resources }, continuesResource: this.#continuesResource };
    const resource = this.#resources.at(-1);
    const scope = this.#scopes.at(-1);
    this.#resources = [];
    this.#continuesResource = resource !== undefined;
    if (resource !== undefined) this.beginResource(resource.attributes, resource.schemaUrl);
    if (scope !== undefined) this.beginScope(scope);
    this.#isEmpty = true;
    return piece;
  }
}
