/** Half of a double's bits: multiplying by it splits a double in two halves that multiply without error (Veltkamp). */
const SPLITTER = 2 ** 27 + 1;

/** One double, and the two 32-bit words that it consists of. */
const FLOAT = new Float64Array(1);
const WORDS = new Uint32Array(FLOAT.buffer);

/**
 * `a * b + c` rounded once, as a processor's fused multiply-add has it. For operands below 2^990 whose product isn't
 * subnormal, unless `c` is so much larger that the product's last bits can't matter. Cost: about 5 ns, and 20 ns in the
 * few cases in which the product's rounding error may decide.
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const slack = product * 2 ** -52;
  const sum = c + (product - slack);
  // The exact product lies between the two, and adding keeps their order.
  if (sum === c + (product + slack)) return sum;
  return addExactly(a, b, c);
}

/** Dekker's exact product and Knuth's exact sum, put together as Boldo and Melquiond do: the small parts rounded to odd. */
function addExactly(a: number, b: number, c: number): number {
  const product = a * b;
  const aHigh = a * SPLITTER - (a * SPLITTER - a);
  const bHigh = b * SPLITTER - (b * SPLITTER - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  const productError = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  const sum = product + c;
  const shadow = sum - product;
  const sumError = product - (sum - shadow) + (c - shadow);
  return sum + addToOdd(sumError, productError);
}

/**
 * A sum, rounded to odd: where it isn't exact, to that one of its two neighbours whose last bit is set. A later rounding to
 * fewer bits then comes out as if the exact sum had been rounded.
 */
function addToOdd(a: number, b: number): number {
  const sum = a + b;
  const shadow = sum - a;
  const error = a - (sum - shadow) + (b - shadow);
  if (error === 0) return sum;
  FLOAT[0] = sum;
  if ((WORDS[0]! & 1) === 1) return sum;
  if (error > 0 === sum > 0) WORDS[0] = WORDS[0]! | 1;
  else {
    if (WORDS[0] === 0) WORDS[1] = WORDS[1]! - 1;
    WORDS[0] = WORDS[0]! - 1;
  }
  return FLOAT[0];
}
