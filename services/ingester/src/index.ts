export { createIngester, type IngesterOptions } from './ingester.ts';
