import { setFlagsFromString } from 'node:v8';
import { residentBytes } from './memory-usage.ts';

/** Resident memory below which a process is small, bytes. */
const SMALL_BYTES = 256 * 1024 * 1024;
const CHECK_INTERVAL_MS = 1000;

/** How far heaps may grow beyond what lives in them before garbage is collected, percent; `resident` is 0 when not known. */
export function heapGrowthPercent(resident: number): number {
  return resident > 0 && resident < SMALL_BYTES ? 300 : 100;
}

/**
 * Lets the heaps of this process, those of its threads included, double before garbage is collected, and become four times as large
 * while the process is small. By itself the engine goes by how fast JavaScript objects are made; where most garbage is the memory of
 * messages it then marks everything every 14 MB, which took a fifth of an ingester's time. Costs some 50 MB of resident memory
 * under load (decision 008). Once; looks at the process every second from then on, and does not keep it alive.
 */
export function letHeapsGrow(): void {
  let percent = 0;
  const check = (): void => {
    const next = heapGrowthPercent(residentBytes());
    if (next === percent) return;
    percent = next;
    setFlagsFromString(`--heap-growing-percent=${percent}`);
  };
  check();
  setInterval(check, CHECK_INTERVAL_MS).unref();
}
