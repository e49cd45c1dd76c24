import { atanOfPositive } from './atan.ts';

/**
 * Arc sine in radians, bit for bit as Go's `math.Asin`: an arc tangent of x and sqrt(1 - x^2). NaN beyond -1..1. Cost: about
 * 20 ns, as {@link goAcos}.
 */
export function goAsin(x: number): number {
  if (x === 0) return x;
  const size = Math.abs(x);
  if (size > 1) return NaN;
  const other = Math.sqrt(1 - x * x);
  const angle = size > 0.7 ? Math.PI / 2 - atanOfPositive(other / size) : atanOfPositive(size / other);
  return x < 0 ? -angle : angle;
}

/** Arc cosine in radians, bit for bit as Go's `math.Acos`: pi/2 minus {@link goAsin}. NaN beyond -1..1. */
export function goAcos(x: number): number {
  return Math.PI / 2 - goAsin(x);
}
