import { setTimeout as delay } from 'node:timers/promises';

/** How long and how often {@link waitUntil} asks. */
export interface WaitOptions {
  /** Milliseconds after which it gives up; 30,000 when not given. */
  readonly timeoutMs?: number;
  /** Milliseconds between two attempts; 50 when not given. */
  readonly pollMs?: number;
}

/**
 * Calls `attempt` until it gives something other than undefined or false, and gives that. A throwing attempt counts as
 * not yet. Throws with `what` and the last error when the time is over.
 */
export async function waitUntil<T>(
  what: string,
  attempt: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions = {},
): Promise<T> {
  const { timeoutMs = 30_000, pollMs = 50 } = options;
  const deadlineMs = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await attempt();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadlineMs) {
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}${last instanceof Error ? `: ${last.message}` : ''}`);
    }
    await delay(pollMs);
  }
}
