export * from './frame/series-frame.ts';
export type * from './metrics-source.ts';
