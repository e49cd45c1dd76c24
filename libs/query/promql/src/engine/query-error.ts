import type { QueryErrorType } from './result.ts';

/** Part of the evaluation that Prometheus names in its cancellation texts. */
const EVALUATION = 'query execution';

/** A query that failed for a reason its author can act on. The message is Prometheus' own text. */
export class QueryError extends Error {
  readonly errorType: QueryErrorType;

  constructor(errorType: QueryErrorType, message: string) {
    super(message);
    this.name = 'QueryError';
    this.errorType = errorType;
  }
}

/** An evaluation error: HTTP 422. */
export function executionError(message: string): QueryError {
  return new QueryError('execution', message);
}

/** The query passed its limit of samples held at one time. */
export function tooManySamplesError(): QueryError {
  return executionError(`query processing would load too many samples into memory in ${EVALUATION}`);
}

/** The query passed its time limit. */
export function timeoutError(): QueryError {
  return new QueryError('timeout', `query timed out in ${EVALUATION}`);
}

/** Someone gave the query up. */
export function canceledError(): QueryError {
  return new QueryError('canceled', `query was canceled in ${EVALUATION}`);
}

/** The query passed its memory limit. */
export function memoryLimitError(limitBytes: number): QueryError {
  return executionError(
    `the query exceeded the maximum allowed estimated amount of memory consumed by a single query (limit: ${limitBytes} bytes)`,
  );
}

/** Two series of one result carry the same labels. */
export function sameLabelsetError(): QueryError {
  return executionError('vector cannot contain metrics with the same labelset');
}
