import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';

/** The loop's delays within the current window, ms beyond the timer's own resolution. */
export interface EventLoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Share of the window that the loop couldn't turn, 0..1. */
  readonly lostShare: number;
}

/** Settings of an {@link EventLoopMonitor}. */
export interface EventLoopMonitorOptions {
  /** How often the loop is probed. Default 10. */
  readonly resolutionMs?: number;
  /** Length of the window that verdicts are about. Default 30,000. */
  readonly windowMs?: number;
  /** Share of a window that may be lost before the process counts as stuck. Default 0.9. */
  readonly lostShareMax?: number;
  readonly clock?: Clock;
  /** Source of the delays; tests pass their own. */
  readonly histogram?: Pick<IntervalHistogram, 'count' | 'max' | 'mean' | 'percentile' | 'reset' | 'enable' | 'disable'>;
}

/**
 * Watches how long the event loop is held. One long pause is no reason to kill a process, so `isResponsive` asks for the share of
 * a whole window that was lost. Windows roll over when someone looks; nothing runs in between but the probe.
 */
export class EventLoopMonitor {
  readonly #histogram: NonNullable<EventLoopMonitorOptions['histogram']>;
  readonly #clock: Clock;
  readonly #resolutionMs: number;
  readonly #windowMs: number;
  readonly #lostShareMax: number;
  #windowStartMs: number;
  #lastWindow: EventLoopDelay | undefined;

  constructor(options: EventLoopMonitorOptions = {}) {
    this.#resolutionMs = options.resolutionMs ?? 10;
    this.#windowMs = options.windowMs ?? 30_000;
    this.#lostShareMax = options.lostShareMax ?? 0.9;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#histogram = options.histogram ?? monitorEventLoopDelay({ resolution: this.#resolutionMs });
    this.#windowStartMs = this.#clock.monotonicMs();
    this.#histogram.enable();
  }

  /** The last full window, or the current one as long as there is none. */
  delay(): EventLoopDelay {
    const elapsedMs = this.#clock.monotonicMs() - this.#windowStartMs;
    if (elapsedMs < this.#windowMs) return this.#lastWindow ?? this.#read(elapsedMs);
    this.#lastWindow = this.#read(elapsedMs);
    this.#histogram.reset();
    this.#windowStartMs += elapsedMs;
    return this.#lastWindow;
  }

  /** Whether the loop still turns often enough for the process to be of use. Answers `/live`. */
  isResponsive(): boolean {
    return this.delay().lostShare <= this.#lostShareMax;
  }

  /** Ends the probe. */
  close(): void {
    this.#histogram.disable();
  }

  #read(elapsedMs: number): EventLoopDelay {
    const { count, max, mean } = this.#histogram;
    if (count === 0 || elapsedMs <= 0) return { p50Ms: 0, p99Ms: 0, maxMs: 0, lostShare: 0 };
    // The probe records the whole interval in ns, so an idle loop shows the resolution itself.
    const beyond = (ns: number): number => Math.max(0, ns / 1e6 - this.#resolutionMs);
    const lostMs = beyond(mean) * count;
    return {
      p50Ms: beyond(this.#histogram.percentile(50)),
      p99Ms: beyond(this.#histogram.percentile(99)),
      maxMs: beyond(max),
      lostShare: Math.min(1, lostMs / elapsedMs),
    };
  }
}
