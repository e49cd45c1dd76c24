import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANGLE_VECTORS } from './angles.fixture.ts';
import { goAcos, goAsin } from './asin-acos.ts';
import { goAtan, goAtan2 } from './atan.ts';
import { goExp } from './exp.ts';
import { goExp2 } from './exp2.ts';
import { EXPONENTIAL_VECTORS } from './exponentials.fixture.ts';
import { exponentOf, fractionOf, ldexp } from './float-parts.ts';
import { fusedMultiplyAdd } from './fused-multiply-add.ts';
import { HYPERBOLIC_VECTORS } from './hyperbolic.fixture.ts';
import { goCosh, goSinh, goTanh } from './hyperbolic.ts';
import { goAcosh, goAsinh, goAtanh } from './inverse-hyperbolic.ts';
import { goLog, goLog2, goLog10 } from './log.ts';
import { goLog1p } from './log1p.ts';
import { goPow } from './pow.ts';
import { goCos, goSin } from './sin-cos.ts';
import { goTan } from './tan.ts';

type MathFunction = (...args: number[]) => number;

const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  exp: goExp as MathFunction,
  exp2: goExp2 as MathFunction,
  log: goLog as MathFunction,
  log2: goLog2 as MathFunction,
  log10: goLog10 as MathFunction,
  log1p: goLog1p as MathFunction,
  pow: goPow as MathFunction,
  ldexp: ldexp as MathFunction,
  sin: goSin as MathFunction,
  cos: goCos as MathFunction,
  tan: goTan as MathFunction,
  asin: goAsin as MathFunction,
  acos: goAcos as MathFunction,
  atan: goAtan as MathFunction,
  atan2: goAtan2 as MathFunction,
  sinh: goSinh as MathFunction,
  cosh: goCosh as MathFunction,
  tanh: goTanh as MathFunction,
  asinh: goAsinh as MathFunction,
  acosh: goAcosh as MathFunction,
  atanh: goAtanh as MathFunction,
};

const view = new DataView(new ArrayBuffer(8));

function fromBits(digits: string): number {
  view.setBigUint64(0, BigInt(`0x${digits}`));
  return view.getFloat64(0);
}

function toBits(value: number): string {
  view.setFloat64(0, Number.isNaN(value) ? Number.NaN : value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

describe.each(Object.entries({ ...EXPONENTIAL_VECTORS, ...ANGLE_VECTORS, ...HYPERBOLIC_VECTORS }))('%s', (name, vectors) => {
  it("has the bits of Go's answers", () => {
    const calls = vectors.map((vector) => vector.slice(0, -1).map(fromBits));
    const answers = calls.map((args) => `${args.join(', ')}: ${toBits(FUNCTIONS[name]!(...args))}`);
    expect(answers).toEqual(calls.map((args, i) => `${args.join(', ')}: ${vectors[i]!.at(-1)!}`));
  });
});

describe('special values', () => {
  it('of exp', () => {
    expect([goExp(NaN), goExp(Infinity), goExp(-Infinity), goExp(0), goExp(-0)]).toEqual([NaN, Infinity, 0, 1, 1]);
    expect([goExp(709.43), goExp(709.44), goExp(-745.2)]).toEqual([1.2633808701860083e308, Infinity, 0]);
  });

  it('of logarithms', () => {
    expect([goLog(NaN), goLog(-1), goLog(0), goLog(-0), goLog(Infinity), goLog(1)]).toEqual([
      NaN,
      NaN,
      -Infinity,
      -Infinity,
      Infinity,
      0,
    ]);
    expect([goLog(5e-324), goLog2(5e-324), goLog2(8), goLog10(1000)]).toEqual([-709.0895657128241, -1074, 3, 3]);
  });

  it('of powers', () => {
    expect([goPow(1, NaN), goPow(-1, Infinity), goPow(NaN, 0), goPow(-0, -3), goPow(-8, 0.3)]).toEqual([1, 1, 1, -Infinity, NaN]);
    expect([goPow(100, 100), goPow(2, 0.5), goPow(2, -1074)]).toEqual([1.0000000000000005e200, Math.SQRT2, 5e-324]);
  });

  it('of angles', () => {
    for (const angleFunction of [goSin, goCos, goTan]) {
      expect([angleFunction(Infinity), angleFunction(-Infinity), angleFunction(NaN)]).toEqual([NaN, NaN, NaN]);
    }
    expect([goSin(-0), goTan(-0), goCos(-0), goAsin(-0), goAtan(-0)]).toEqual([-0, -0, 1, -0, -0]);
    expect([goAsin(1.1), goAcos(-1.1), goAtan(Infinity), goAtan2(-0, -1)]).toEqual([NaN, NaN, Math.PI / 2, -Math.PI]);
  });

  it('of hyperbolic functions', () => {
    expect([goSinh(-0), goCosh(-Infinity), goTanh(-Infinity), goTanh(-0)]).toEqual([-0, Infinity, -1, -0]);
    expect([goAsinh(-Infinity), goAcosh(0.9), goAcosh(1), goAtanh(-1), goAtanh(2)]).toEqual([-Infinity, NaN, 0, -Infinity, NaN]);
  });
});

describe('exponentOf, fractionOf and ldexp', () => {
  it('take numbers apart and put them together', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(finite, (value) => {
        const exponent = exponentOf(value);
        const fraction = fractionOf(value, exponent);
        expect(ldexp(fraction, exponent)).toBe(value);
        if (value !== 0) expect(Math.abs(fraction) >= 0.5 && Math.abs(fraction) < 1).toBe(true);
      }),
    );
  });
});

describe('fusedMultiplyAdd', () => {
  /** Whole numbers of up to 2^53 times a power of two; sums of their products are exact as integers. */
  const factor = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 60 }));

  it('rounds once', () => {
    fc.assert(
      fc.property(factor, factor, factor, fc.integer({ min: -3, max: 3 }), ([a, m], [b, n], [c, o], nearness) => {
        const product = (BigInt(a) * BigInt(b)) << BigInt(m + n);
        const rounded = -Number(product) * (1 + nearness * Number.EPSILON);
        for (const addend of [c * 2 ** o, rounded, rounded * 2 ** 53, rounded / 2 ** 20]) {
          if (!Number.isInteger(addend)) continue;
          expect(fusedMultiplyAdd(a * 2 ** m, b * 2 ** n, addend) + 0).toBe(Number(product + BigInt(addend)) + 0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('looks at what is below the product when the sum is a tie', () => {
    const [a, b] = [1 + Number.EPSILON, 2 - 2 * Number.EPSILON];
    // The product is 2 - 2^-103.
    expect([fusedMultiplyAdd(a, b, 2 ** 54), fusedMultiplyAdd(a, b, 2 ** 54 + 4)]).toEqual([2 ** 54, 2 ** 54 + 4]);
    expect([fusedMultiplyAdd(-a, b, 2 ** 54), fusedMultiplyAdd(-a, b, 2 ** 54 + 4)]).toEqual([2 ** 54 - 2, 2 ** 54 + 4]);
  });
});
