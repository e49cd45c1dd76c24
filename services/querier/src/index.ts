export { createQuerier, type Querier } from './querier.ts';
