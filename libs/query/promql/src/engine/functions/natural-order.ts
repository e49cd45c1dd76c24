import { compareUtf8 } from '@telamon/model';

const CHUNKS = /\d+|\D+/g;

/** Orders texts with the numbers in them by value: `a2` before `a10`. Negative, 0 or positive. */
export function compareNatural(a: string, b: string): number {
  const left = a.match(CHUNKS) ?? [];
  const right = b.match(CHUNKS) ?? [];
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const order = compareChunk(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  if (left.length !== right.length) return left.length - right.length;
  return compareUtf8(a, b);
}

function compareChunk(a: string, b: string): number {
  if (a === b) return 0;
  if (!startsWithDigit(a) || !startsWithDigit(b)) return compareUtf8(a, b);
  const x = BigInt(a);
  const y = BigInt(b);
  if (x === y) return a.length - b.length;
  return x < y ? -1 : 1;
}

function startsWithDigit(text: string): boolean {
  const code = text.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}
