import type { AppendInput, AppendResult } from '../head/index.ts';

/** Where receivers put what they accept: the heads of this process, or (later) the ingesters of a ring. */
export interface MetricsAppender {
  /**
   * Appends a request and resolves when what was accepted is durable. Rejects with a retryable TelamonError when nothing is
   * promised.
   */
  append(tenant: string, input: AppendInput): Promise<AppendResult>;
}
