import { TelamonError } from '@telamon/model';
import type { HttpContext } from '@telamon/rpc';

/** How long refused senders are asked to wait. */
export interface RetryAfterConfig {
  readonly retryAfterEnabled: boolean;
  readonly retryAfterMinBackoffMs: number;
  readonly retryAfterMaxBackoffMs: number;
}

/**
 * Seconds after which a refused sender should come again: the least back-off, doubled with each attempt that it tells, up to the
 * most, give or take half. `random` is in [0, 1).
 */
export function retryAfterSeconds(attempt: string | undefined, config: RetryAfterConfig, random: number): number {
  const tried = attempt !== undefined && /^[1-9][0-9]{0,3}$/.test(attempt) ? Number(attempt) : 1;
  const backoffMs = Math.min(config.retryAfterMaxBackoffMs, config.retryAfterMinBackoffMs * 2 ** (tried - 1));
  return Math.max(1, Math.round((backoffMs * (0.5 + random)) / 1000));
}

/** Runs a handler; a failure that is worth a retry (429, 529, 5xx) tells when, and goes on. */
export async function withRetryAfter(
  context: HttpContext,
  config: RetryAfterConfig,
  handle: () => Promise<void>,
  random: () => number = Math.random,
): Promise<void> {
  try {
    await handle();
  } catch (error) {
    if (config.retryAfterEnabled && !context.isReplied && isWorthARetry(error)) {
      const header = context.headers['retry-attempt'];
      const attempt = Array.isArray(header) ? header[0] : header;
      context.setHeader('Retry-After', String(retryAfterSeconds(attempt, config, random())));
    }
    throw error;
  }
}

/** What is not a TelamonError becomes a 500. */
function isWorthARetry(error: unknown): boolean {
  return !(error instanceof TelamonError) || error.status === 429 || error.status >= 500;
}
