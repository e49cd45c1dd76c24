import { goExp } from './exp.ts';

/** From here on e^-x adds nothing to e^x. */
const ONE_SIDED = 21;
/** Half of ln(2^127); tanh is 1 from here on. */
const TANH_ONE = 0.5 * 88.02969193111305;

/**
 * Hyperbolic sine, bit for bit as Go's `math.Sinh`. Method: by e^x above 0.5, below by a rational function (Hart and Cheney,
 * no. 2029). Cost: about 70 ns, as {@link goCosh} and {@link goTanh}.
 */
export function goSinh(x: number): number {
  return x < 0 ? -sinhOfPositive(-x) : sinhOfPositive(x);
}

function sinhOfPositive(x: number): number {
  if (x > ONE_SIDED) return goExp(x) * 0.5;
  if (x > 0.5) {
    const power = goExp(x);
    return (power - 1 / power) * 0.5;
  }
  const square = x * x;
  const above =
    (((-26.30563213397497 * square - 2894.211355989564) * square - 89912.72022039509) * square - 630767.3640497717) * x;
  return above / (((square - 173.6789535582337) * square + 15215.17378790019) * square - 630767.3640497717);
}

/** Hyperbolic cosine, bit for bit as Go's `math.Cosh`: by e^x everywhere. */
export function goCosh(x: number): number {
  const power = goExp(Math.abs(x));
  return Math.abs(x) > ONE_SIDED ? power * 0.5 : (power + 1 / power) * 0.5;
}

/** Hyperbolic tangent, bit for bit as Go's `math.Tanh`. Method: Cephes (tanh.c), Cody's and Waite's rational function. */
export function goTanh(x: number): number {
  const size = Math.abs(x);
  if (size > TANH_ONE) return x < 0 ? -1 : 1;
  if (size >= 0.625) {
    const tangent = 1 - 2 / (goExp(2 * size) + 1);
    return x < 0 ? -tangent : tangent;
  }
  if (x === 0) return x;
  const square = x * x;
  const above = (-0.9643991794250523 * square - 99.28772310019185) * square - 1614.6876844170845;
  const below = ((square + 112.81167849163293) * square + 2235.4883906010045) * square + 4844.063053251255;
  return x + (x * square * above) / below;
}
