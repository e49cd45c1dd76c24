import { goExp } from './exp.ts';
import { exponentOf, fractionOf, ldexp } from './float-parts.ts';
import { goLog } from './log.ts';

/** Exponents of two beyond it over- or underflow whatever is still multiplied. */
const SCALE_MAX = 4096;

/**
 * `base^exponent`, bit for bit as Go's `math.Pow` on amd64. Method: the whole part of the exponent by squaring the base's
 * fraction, its exponent apart; what is left of the exponent, between -1/2 and 1/2, by {@link goExp} and {@link goLog}.
 * Unlike JavaScript, 1^NaN and (-1)^(+-Inf) are 1. Cost: about 50 ns, and 100 ns more for an exponent that isn't whole.
 */
export function goPow(base: number, exponent: number): number {
  if (exponent === 0 || base === 1) return 1;
  if (exponent === 1) return base;
  if (base === 0 || base - base !== 0 || exponent - exponent !== 0) return powerOfLimits(base, exponent);
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === -0.5) return 1 / Math.sqrt(base);
  const whole = Math.trunc(Math.abs(exponent));
  const fraction = Math.abs(exponent) - whole;
  if (fraction !== 0 && base < 0) return NaN;
  if (whole >= 2 ** 63) {
    if (base === -1) return 1;
    return Math.abs(base) < 1 === exponent > 0 ? 0 : Infinity;
  }
  return powerOfFinite(base, whole, fraction, exponent < 0);
}

/** Powers of and to 0, infinities and NaN: exact in JavaScript too. */
function powerOfLimits(base: number, exponent: number): number {
  return base === -1 && !Number.isNaN(exponent) ? 1 : base ** exponent;
}

function powerOfFinite(base: number, whole: number, fraction: number, isInverse: boolean): number {
  let rest = whole;
  let product = 1;
  let scale = 0;
  if (fraction !== 0) {
    const isAboveHalf = fraction > 0.5;
    if (isAboveHalf) rest++;
    product = goExp((isAboveHalf ? fraction - 1 : fraction) * goLog(base));
  }
  let squareScale = exponentOf(base);
  let square = fractionOf(base, squareScale);
  while (rest !== 0) {
    if (squareScale < -SCALE_MAX || squareScale > SCALE_MAX) {
      scale += squareScale;
      break;
    }
    const half = Math.floor(rest / 2);
    if (2 * half !== rest) {
      product *= square;
      scale += squareScale;
    }
    rest = half;
    square *= square;
    squareScale *= 2;
    if (square < 0.5) {
      square += square;
      squareScale--;
    }
  }
  return isInverse ? ldexp(1 / product, -scale) : ldexp(product, scale);
}
