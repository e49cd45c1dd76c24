import { maxQueryExpressionSize } from '@telamon/limits';
import type { RequestLimits } from './query-settings.ts';

/** Refuses a query whose text is too long. @throws CatalogueError 400. */
export function checkExpressionSize(query: string, { maxExpressionBytes }: Pick<RequestLimits, 'maxExpressionBytes'>): void {
  if (maxExpressionBytes === 0) return;
  const sizeBytes = Buffer.byteLength(query);
  if (sizeBytes > maxExpressionBytes) throw maxQueryExpressionSize(sizeBytes, maxExpressionBytes);
}
