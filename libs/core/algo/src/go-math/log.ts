import { exponentOf, fractionOf, LN2_HIGH, LN2_LOW } from './float-parts.ts';

const MIN_NORMAL = 2 ** -1022;

/**
 * Natural logarithm, bit for bit as Go's `math.Log` on amd64. Method: FreeBSD's msun (e_log.c): x = 2^k (1 + f) with 1 + f
 * around 1, then a series in f / (2 + f). Go reads the fields of a double as they stand, which takes a subnormal x
 * for 2^-1023 + x / 2; so does this: ln(5e-324) is -709.09 and not -744.44. Cost: about 20 ns.
 */
export function goLog(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let k = x < MIN_NORMAL ? -1022 : exponentOf(x);
  let f = x < MIN_NORMAL ? 0.5 + x * 2 ** 1021 : fractionOf(x, k);
  if (f <= Math.SQRT1_2) {
    k--;
    f *= 2;
  }
  f -= 1;
  const s = f / (2 + f);
  const halfSquare = 0.5 * f * f;
  const tail = s * (halfSquare + logSeries(s * s)) + k * LN2_LOW;
  return k * LN2_HIGH - (halfSquare - tail - f);
}

/** The series in `square` = s^2, its odd and even terms each for themselves. */
function logSeries(square: number): number {
  const fourth = square * square;
  const odd =
    square * (0.6666666666666735 + fourth * (0.2857142874366239 + fourth * (0.1818357216161805 + fourth * 0.14798198605116586)));
  const even = fourth * (0.3999999999940942 + fourth * (0.22222198432149784 + fourth * 0.15313837699209373));
  return odd + even;
}

/** Binary logarithm, bit for bit as Go's `math.Log2`: exact for powers of two. Cost: about 25 ns. */
export function goLog2(x: number): number {
  const exponent = exponentOf(x);
  const fraction = fractionOf(x, exponent);
  if (fraction === 0.5) return exponent - 1;
  return goLog(fraction) * Math.LOG2E + exponent;
}

/** Decimal logarithm, bit for bit as Go's `math.Log10`, with {@link goLog}'s answers for subnormal numbers and its cost. */
export function goLog10(x: number): number {
  return goLog(x) * Math.LOG10E;
}
