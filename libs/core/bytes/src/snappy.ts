import { createRequire } from 'node:module';
import { SnappyDecoder } from './snappy-decoder.ts';
import { MAX_WASM_BYTES, snappyWasm } from './snappy-wasm.ts';
import type { TakeBytes } from './take-bytes.ts';

interface SnappyJs {
  compress(input: Uint8Array): Uint8Array;
}

const require = createRequire(import.meta.url);
const plain = require('snappyjs') as SnappyJs;

/** Decompresses a snappy block in one go, as {@link SnappyDecoder} does in steps. */
export function snappyUncompress(body: Uint8Array, maxBytes: number, take?: TakeBytes): Uint8Array {
  const decoder = new SnappyDecoder(body, maxBytes, take);
  for (;;) {
    const out = decoder.step();
    if (out !== undefined) return out;
  }
}

/** Compresses into one snappy block. The result is the caller's. Cost: linear. */
export function snappyCompress(bytes: Uint8Array): Uint8Array {
  if (snappyWasm === undefined || bytes.length > MAX_WASM_BYTES) {
    // A Buffer would make snappyjs answer with a Buffer.
    return plain.compress(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
  return snappyWasm.compress_raw(bytes);
}
