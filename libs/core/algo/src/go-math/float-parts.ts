/** One double, and the two 32-bit words that it consists of. */
const FLOAT = new Float64Array(1);
const WORDS = new Uint32Array(FLOAT.buffer);

/** The upper part of ln 2, with so many low zeros that its products with an exponent are exact. */
export const LN2_HIGH = 0.6931471803691238;
/** What {@link LN2_HIGH} lacks of ln 2. */
export const LN2_LOW = 1.9082149292705877e-10;

const EXPONENT_MIN = -1074;
const EXPONENT_MAX = 1023;
/** Exponents of normal numbers as `f * 2^e` with |f| in [0.5, 1) begin here. */
const NORMAL_EXPONENT_MIN = -1021;
/** Every power of two that is a double. */
const POWERS = Float64Array.from({ length: EXPONENT_MAX - EXPONENT_MIN + 1 }, (_, i) => 2 ** (i + EXPONENT_MIN));

/** Exactly `2^exponent` for a whole exponent in -1074..1023. Cost: a table's look-up. */
export function powerOfTwo(exponent: number): number {
  return POWERS[exponent - EXPONENT_MIN]!;
}

/**
 * The exponent `e` of a number as `f * 2^e` with |f| in [0.5, 1), as Go's `math.Frexp`; 0 for 0, infinities and NaN.
 * Cost: a few ns.
 */
export function exponentOf(value: number): number {
  if (value === 0) return 0;
  FLOAT[0] = value;
  const field = (WORDS[1]! >>> 20) & 0x7ff;
  if (field === 0x7ff) return 0;
  return field === 0 ? exponentOf(value * 2 ** 52) - 52 : field - 1022;
}

/** The fraction `f` of a number whose {@link exponentOf} is `exponent`; 0, infinities and NaN are their own. */
export function fractionOf(value: number, exponent: number): number {
  if (exponent >= NORMAL_EXPONENT_MIN) return value * powerOfTwo(-exponent);
  return value * 2 ** 52 * powerOfTwo(-exponent - 52);
}

/**
 * `fraction * 2^exponent`, rounded once also where the result is subnormal, as Go's `math.Ldexp`; `exponent` is whole.
 * Cost: about 10 ns.
 */
export function ldexp(fraction: number, exponent: number): number {
  if (fraction === 0 || fraction - fraction !== 0) return fraction;
  const own = exponentOf(fraction);
  const significand = 2 * fractionOf(fraction, own);
  const power = own - 1 + exponent;
  if (power > EXPONENT_MAX) return significand * Infinity;
  if (power >= NORMAL_EXPONENT_MIN) return significand * powerOfTwo(power);
  return power < EXPONENT_MIN - 1 ? significand * 0 : significand * powerOfTwo(power + 53) * 2 ** -53;
}
