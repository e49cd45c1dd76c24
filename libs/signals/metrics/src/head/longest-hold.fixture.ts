/** No work may hold the event loop for more than 50 ms; three times that, because it isn't the only one to use the machine. */
const HOLD_MS_MAX = 150;
/** Work of known length whose turns tell how busy the machine is with other things. */
const PROBES = 40;
const PROBE_MS = 5;

/** What `work` gives, and the longest time between two turns of the event loop meanwhile, ms. */
export async function withLongestHold<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly holdMs: number }> {
  let holdMs = 0;
  let lastMs = performance.now();
  let isDone = false;
  const look = (): void => {
    const nowMs = performance.now();
    holdMs = Math.max(holdMs, nowMs - lastMs);
    lastMs = nowMs;
  };
  const settled = work().finally(() => {
    isDone = true;
  });
  settled.catch(() => undefined);
  while (!isDone) {
    look();
    await new Promise((resolve) => setImmediate(resolve));
  }
  look();
  return { result: await settled, holdMs };
}

/** How long work may hold the event loop here and now: more where other processes take the processor away in between. */
export async function holdBoundMs(): Promise<number> {
  const probe = async (): Promise<void> => {
    for (let i = 0; i < PROBES; i++) {
      const endMs = performance.now() + PROBE_MS;
      while (performance.now() < endMs);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const { holdMs } = await withLongestHold(probe);
  return HOLD_MS_MAX + 3 * (holdMs - PROBE_MS);
}
