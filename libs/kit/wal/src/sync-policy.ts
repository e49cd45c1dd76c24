/**
 * When an appended record counts as safe.
 *
 * - `group` (the default): after an fdatasync that covers it; one sync runs at a time and takes along whatever gathered
 *   meanwhile. Survives the loss of power.
 * - `always`: the same, but every record gets a sync of its own. Slow; for comparison and for the very careful.
 * - `interval`: after write(2). Survives the end of the process, but a loss of power (or a crash of the host) may lose
 *   what was acknowledged within the last `intervalMs` plus the time of one sync.
 */
export type SyncPolicy =
  | { readonly kind: 'group' }
  | { readonly kind: 'always' }
  | { readonly kind: 'interval'; readonly intervalMs: number };

/** Runs a function after a while; tests put their own clock here. Returns a function that cancels. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

/** Timers of the process, which do not keep it alive. */
export const scheduleOnProcess: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
};
