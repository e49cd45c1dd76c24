import { reduceAngle } from './angle-reduction.ts';

/**
 * Sine of an angle in radians, bit for bit as Go's `math.Sin`. Method: Cephes (sin.c): the angle reduced to pi/4, then a
 * polynomial for sine or cosine. NaN for infinities. Cost: about 20 ns, 300 ns for angles from 2^29 on.
 */
export function goSin(x: number): number {
  if (x === 0) return x;
  if (x - x !== 0) return NaN;
  const { octant, angle } = reduceAngle(Math.abs(x));
  const size = (octant & 2) === 0 ? sineNearZero(angle) : cosineNearZero(angle);
  return x < 0 !== ((octant & 4) === 4) ? -size : size;
}

/** Cosine of an angle in radians, bit for bit as Go's `math.Cos`; method and cost as {@link goSin}. */
export function goCos(x: number): number {
  if (x - x !== 0) return NaN;
  const { octant, angle } = reduceAngle(Math.abs(x));
  const size = (octant & 2) === 0 ? cosineNearZero(angle) : sineNearZero(angle);
  // Negative in the second and third quarter of a turn, which begin at pi/4 here.
  return ((octant + 2) & 4) === 4 ? -size : size;
}

function sineNearZero(z: number): number {
  const square = z * z;
  const upper = (1.5896230157654656e-10 * square - 2.5050747762857807e-8) * square + 0.0000027557313621385722;
  const series = ((upper * square - 0.0001984126982958954) * square + 0.008333333333322118) * square - 0.1666666666666663;
  return z + z * square * series;
}

function cosineNearZero(z: number): number {
  const square = z * z;
  const upper = (-1.1358536521387682e-11 * square + 2.087570084197473e-9) * square - 2.755731417929674e-7;
  const series = ((upper * square + 0.000024801587288851704) * square - 0.0013888888888873056) * square + 0.041666666666666595;
  return 1 - 0.5 * square + square * square * series;
}
