export { headLastSample } from './head-last-sample.ts';
export type { LastSample, LastSampleOf } from './last-sample.ts';
export type { OtlpDeps } from './otlp-deps.ts';
export { otlpMethods, otlpRoutes } from './otlp-routes.ts';
