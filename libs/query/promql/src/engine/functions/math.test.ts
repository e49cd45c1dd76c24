import { describe, expect, it } from 'vitest';
import { ELEMENTWISE_FUNCTIONS } from './math.ts';

const compute = (name: string, value: number): number => ELEMENTWISE_FUNCTIONS.get(name)!.compute(value, []);

describe('ELEMENTWISE_FUNCTIONS', () => {
  it("have Go's last digits", () => {
    const answers: readonly (readonly [string, number, number])[] = [
      ['exp', 0.01, 1.0100501670841682],
      ['log2', 0.08, -3.6438561897747244],
      ['log10', 0.05, -1.301029995663981],
      ['sin', 0.48, 0.4617791755414829],
      ['cos', 0.15, 0.9887710779360424],
      ['tan', 0.08, 0.08017110470807255],
      ['atan', 0.22, 0.2165503049760893],
      ['sinh', 0.01, 0.010000166667500001],
      ['cosh', 0.16, 1.012827329979011],
      ['tanh', 0.02, 0.019997333759930933],
      ['asinh', 5.4, 2.3880113222846493],
      ['acosh', 2.284, 1.4672865671651132],
    ];
    expect(answers.map(([name, value]) => [name, compute(name, value)])).toEqual(
      answers.map(([name, , answer]) => [name, answer]),
    );
  });
});
