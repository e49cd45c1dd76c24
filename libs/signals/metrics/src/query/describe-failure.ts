import { CatalogueError, maxMemoryPerQuery } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { QueryError } from '@telamon/promql';
import type { JobContext } from '@telamon/workers';
import { type ApiErrorType, errorTypeOfStatus, invalidParameter } from '../api/api-error.ts';

/** What a failed query is answered with. */
export interface QueryFailure {
  readonly errorType: ApiErrorType;
  readonly message: string;
  /** Reason label of a limit or a rule that the query met, else ''. */
  readonly refusal: string;
}

/** Id of the ledger's refusal (`@telamon/workers`). */
const LEDGER_ID = 'err-telamon-memory-limit';

/** Turns what a query failed with into an answer. What is wrong with the query itself is told as a refused parameter. */
export function describeFailure(error: unknown, context: Pick<JobContext, 'isCancelled'>, maxMemoryBytes: number): QueryFailure {
  const refused = asRefusal(error, maxMemoryBytes);
  if (refused !== undefined) {
    return { errorType: errorTypeOfStatus(refused.status), message: refused.message, refusal: refused.reason };
  }
  const { errorType, message } = describeOther(error, context);
  return { errorType, message, refusal: '' };
}

/** Memory is counted in two places that don't know the catalogue: the ledger of frames and the engine's own. */
function asRefusal(error: unknown, maxMemoryBytes: number): CatalogueError | undefined {
  if (error instanceof CatalogueError) return error;
  const ofMemory = maxMemoryPerQuery(maxMemoryBytes);
  if (error instanceof TelamonError && error.id === LEDGER_ID) return ofMemory;
  return error instanceof QueryError && maxMemoryBytes > 0 && ofMemory.message.startsWith(error.message) ? ofMemory : undefined;
}

function describeOther(error: unknown, context: Pick<JobContext, 'isCancelled'>): Omit<QueryFailure, 'refusal'> {
  if (error instanceof QueryError) {
    const { errorType, message } = error;
    return errorType === 'bad_data' ? invalidParameter('query', message) : { errorType, message };
  }
  if (context.isCancelled()) return { errorType: 'canceled', message: 'query was canceled in query execution' };
  if (error instanceof TelamonError) return { errorType: errorTypeOfStatus(error.status), message: error.message };
  return { errorType: 'internal', message: error instanceof Error ? error.message : String(error) };
}
