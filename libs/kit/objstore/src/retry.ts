import { setTimeout as delay } from 'node:timers/promises';
import { TelamonError } from '@telamon/model';
import { abortedError } from './object-errors.ts';

/** How often and how fast to try again. */
export interface RetryPolicy {
  /** Tries in all. Default 5. */
  readonly maxAttempts: number;
  /** Bound of the first pause; doubles each time. Default 100 ms. */
  readonly baseDelayMs: number;
  /** Default 5 s. */
  readonly maxDelayMs: number;
  /** No pause begins that would end after this time from the first try. Default 60 s. */
  readonly deadlineMs: number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly nowMs: () => number;
}

/** Defaults of {@link RetryPolicy}. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxAttempts: 5,
  baseDelayMs: 100,
  maxDelayMs: 5000,
  deadlineMs: 60_000,
  random: Math.random,
  nowMs: Date.now,
};

/**
 * Runs until it succeeds, fails for good, or the policy is used up; then the last error is thrown. Pauses are uniform in [0, bound) ("full
 * jitter": clients that failed together do not come back together). `run` gets the attempt, from 1.
 */
export async function withRetry<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  run: (attempt: number) => Promise<T>,
): Promise<T> {
  const endMs = policy.nowMs() + policy.deadlineMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(attempt);
    } catch (error) {
      const isFinal = !(error instanceof TelamonError && error.isRetryable) || attempt >= policy.maxAttempts;
      if (isFinal || signal?.aborted) throw error;
      const pauseMs = policy.random() * Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
      if (policy.nowMs() + pauseMs > endMs) throw error;
      await pause(pauseMs, signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch {
    throw abortedError(signal!);
  }
}
