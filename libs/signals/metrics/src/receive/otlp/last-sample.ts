import type { FloatHistogram, IntHistogram } from '@telamon/model';

/** The newest sample of a series. */
export interface LastSample {
  readonly timeMs: number;
  /** Start of the accumulation, 0 = not known. */
  readonly startTimeMs: number;
  /** Whether the series was ended by a staleness marker. */
  readonly isStale: boolean;
  /** The value, unless {@link histogram} is set. */
  readonly value: number;
  readonly histogram: IntHistogram | FloatHistogram | undefined;
}

/**
 * The newest in-order sample of the series with these canonical labels; undefined when the head has none. It must tell what the
 * rows before it in the same request have just become, so it is asked in the same turn of the event loop in which the row that
 * follows from it is appended.
 */
export type LastSampleOf = (labels: Uint8Array) => LastSample | undefined;
