export { headLastSample } from './head-last-sample.ts';
export { otlpMethods, otlpRoutes } from './otlp-routes.ts';
