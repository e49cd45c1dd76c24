import { exponentOf, fractionOf, LN2_HIGH, LN2_LOW } from './float-parts.ts';

/** sqrt(2) - 1 and sqrt(2) / 2 - 1: between them 1 + x needs no reduction. */
const NEAR_ONE_HIGH = 0.41421356237309503;
const NEAR_ONE_LOW = -0.2928932188134525;
/** Three doubles before 2, which are reduced to so little below 1 that two terms of the series are enough. */
const JUST_BELOW_TWO = 2 - 3 * 2 ** -52;

/**
 * ln(1 + x), bit for bit as Go's `math.Log1p`, which asinh, acosh and atanh are made of. Method: FreeBSD's msun
 * (s_log1p.c): as the logarithm of u = 1 + x, with the error of that sum over u as a correction. Cost: about 25 ns.
 */
export function goLog1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const size = Math.abs(x);
  if (size < 2 ** -29) return size < 2 ** -54 ? x : x - x * x * 0.5;
  if (x > NEAR_ONE_LOW && x < NEAR_ONE_HIGH) {
    const halfSquare = 0.5 * x * x;
    return x - (halfSquare - seriesTail(x, halfSquare));
  }
  return logOfSum(x);
}

function logOfSum(x: number): number {
  // Above 2^53 the one is lost, and so small that nothing corrects for it.
  const sum = x < 2 ** 53 ? 1 + x : x;
  const exponent = exponentOf(sum) - 1;
  const u = 2 * fractionOf(sum, exponent + 1);
  const isLower = u < Math.SQRT2;
  const k = isLower ? exponent : exponent + 1;
  const f = (isLower ? u : u / 2) - 1;
  const correction = k === 0 ? 0 : k * LN2_LOW + sumError(x, sum, exponent);
  if (f === 0) return k * LN2_HIGH + correction;
  const halfSquare = 0.5 * f * f;
  if (u >= JUST_BELOW_TWO) {
    const tail = halfSquare * (1 - 0.6666666666666666 * f);
    return k * LN2_HIGH - (tail - correction - f);
  }
  return k * LN2_HIGH - (halfSquare - (seriesTail(f, halfSquare) + correction) - f);
}

/** The rounding error of `sum` = 1 + x, as a part of the sum. */
function sumError(x: number, sum: number, exponent: number): number {
  if (sum === x) return 0;
  return (exponent > 0 ? 1 - (sum - x) : x - (sum - 1)) / sum;
}

/** `s (f^2 / 2 + R(s^2))` with s = f / (2 + f). */
function seriesTail(f: number, halfSquare: number): number {
  const s = f / (2 + f);
  const z = s * s;
  const lower = 0.22222198432149784 + z * (0.1818357216161805 + z * (0.15313837699209373 + z * 0.14798198605116586));
  const series = z * (0.6666666666666735 + z * (0.3999999999940942 + z * (0.2857142874366239 + z * lower)));
  return s * (halfSquare + series);
}
