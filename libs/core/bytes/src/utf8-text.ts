const lossy = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const encoder = new TextEncoder();

/** Text of `bytes[start, end)`; invalid sequences become U+FFFD, a byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return shortAscii(bytes, start, end) ?? lossy.decode(bytes.subarray(start, end));
}

/** As {@link decodeUtf8}, but undefined when the bytes are not valid UTF-8. */
export function decodeUtf8Strict(bytes: Uint8Array, start: number, end: number): string | undefined {
  const ascii = shortAscii(bytes, start, end);
  if (ascii !== undefined) return ascii;
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/** UTF-8 bytes of a text; lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Short ASCII strings, nearly all labels, decode faster unit by unit than through TextDecoder. */
function shortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > 32) return undefined;
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
