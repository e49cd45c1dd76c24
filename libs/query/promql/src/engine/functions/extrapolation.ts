/** How far beyond the average distance of samples a gap may be that is still bridged. */
export const BRIDGED_GAP = 1.1;

/** What the factor depends on. */
export interface Extrapolation {
  readonly sampledSeconds: number;
  readonly averageGapSeconds: number;
  /** Negative: the beginning is known, nothing is extrapolated there. */
  readonly toStartSeconds: number;
  readonly toEndSeconds: number;
  /** Time before the first sample at which the counter would be zero. */
  readonly toZeroSeconds: number;
}

/** By how much the change between first and last sample is stretched to cover the range. */
export function extrapolationFactor(e: Extrapolation): number {
  if (e.sampledSeconds === 0) return 1;
  const threshold = e.averageGapSeconds * BRIDGED_GAP;
  let toStart = 0;
  if (e.toStartSeconds >= 0) {
    toStart = e.toStartSeconds >= threshold ? e.averageGapSeconds / 2 : e.toStartSeconds;
    if (e.toZeroSeconds < toStart) toStart = e.toZeroSeconds;
  }
  const toEnd = e.toEndSeconds >= threshold ? e.averageGapSeconds / 2 : e.toEndSeconds;
  return (e.sampledSeconds + toStart + toEnd) / e.sampledSeconds;
}
