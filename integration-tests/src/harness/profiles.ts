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
  federate: { flags: ['--metrics.external-labels=replica=r0'] },
};

/** Settings of a tenant for one strategy of naming what arrives by OTLP. */
export const OTLP_STRATEGY_LIMIT = 'otel_translation_strategy';
