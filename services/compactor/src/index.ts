export { type CompactorOptions, createCompactor } from './compactor.ts';
