export * from './histogram.ts';
export * from './labels.ts';
export * from './matcher.ts';
export * from './sample-columns.ts';
export * from './stale.ts';
export * from './telamon-error.ts';
export * from './utf8.ts';
