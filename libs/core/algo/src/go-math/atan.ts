/** What pi/2 has more than its double. */
const HALF_PI_REST = 6.123233995736766e-17;
/** tan(3 pi/8). */
const TAN_3_PI_8 = 2.414213562373095;

/**
 * Arc tangent in radians, bit for bit as Go's `math.Atan`. Method: Cephes (atan.c): reduction to 0..0.66 by the arc tangents
 * of 1 and of infinity, then a rational function. Cost: about 20 ns.
 */
export function goAtan(x: number): number {
  if (x === 0) return x;
  return x > 0 ? atanOfPositive(x) : -atanOfPositive(-x);
}

/** {@link goAtan} of a positive number. */
export function atanOfPositive(x: number): number {
  if (x <= 0.66) return atanNearZero(x);
  if (x > TAN_3_PI_8) return Math.PI / 2 - atanNearZero(1 / x) + HALF_PI_REST;
  return Math.PI / 4 + atanNearZero((x - 1) / (x + 1)) + 0.5 * HALF_PI_REST;
}

function atanNearZero(x: number): number {
  const z = x * x;
  const above =
    (((-0.8750608600031904 * z - 16.157537187333652) * z - 75.00855792314705) * z - 122.88666844901361) * z - 64.85021904942025;
  const below =
    ((((z + 24.858464901423062) * z + 165.02700983169885) * z + 432.88106049129027) * z + 485.3903996359137) * z +
    194.5506571482614;
  return x * ((z * above) / below) + x;
}

/**
 * The angle in radians of the point (x, y), bit for bit as Go's `math.Atan2`: {@link goAtan} of y / x, moved to the quadrant.
 * Cost: about 30 ns.
 */
export function goAtan2(y: number, x: number): number {
  // Exact multiples of pi/4, which both languages have from C.
  if (y === 0 || x === 0 || x - x !== 0 || y - y !== 0) return Math.atan2(y, x);
  const angle = goAtan(y / x);
  if (x > 0) return angle;
  return angle <= 0 ? angle + Math.PI : angle - Math.PI;
}
