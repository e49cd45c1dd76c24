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
  ['acos', plain(Math.acos)],
  ['acosh', plain(Math.acosh)],
  ['asin', plain(Math.asin)],
  ['asinh', plain(Math.asinh)],
  ['atan', plain(Math.atan)],
  ['atanh', plain(Math.atanh)],
  ['ceil', plain(Math.ceil)],
  ['cos', plain(Math.cos)],
  ['cosh', plain(Math.cosh)],
  ['deg', plain((value) => (value * 180) / Math.PI)],
  ['exp', plain(Math.exp)],
  ['floor', plain(Math.floor)],
  ['ln', plain(Math.log)],
  ['log10', plain(Math.log10)],
  ['log2', plain(Math.log2)],
  ['rad', plain((value) => (value * Math.PI) / 180)],
  ['sgn', plain(sign)],
  ['sin', plain(Math.sin)],
  ['sinh', plain(Math.sinh)],
  ['sqrt', plain(Math.sqrt)],
  ['tan', plain(Math.tan)],
  ['tanh', plain(Math.tanh)],
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
