import { describe, expect, it } from 'vitest';
import { calculate } from './operators.ts';

describe('calculate', () => {
  it("has Go's last digits", () => {
    expect([calculate('^', 100, 100), calculate('^', 1.1, 10.5)]).toEqual([1.0000000000000005e200, 2.720340042027498]);
    expect([calculate('atan2', 1, -2), calculate('atan2', 0, -1)]).toEqual([2.677945044588987, Math.PI]);
  });

  it("has Go's powers of one", () => {
    expect([calculate('^', 1, NaN), calculate('^', -1, Infinity), calculate('^', NaN, 0)]).toEqual([1, 1, 1]);
  });
});
