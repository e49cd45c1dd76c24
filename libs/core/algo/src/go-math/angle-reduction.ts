import { exponentOf, fractionOf, ldexp } from './float-parts.ts';

/** An angle as `octant * pi/4 + angle`; `octant` is even, so that `angle` is between -pi/4 and pi/4. */
export interface ReducedAngle {
  /** Of ordinary angles since 0, of huge ones since the last full turn. */
  octant: number;
  angle: number;
}

/** Angles from here on are {@link reduceHuge}'s: the product of their octant and a part of pi/4 would be rounded. */
const HUGE = 2 ** 29;
/** pi/4 in three parts, of which the first two have so many low zeros that their products with an octant are exact. */
const QUARTER_PI_HIGH = 0.7853981256484985;
const QUARTER_PI_MIDDLE = 3.774894707930798e-8;
const QUARTER_PI_LOW = 2.6951514290790595e-15;

const reduced: ReducedAngle = { octant: 0, angle: 0.5 };

/**
 * Reduces a finite angle of at least 0 by multiples of pi/4, as Go's sin, cos and tan do: Cody's and Waite's way from
 * Cephes (sin.c) below 2^29, Payne's and Hanek's from there on. The answer is valid until the next call. Cost: a few ns;
 * 250 ns from 2^29 on.
 */
export function reduceAngle(x: number): ReducedAngle {
  if (x >= HUGE) {
    reduceHuge(x);
    return reduced;
  }
  let octant = Math.trunc(x * (4 / Math.PI));
  octant += octant & 1;
  reduced.octant = octant;
  reduced.angle = x - octant * QUARTER_PI_HIGH - octant * QUARTER_PI_MIDDLE - octant * QUARTER_PI_LOW;
  return reduced;
}

/** 4/pi to 1216 bits after the point. */
const FOUR_OVER_PI = BigInt(
  [
    '0x145f306dc9c882a53f84eafa3ea69bb81b6c52b3278872083fca2c757bd778ac36e48dc74849ba5c00c925dd413a32439fc3bd639',
    '62534e7dd1046bea5d768909d338e04d68befc827323ac7306a673e93908bf177bf250763ff12fffbc0b301fde5e2316b414',
    'da3eda6cfd9e4f96136e9e8c7ecd3cbfd45aea4f758fd7cbe2f67a0e73ef14a525d4d7f6bf623f1aba10ac06608df8f6d757',
  ].join(''),
);
const FOUR_OVER_PI_BITS = 1216;
const MASK_64 = (1n << 64n) - 1n;
const MASK_128 = (1n << 128n) - 1n;
const MASK_192 = (1n << 192n) - 1n;

/**
 * Payne and Hanek: of x * 4/pi only its last three whole bits and what is behind the point matter, so that 192 bits of 4/pi
 * are enough for any x. The product keeps 128 bits, of which the upper 3 are the octant. (Ng, "Argument reduction for huge
 * arguments: good to the last bit", 1992.)
 */
function reduceHuge(x: number): void {
  const exponent = exponentOf(x);
  const significand = BigInt(fractionOf(x, exponent) * 2 ** 53);
  const window = (FOUR_OVER_PI >> BigInt(FOUR_OVER_PI_BITS - 136 - exponent)) & MASK_192;
  const product = ((window * significand) >> 64n) & MASK_128;
  const octant = Number(product >> 125n);
  const isOdd = (octant & 1) === 1;
  const fraction = fractionOfBits((product >> 61n) & MASK_64, product & MASK_64);
  reduced.octant = (octant + (octant & 1)) & 7;
  reduced.angle = (isOdd ? fraction - 1 : fraction) * (Math.PI / 4);
}

/**
 * `upper / 2^64` cut to 53 significant bits. Bits that are missing at its end come from `lower`, as in Go: from its very top,
 * although `upper` holds its first three bits already.
 */
function fractionOfBits(upper: bigint, lower: bigint): number {
  const shift = 65 - upper.toString(2).length;
  const filled = ((upper << BigInt(shift)) & MASK_64) | (lower >> BigInt(64 - shift));
  return ldexp(1 + Number(filled >> 12n) * 2 ** -52, -shift);
}
