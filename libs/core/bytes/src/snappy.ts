import { createRequire } from 'node:module';
import { DecodeError, TooLargeError } from './errors.ts';
import { areSnappyElements, decodeSnappyElements, readSnappyLength } from './snappy-block.ts';

/** Wasm memory never shrinks (this keeps it below 16 MiB), so larger blocks take the JavaScript way, half as quick. */
const MAX_WASM_BYTES = 4 * 1024 * 1024;

/** What the module's own wrapper stands on; used directly, as the wrapper answers with memory made anew each time. */
interface SnappyExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Writes place and size of the output, and whether it failed, to four words at `result`. */
  decompress_raw(result: number, input: number, sizeBytes: number): void;
  __wbindgen_add_to_stack_pointer(bytes: number): number;
  __wbindgen_malloc(sizeBytes: number): number;
  __wbindgen_free(at: number, sizeBytes: number): void;
}

interface SnappyWasm {
  compress_raw(input: Uint8Array): Uint8Array;
  readonly __wasm: SnappyExports;
}

interface SnappyJs {
  compress(input: Uint8Array): Uint8Array;
}

const require = createRequire(import.meta.url);
const wasm: SnappyWasm | undefined = loadWasm();
const plain = require('snappyjs') as SnappyJs;

/** Bytes of a size, with any content. */
export type TakeBytes = (sizeBytes: number) => Uint8Array;

/**
 * Decompresses a snappy block (not the framed format). The declared size and all elements are checked before anything is taken:
 * {@link TooLargeError} above `maxBytes`; {@link DecodeError} for anything that is not exactly one valid block.
 * The result is what `take` gave, filled; by default new memory. Cost: linear, about 1 ns a byte.
 */
export function snappyUncompress(
  body: Uint8Array,
  maxBytes: number,
  take: TakeBytes = (sizeBytes) => new Uint8Array(sizeBytes),
): Uint8Array {
  const { sizeBytes, offset } = readSnappyLength(body);
  if (sizeBytes > maxBytes) {
    throw new TooLargeError(`snappy: decoded block is too large: ${sizeBytes} bytes, limit ${maxBytes}`, maxBytes);
  }
  if (!areSnappyElements(body, offset, sizeBytes)) throw new DecodeError('snappy: corrupt input');
  const out = take(sizeBytes);
  if (wasm === undefined || sizeBytes > MAX_WASM_BYTES || body.length > MAX_WASM_BYTES) decodeSnappyElements(body, offset, out);
  else uncompressNatively(wasm.__wasm, body, out);
  return out;
}

/** Fills `out` from a block that was checked. */
function uncompressNatively(native: SnappyExports, body: Uint8Array, out: Uint8Array): void {
  const words = native.__wbindgen_add_to_stack_pointer(-16);
  try {
    const input = native.__wbindgen_malloc(body.length);
    new Uint8Array(native.memory.buffer, input, body.length).set(body);
    native.decompress_raw(words, input, body.length);
    // The memory may have moved.
    const [at, sizeBytes, , hasFailed] = new Uint32Array(native.memory.buffer, words, 4);
    if (hasFailed !== 0 || sizeBytes !== out.length) throw new DecodeError('snappy: corrupt input');
    out.set(new Uint8Array(native.memory.buffer, at, sizeBytes));
    native.__wbindgen_free(at!, sizeBytes);
  } finally {
    native.__wbindgen_add_to_stack_pointer(16);
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
