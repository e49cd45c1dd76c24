import { powerOfTwo } from './float-parts.ts';
import { fusedMultiplyAdd } from './fused-multiply-add.ts';

/** ln 2 as a number of 41 bits, whose products with an exponent are exact, and the rest. */
const LN2_HIGH = 0.693147180559663;
const LN2_LOW = 2.8235290563031577e-13;
/** The largest argument with a finite result, to Go's 15 digits. */
const OVERFLOW = 709.782712893384;
/** Arguments below give 0 however they are reduced. */
const UNDERFLOW = -746;
/** Adding it and taking it away again rounds to a whole number, ties to even. */
const ROUNDER = 1.5 * 2 ** 52;

/**
 * e^x, bit for bit as Go's `math.Exp` on amd64 with FMA, which every x86 server processor since 2013 has. Method: Shibata's
 * (SLEEF, 2010): x = k ln 2 + 16 r, the Taylor series of e^r - 1 to r^8, then four doublings of the argument. As in Go,
 * k = 1024 already overflows: the result is +Inf from x = 709.44 on. Cost: about 60 ns.
 */
export function goExp(x: number): number {
  if (x > OVERFLOW) return Infinity;
  if (!(x >= UNDERFLOW)) return x < UNDERFLOW ? 0 : NaN;
  const k = x * Math.LOG2E + ROUNDER - ROUNDER;
  if (k > 1023) return Infinity;
  return scale(exponential(fusedMultiplyAdd(-k, LN2_LOW, x - k * LN2_HIGH) / 16), k);
}

/** e^(16 r) for |16 r| up to ln(2) / 2. */
function exponential(r: number): number {
  let series = fusedMultiplyAdd(r, 1 / 40320, 1 / 5040);
  series = fusedMultiplyAdd(r, series, 1 / 720);
  series = fusedMultiplyAdd(r, series, 1 / 120);
  series = fusedMultiplyAdd(r, series, 1 / 24);
  series = fusedMultiplyAdd(r, series, 1 / 6);
  series = fusedMultiplyAdd(r, series, 0.5);
  series = fusedMultiplyAdd(r, series, 1);
  // With m = e^r - 1, e^(2r) - 1 is m (m + 2).
  let minusOne = r * series;
  minusOne *= minusOne + 2;
  minusOne *= minusOne + 2;
  minusOne *= minusOne + 2;
  return fusedMultiplyAdd(minusOne, minusOne + 2, 1);
}

/** `value * 2^k` for a value near 1; subnormal results are rounded once. */
function scale(value: number, k: number): number {
  if (k >= -1022) return value * powerOfTwo(k);
  return k < -1075 ? 0 : value * powerOfTwo(k + 1022) * 2 ** -1022;
}
