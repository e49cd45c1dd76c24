import { reduceAngle } from './angle-reduction.ts';

/**
 * Tangent of an angle in radians, bit for bit as Go's `math.Tan`. Method: Cephes (tan.c): the angle reduced to pi/4, then a
 * rational function. NaN for infinities. Cost: about 20 ns, 300 ns for angles from 2^29 on.
 */
export function goTan(x: number): number {
  if (x === 0) return x;
  if (x - x !== 0) return NaN;
  const { octant, angle } = reduceAngle(Math.abs(x));
  let size = tangentNearZero(angle);
  if ((octant & 2) === 2) size = -1 / size;
  return x < 0 ? -size : size;
}

function tangentNearZero(z: number): number {
  const square = z * z;
  if (!(square > 1e-14)) return z;
  const above = (-13093.693918138379 * square + 1153516.6483858742) * square - 17956525.197648488;
  const below =
    (((square + 13681.296347069296) * square - 1320892.3444021097) * square + 25008380.18233579) * square - 53869575.592945464;
  return z + z * ((square * above) / below);
}
