import { decodeUtf8, decodeUtf8Strict } from '@telamon/bytes';
import { BYTES, type ProtoReader } from './proto-reader.ts';

/** Collects label texts and notes whether one was not UTF-8. */
export class LabelTexts {
  readonly flat: string[] = [];
  hasInvalidUtf8 = false;

  /** Adds the text of `bytes[start, end)`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const text = decodeUtf8Strict(bytes, start, end);
    if (text === undefined) this.hasInvalidUtf8 = true;
    this.flat.push(text ?? decodeUtf8(bytes, start, end));
  }
}

/** Reads a label message (name 1, value 2) from the reader's position to `end`. Absent parts are ''. */
export function readLabel(reader: ProtoReader, end: number, out: LabelTexts): void {
  const { bytes } = reader;
  let nameStart = 0;
  let nameEnd = 0;
  let valueStart = 0;
  let valueEnd = 0;
  while (reader.readTag(end)) {
    if (reader.field > 2) {
      reader.skip(end);
      continue;
    }
    reader.expect(BYTES, reader.field === 1 ? 'Name' : 'Value');
    const stop = reader.readEnd(end);
    if (reader.field === 1) {
      nameStart = reader.at;
      nameEnd = stop;
    } else {
      valueStart = reader.at;
      valueEnd = stop;
    }
    reader.at = stop;
  }
  out.add(bytes, nameStart, nameEnd);
  out.add(bytes, valueStart, valueEnd);
}
