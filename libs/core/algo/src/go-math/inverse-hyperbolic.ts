import { goLog } from './log.ts';
import { goLog1p } from './log1p.ts';

/** Beyond it sqrt(x^2 +- 1) is x, and below its inverse asinh and atanh are x. */
const LARGE = 2 ** 28;

/**
 * Inverse hyperbolic sine, bit for bit as Go's `math.Asinh`. Method: FreeBSD's msun (s_asinh.c). Cost: about 40 ns, as the
 * other two.
 */
export function goAsinh(x: number): number {
  if (x - x !== 0) return x;
  const size = Math.abs(x);
  if (size < 1 / LARGE) return x;
  const result = asinhOfPositive(size);
  return x < 0 ? -result : result;
}

function asinhOfPositive(x: number): number {
  if (x > LARGE) return goLog(x) + Math.LN2;
  if (x > 2) return goLog(2 * x + 1 / (Math.sqrt(x * x + 1) + x));
  return goLog1p(x + (x * x) / (1 + Math.sqrt(1 + x * x)));
}

/** Inverse hyperbolic cosine, bit for bit as Go's `math.Acosh`; NaN below 1. Method: FreeBSD's msun (e_acosh.c). */
export function goAcosh(x: number): number {
  if (!(x >= 1)) return NaN;
  if (x >= LARGE) return goLog(x) + Math.LN2;
  if (x > 2) return goLog(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
  const above = x - 1;
  return goLog1p(above + Math.sqrt(2 * above + above * above));
}

/** Inverse hyperbolic tangent, bit for bit as Go's `math.Atanh`; NaN beyond -1..1. Method: FreeBSD's msun (e_atanh.c). */
export function goAtanh(x: number): number {
  const size = Math.abs(x);
  if (size < 1 / LARGE) return x;
  if (!(size < 1)) return size === 1 ? x * Infinity : NaN;
  const twice = size + size;
  const argument = size < 0.5 ? twice + (twice * size) / (1 - size) : twice / (1 - size);
  const result = 0.5 * goLog1p(argument);
  return x < 0 ? -result : result;
}
