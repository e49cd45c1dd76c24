import { createRequire } from 'node:module';
import { DecodeError, TooLargeError } from './errors.ts';
import { decodeSnappyElements, readSnappyLength } from './snappy-block.ts';

/** Wasm memory never shrinks (this keeps it below 16 MiB), so larger blocks take the JavaScript way, half as quick. */
const MAX_WASM_BYTES = 4 * 1024 * 1024;

interface SnappyWasm {
  compress_raw(input: Uint8Array): Uint8Array;
  decompress_raw(input: Uint8Array): Uint8Array;
}

interface SnappyJs {
  compress(input: Uint8Array): Uint8Array;
}

const require = createRequire(import.meta.url);
const wasm: SnappyWasm | undefined = loadWasm();
const plain = require('snappyjs') as SnappyJs;

/**
 * Decompresses a snappy block (not the framed format). The declared size is checked before anything is allocated:
 * {@link TooLargeError} above `maxBytes`; {@link DecodeError} for anything that is not exactly one valid block.
 * The result is the caller's. Cost: linear, about 1 ns a byte.
 */
export function snappyUncompress(body: Uint8Array, maxBytes: number): Uint8Array {
  const { sizeBytes, offset } = readSnappyLength(body);
  if (sizeBytes > maxBytes) {
    throw new TooLargeError(`snappy: decoded block is too large: ${sizeBytes} bytes, limit ${maxBytes}`, maxBytes);
  }
  // An element of 3 bytes yields at most 64, so a size beyond that is a lie; refuse it before allocating.
  if (sizeBytes > (body.length - offset) * 22) throw new DecodeError('snappy: corrupt input');
  if (wasm === undefined || sizeBytes > MAX_WASM_BYTES || body.length > MAX_WASM_BYTES) {
    return decodeSnappyElements(body, offset, sizeBytes);
  }
  try {
    return wasm.decompress_raw(body);
  } catch (cause) {
    throw new DecodeError('snappy: corrupt input', { cause });
  }
}

/** Compresses into one snappy block. The result is the caller's. Cost: linear. */
export function snappyCompress(bytes: Uint8Array): Uint8Array {
  if (wasm === undefined || bytes.length > MAX_WASM_BYTES) {
    // A Buffer would make snappyjs answer with a Buffer.
    return plain.compress(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
  return wasm.compress_raw(bytes);
}

function loadWasm(): SnappyWasm | undefined {
  try {
    return require('snappy-wasm') as SnappyWasm;
  } catch {
    return undefined;
  }
}
