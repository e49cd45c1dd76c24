/** Translates indexes of a JavaScript string (UTF-16 units) into positions in its UTF-8 form. */
export class PositionMap {
  /** Byte position per index; undefined when the text is ASCII and the two are equal. */
  readonly #bytes: Uint32Array | undefined;
  readonly #text: string;

  /** Cost: O(n); four bytes per character unless the text is ASCII. */
  constructor(text: string) {
    this.#text = text;
    this.#bytes = isAscii(text) ? undefined : mapBytes(text);
  }

  /** Length of the text in bytes. */
  get lengthBytes(): number {
    return this.toByte(this.#text.length);
  }

  /** Byte position of the character at `index`. */
  toByte(index: number): number {
    return this.#bytes === undefined ? index : this.#bytes[index]!;
  }

  /** Index of the character at a byte position. Cost: O(log n). */
  toIndex(byte: number): number {
    const bytes = this.#bytes;
    if (bytes === undefined) return byte;
    let low = 0;
    let high = bytes.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bytes[middle]! < byte) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Length of a text in UTF-8. Cost: O(n). */
export function utf8Length(text: string): number {
  return isAscii(text) ? text.length : Buffer.byteLength(text);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function mapBytes(text: string): Uint32Array {
  const bytes = new Uint32Array(text.length + 1);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    bytes[i] = at;
    const code = text.codePointAt(i)!;
    if (code > 0xffff) bytes[++i] = at;
    at += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  bytes[text.length] = at;
  return bytes;
}
