/**
 * Orders two label sets given as canonical bytes (see Labels in @telamon/model) as `Labels.compare` does: part by part,
 * bytewise, a shorter part or set first. Cost: O(common prefix), nothing is decoded.
 */
export function compareLabelBytes(a: Uint8Array, b: Uint8Array): number {
  let at = 0;
  let bt = 0;
  while (at < a.length && bt < b.length) {
    const aLength = uvarintAt(a, at);
    const bLength = uvarintAt(b, bt);
    at += sizeOfUvarint(aLength);
    bt += sizeOfUvarint(bLength);
    const shared = Math.min(aLength, bLength);
    for (let i = 0; i < shared; i++) {
      const order = a[at + i]! - b[bt + i]!;
      if (order !== 0) return order;
    }
    if (aLength !== bLength) return aLength - bLength;
    at += aLength;
    bt += bLength;
  }
  return a.length - at - (b.length - bt);
}

function uvarintAt(bytes: Uint8Array, at: number): number {
  let value = bytes[at]!;
  if (value < 0x80) return value;
  value &= 0x7f;
  for (let shift = 7; ; shift += 7) {
    const byte = bytes[++at]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
}

function sizeOfUvarint(value: number): number {
  if (value < 0x80) return 1;
  return value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}
