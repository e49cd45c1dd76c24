import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { residentBytes } from './memory-usage.ts';

/** What a collection in idle time was. */
export interface IdleCollection {
  /** How long it held the thread. */
  readonly pauseMs: number;
  /** What was resident before it; the memory is returned within a second after it. */
  readonly residentBytes: number;
}

/** Settings of an {@link IdleCollector}. */
export interface IdleCollectorOptions {
  /** Whether requests are being served; then nothing is ever collected. */
  readonly isBusy: () => boolean;
  /** Bytes of the process that are resident, 0 when not known; then nothing is collected. Default: asks the system. */
  readonly residentBytes?: () => number;
  /** CPU time of all threads so far, ms. */
  readonly cpuMs?: () => number;
  /** Collects garbage while the caller waits. Default: V8's full collection. */
  readonly collect?: () => void;
  readonly clock?: Clock;
}

/** Calls of {@link IdleCollector.check} that must find the process idle, one after the other, before it collects. */
const IDLE_CHECKS = 10;
/** Share of one core up to which a process counts as idle. */
const IDLE_CPU_SHARE = 0.2;
/** Below this there is nothing to win: code, the runtime and what is loaded once take that much. */
const FLOOR_BYTES = 64 * 1024 * 1024;
/** Growth beyond the last level that is worth a pause, and the least share of that level. */
const GROWTH_BYTES_MIN = 32 * 1024 * 1024;
const GROWTH_SHARE_MIN = 0.25;
const INTERVAL_MS_MIN = 30_000;
/** Pauses take at most one part in so many of the time. */
const PAUSE_RARITY = 200;

/**
 * Gives memory back when nothing goes on. V8 starts a collection only when something allocates, so what a burst of large requests left
 * behind (its own heap as well as the buffers that dead objects hold) would stay resident until the next burst. Someone calls
 * {@link check} about once a second; when the process was idle for ten checks and its resident memory is at least 32 MiB and a quarter
 * above the level that the last collection reached, a full collection runs, and after ten more idle checks another one: V8 gives the
 * space of young objects back (32 MiB) only at a collection that finds that little was allocated since the one before. It blocks the
 * thread for about 20 ms plus 0.7 ms per MiB of live objects (contents of buffers don't count), so it comes at most twice in 30 s and
 * takes at most 0.5 % of the time.
 * Only the heap of the thread that makes it is collected.
 */
export class IdleCollector {
  readonly #isBusy: () => boolean;
  readonly #residentBytes: () => number;
  readonly #cpuMs: () => number;
  readonly #collect: () => void;
  readonly #clock: Clock;
  #levelBytes: number = FLOOR_BYTES;
  #idleChecks = 0;
  #isSettling = false;
  /** Whether the last collection is to be followed by its second. */
  #isRepeatDue = false;
  #lastCheckMs: number;
  #lastCpuMs: number;
  #nextMs: number;

  constructor(options: IdleCollectorOptions) {
    this.#isBusy = options.isBusy;
    this.#residentBytes = options.residentBytes ?? residentBytes;
    this.#cpuMs = options.cpuMs ?? cpuMsOfProcess;
    this.#collect = options.collect ?? collectFully;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#lastCheckMs = this.#clock.monotonicMs();
    this.#lastCpuMs = this.#cpuMs();
    this.#nextMs = this.#lastCheckMs;
  }

  /** Looks whether it is time to collect, and does; tells what it did, undefined for nothing. To be called about every second. */
  check(): IdleCollection | undefined {
    // Other threads return what a collection frees a moment later, so its level shows at the next check, busy or not.
    if (this.#isSettling) this.#levelBytes = Math.max(FLOOR_BYTES, this.#residentBytes());
    this.#isSettling = false;
    this.#idleChecks = this.#isIdle() ? this.#idleChecks + 1 : 0;
    if (this.#idleChecks < IDLE_CHECKS) return undefined;
    const resident = this.#residentBytes();
    if (resident === 0 || this.#clock.monotonicMs() < this.#nextMs) return undefined;
    this.#levelBytes = Math.max(FLOOR_BYTES, Math.min(this.#levelBytes, resident));
    const growthMin = Math.max(GROWTH_BYTES_MIN, this.#levelBytes * GROWTH_SHARE_MIN);
    if (!this.#isRepeatDue && resident - this.#levelBytes < growthMin) return undefined;
    return { pauseMs: this.#run(), residentBytes: resident };
  }

  #isIdle(): boolean {
    const nowMs = this.#clock.monotonicMs();
    const cpuMs = this.#cpuMs();
    const share = (cpuMs - this.#lastCpuMs) / Math.max(1, nowMs - this.#lastCheckMs);
    this.#lastCheckMs = nowMs;
    this.#lastCpuMs = cpuMs;
    return share < IDLE_CPU_SHARE && !this.#isBusy();
  }

  #run(): number {
    const startMs = this.#clock.monotonicMs();
    this.#collect();
    const endMs = this.#clock.monotonicMs();
    this.#isRepeatDue = !this.#isRepeatDue;
    this.#nextMs = endMs + Math.max(this.#isRepeatDue ? 0 : INTERVAL_MS_MIN, PAUSE_RARITY * (endMs - startMs));
    this.#isSettling = true;
    this.#idleChecks = 0;
    return endMs - startMs;
  }
}

function cpuMsOfProcess(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * V8's own full collection. Node has no call for it, so its flag is set while a context is made, which is where the function appears; no
 * other code sees it. The inspector's collection needs no flag but repeats itself and pauses five times as long.
 */
function collectFully(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  collect();
}
