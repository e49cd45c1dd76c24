import {
  goAcos,
  goAcosh,
  goAsin,
  goAsinh,
  goAtan,
  goAtanh,
  goCos,
  goCosh,
  goExp,
  goLog,
  goLog2,
  goLog10,
  goSin,
  goSinh,
  goTan,
  goTanh,
} from '@telamon/algo';
import { goMax, goMin } from '../float-math.ts';

/** Value of one float at a step; `params` are the values of the scalar arguments at that step. */
export type ElementFunction = (value: number, params: readonly number[]) => number;

/** A function that maps every float for itself and drops histograms. */
export interface ElementwiseFunction {
  readonly compute: ElementFunction;
  /** What a call's optional scalar arguments are when they are left out. */
  readonly defaults: readonly number[];
  /** Whether a step gives anything, by its scalar arguments. */
  readonly isDefined?: (params: readonly number[]) => boolean;
}

function plain(compute: (value: number) => number): ElementwiseFunction {
  return { compute, defaults: [] };
}

/** Rounds to the nearest multiple, ties up. */
function round(value: number, to: number): number {
  const inverse = 1 / to;
  return Math.floor(value * inverse + 0.5) / inverse;
}

function clamp(value: number, low: number, high: number): number {
  return goMax(low, goMin(high, value));
}

function sign(value: number): number {
  if (value < 0) return -1;
  return value > 0 ? 1 : value;
}

/** Functions that map floats one by one, by name. */
export const ELEMENTWISE_FUNCTIONS: ReadonlyMap<string, ElementwiseFunction> = new Map<string, ElementwiseFunction>([
  ['abs', plain(Math.abs)],
  ['acos', plain(goAcos)],
  ['acosh', plain(goAcosh)],
  ['asin', plain(goAsin)],
  ['asinh', plain(goAsinh)],
  ['atan', plain(goAtan)],
  ['atanh', plain(goAtanh)],
  ['ceil', plain(Math.ceil)],
  ['cos', plain(goCos)],
  ['cosh', plain(goCosh)],
  ['deg', plain((value) => (value * 180) / Math.PI)],
  ['exp', plain(goExp)],
  ['floor', plain(Math.floor)],
  ['ln', plain(goLog)],
  ['log10', plain(goLog10)],
  ['log2', plain(goLog2)],
  ['rad', plain((value) => (value * Math.PI) / 180)],
  ['sgn', plain(sign)],
  ['sin', plain(goSin)],
  ['sinh', plain(goSinh)],
  ['sqrt', plain(Math.sqrt)],
  ['tan', plain(goTan)],
  ['tanh', plain(goTanh)],
  ['round', { compute: (value, params) => round(value, params[0]!), defaults: [1] }],
  [
    'clamp',
    {
      compute: (value, params) => clamp(value, params[0]!, params[1]!),
      defaults: [],
      isDefined: (params) => !(params[1]! < params[0]!),
    },
  ],
  ['clamp_min', { compute: (value, params) => clamp(value, params[0]!, Infinity), defaults: [] }],
  ['clamp_max', { compute: (value, params) => clamp(value, -Infinity, params[0]!), defaults: [] }],
]);
