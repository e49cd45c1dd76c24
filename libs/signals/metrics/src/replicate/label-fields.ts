import type { ByteWriter } from '@telamon/bytes';

const LABEL_TAG = 0x0a;
const NAME_TAG = 0x0a;
const VALUE_TAG = 0x12;

/**
 * Writes canonical labels (`n name m value`, see `Labels.bytes`) as label fields of remote write 1.0
 * (`0a size 0a n name 12 m value`); returns how many. The range must be well formed. Cost: linear.
 */
export function writeLabelFields(out: ByteWriter, canonical: Uint8Array, start = 0, end: number = canonical.length): number {
  let count = 0;
  let at = start;
  while (at < end) {
    const nameEnd = textEnd(canonical, at);
    const valueEnd = textEnd(canonical, nameEnd);
    out.u8(LABEL_TAG).uvarint(valueEnd - at + 2);
    out.u8(NAME_TAG).bytes(canonical.subarray(at, nameEnd));
    out.u8(VALUE_TAG).bytes(canonical.subarray(nameEnd, valueEnd));
    at = valueEnd;
    count++;
  }
  return count;
}

/** End of a text behind its length. */
function textEnd(bytes: Uint8Array, at: number): number {
  let next = at;
  let length = 0;
  let byte = 0x80;
  for (let scale = 1; byte >= 0x80; scale *= 128) {
    byte = bytes[next++]!;
    length += (byte & 0x7f) * scale;
  }
  return next + length;
}
