import { createRequire } from 'node:module';
import type { TakeBytes } from './take-bytes.ts';

const require = createRequire(import.meta.url);

/** Largest block, either way, that {@link snappyWasm} is given: its memory never shrinks, and this keeps it below 16 MiB. */
export const MAX_WASM_BYTES: number = 4 * 1024 * 1024;

/** Blocks that are not right keep a small object each for as long as the process lives; after so many they are to be found out before. */
export const WASM_FAILURES_MAX = 1000;

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

let failures = 0;

/** Blocks so far that were not right. */
export function wasmFailures(): number {
  return failures;
}

/** The bytes of a block, in what `take` gave; undefined, and nothing taken, when it is not exactly one block that makes `sizeBytes`. */
export function uncompressByWasm(
  { __wasm: native }: SnappyWasm,
  body: Uint8Array,
  sizeBytes: number,
  take: TakeBytes,
): Uint8Array | undefined {
  const words = native.__wbindgen_add_to_stack_pointer(-16);
  try {
    const input = native.__wbindgen_malloc(body.length);
    new Uint8Array(native.memory.buffer, input, body.length).set(body);
    native.decompress_raw(words, input, body.length);
    // The memory may have moved.
    const [at, madeBytes, , hasFailed] = new Uint32Array(native.memory.buffer, words, 4);
    if (hasFailed !== 0) {
      failures++;
      return undefined;
    }
    try {
      if (madeBytes !== sizeBytes) return undefined;
      const out = take(sizeBytes);
      out.set(new Uint8Array(native.memory.buffer, at, sizeBytes));
      return out;
    } finally {
      native.__wbindgen_free(at!, madeBytes!);
    }
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
