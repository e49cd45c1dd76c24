import { createRequire } from 'node:module';
import { DecodeError } from './errors.ts';

const require = createRequire(import.meta.url);

/** Largest block, either way, that {@link snappyWasm} is given: its memory never shrinks, and this keeps it below 16 MiB. */
export const MAX_WASM_BYTES: number = 4 * 1024 * 1024;

/** What the module's own wrapper stands on; used directly, as the wrapper answers with memory made anew each time. */
interface SnappyExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Writes place and size of the output, and whether it failed, to four words at `result`. */
  decompress_raw(result: number, input: number, sizeBytes: number): void;
  __wbindgen_add_to_stack_pointer(bytes: number): number;
  __wbindgen_malloc(sizeBytes: number): number;
  __wbindgen_free(at: number, sizeBytes: number): void;
}

/** Snappy blocks by a module of WebAssembly, twice as quick as JavaScript. */
export interface SnappyWasm {
  /** Makes one block. The result is the caller's. */
  compress_raw(input: Uint8Array): Uint8Array;
  readonly __wasm: SnappyExports;
}

/** The module; undefined where it cannot be loaded. */
export const snappyWasm: SnappyWasm | undefined = loadWasm();

/** Fills `out` from a block that was checked. */
export function uncompressByWasm({ __wasm: native }: SnappyWasm, body: Uint8Array, out: Uint8Array): void {
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

function loadWasm(): SnappyWasm | undefined {
  try {
    return require('snappy-wasm') as SnappyWasm;
  } catch {
    return undefined;
  }
}
