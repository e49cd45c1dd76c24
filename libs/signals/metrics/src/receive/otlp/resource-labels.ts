import type { OtlpAttribute, OtlpScopeMetrics } from '@telamon/wire';
import { attributeText } from './attribute-text.ts';
import type { LabelNames } from './label-names.ts';
import type { ResourcePromotion } from './translation-settings.ts';

const SERVICE_NAME = 'service.name';
const SERVICE_NAMESPACE = 'service.namespace';
const SERVICE_INSTANCE_ID = 'service.instance.id';

/** Attributes that become `job` and `instance`. */
export const IDENTIFYING_ATTRIBUTES: ReadonlySet<string> = new Set([SERVICE_NAME, SERVICE_NAMESPACE, SERVICE_INSTANCE_ID]);

/** What a resource adds to the labels of its series. */
export interface ResourceLabels {
  /** '' for none. */
  readonly job: string;
  readonly instance: string;
  /** Promoted attributes; a point's own attributes go before. */
  readonly promoted: ReadonlyMap<string, string>;
}

/** Labels that follow from a resource. Throws `TranslationError` when a promoted attribute has no usable name. */
export function resourceLabels(
  attributes: readonly OtlpAttribute[],
  promotion: ResourcePromotion,
  names: LabelNames,
): ResourceLabels {
  const service = textOf(attributes, SERVICE_NAME);
  const namespace = textOf(attributes, SERVICE_NAMESPACE);
  const promoted = new Map<string, string>();
  for (const { key, value } of attributes) {
    if (promotion.names.has(key) !== promotion.isAll) promoted.set(names.of(key), attributeText(value));
  }
  return {
    job: service === undefined || namespace === undefined ? (service ?? '') : `${namespace}/${service}`,
    instance: textOf(attributes, SERVICE_INSTANCE_ID) ?? '',
    promoted,
  };
}

/** Labels that a scope adds; none when it has no name. Throws as {@link resourceLabels}. */
export function scopeLabels(scope: OtlpScopeMetrics, names: LabelNames): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  if (scope.name === '') return labels;
  for (const { key, value } of scope.attributes) labels.set(names.of(`otel_scope_${key}`), attributeText(value));
  labels.set('otel_scope_name', scope.name);
  labels.set('otel_scope_version', scope.version);
  labels.set('otel_scope_schema_url', scope.schemaUrl);
  return labels;
}

/** Adds what a resource gives to the labels of a point, in place. */
export function addResourceLabels(labels: Map<string, string>, resource: ResourceLabels): void {
  for (const [name, value] of resource.promoted) if ((labels.get(name) ?? '') === '') labels.set(name, value);
  if (resource.job !== '') labels.set('job', resource.job);
  if (resource.instance !== '') labels.set('instance', resource.instance);
}

function textOf(attributes: readonly OtlpAttribute[], key: string): string | undefined {
  const found = attributes.find((attribute) => attribute.key === key);
  return found === undefined ? undefined : attributeText(found.value);
}
