import type { TelamonOptions } from './telamon-process.ts';

/** Settings of a server that answers one profile of the recorded query API. */
export const API_PROFILES: Readonly<Record<string, Omit<TelamonOptions, 'name'>>> = {
  default: {},
  experimental: {
    flags: [
      '--enable-feature=promql-experimental-functions,promql-extended-range-selectors,promql-binop-fill-modifiers,promql-duration-expr,promql-per-step-stats',
    ],
  },
  limits: { flags: ['--querier.max-samples=200'] },
  delayed: { flags: ['--enable-feature=promql-delayed-name-removal'] },
  metadata: {},
  federate: { flags: ['--querier.external-labels=replica=r0'] },
};

/** Prometheus' `otlp` settings and the limits of the same meaning. */
const OTLP_LIMITS: Readonly<Record<string, string>> = {
  convert_histograms_to_nhcb: 'otel_convert_histograms_to_nhcb',
  ignore_resource_attributes: 'otel_ignore_resource_attributes',
  keep_identifying_resource_attributes: 'otel_keep_identifying_resource_attributes',
  promote_all_resource_attributes: 'otel_promote_all_resource_attributes',
  promote_resource_attributes: 'promote_otel_resource_attributes',
  promote_scope_metadata: 'otel_promote_scope_metadata',
};

/** Limits of a tenant that takes OTLP as a Prometheus with these settings does. */
export function otlpLimits(strategy: string, config: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const limits: Record<string, unknown> = { otel_translation_strategy: strategy };
  for (const [name, value] of Object.entries(config)) {
    const limit = OTLP_LIMITS[name];
    if (limit !== undefined) limits[limit] = Array.isArray(value) ? value.join(',') : value;
  }
  return limits;
}
