import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as zlib from 'node:zlib';
import { DecodeError, TooLargeError } from './errors.ts';
import { listZstdFrames } from './zstd-frames.ts';

interface ZstdWasm {
  init(): Promise<void>;
  decompress(bytes: Uint8Array, options: { defaultHeapSize: number }): Uint8Array;
  compress(bytes: Uint8Array, level: number): Uint8Array;
}

/** The part of node:zlib that only newer Nodes have. */
interface ZstdZlib {
  zstdDecompressSync(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
  zstdCompressSync(bytes: Uint8Array, options: { params: Record<number, number> }): Uint8Array;
}

/** Code with which the wasm build says that the output does not fit. */
const DESTINATION_TOO_SMALL = '-70';
/** `ZSTD_c_compressionLevel`. */
const LEVEL_PARAMETER = 100;

const native: ZstdZlib | undefined = 'zstdDecompressSync' in zlib ? (zlib as unknown as ZstdZlib) : undefined;

/** Input and output up to this size fit into the memory that an instance has from the start (16 MiB). */
const MAX_KEPT_BYTES = 12 * 1024 * 1024;

/** Loads the wasm build at its first use: most processes never see a zstd body. */
class LazyCodec {
  #codec: Promise<ZstdWasm> | undefined;

  get(): Promise<ZstdWasm> {
    this.#codec ??= loadWasm();
    return this.#codec;
  }

  /** To be told how much an instance held at once. Wasm memory never shrinks, so one that had to grow is let go. */
  held(sizeBytes: number): void {
    if (sizeBytes > MAX_KEPT_BYTES) this.#codec = undefined;
  }
}

const wasm = new LazyCodec();

/**
 * Decompresses zstd frames. Sizes and windows are read from the frames' structure first; output is bounded by what the
 * blocks can yield and by `maxBytes`: {@link TooLargeError}; {@link DecodeError} for anything else. Cost: linear.
 */
export async function zstdUncompress(body: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const codec = native === undefined ? await wasm.get() : undefined;
  const parts: Uint8Array[] = [];
  let total = 0;
  for (const frame of listZstdFrames(body)) {
    const bytes = body.subarray(frame.start, frame.end);
    const part = decompressFrame(codec, bytes, { boundBytes: frame.boundBytes, roomBytes: maxBytes - total, maxBytes });
    total += part.length;
    if (total > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  return parts.length === 1 ? parts[0]! : concat(parts, total);
}

/** Compresses into one zstd frame that declares its content size. Cost: linear. */
export async function zstdCompress(bytes: Uint8Array, level = 3): Promise<Uint8Array> {
  if (native !== undefined) return plain(native.zstdCompressSync(bytes, { params: { [LEVEL_PARAMETER]: level } }));
  const codec = await wasm.get();
  try {
    return codec.compress(bytes, level);
  } finally {
    wasm.held(2 * bytes.length);
  }
}

interface FrameLimits {
  readonly boundBytes: number;
  readonly roomBytes: number;
  readonly maxBytes: number;
}

function decompressFrame(codec: ZstdWasm | undefined, bytes: Uint8Array, limits: FrameLimits): Uint8Array {
  const { boundBytes, roomBytes, maxBytes } = limits;
  // A frame that declares more than there is room for is refused by its declaration; boundBytes is exact then.
  const capacity = Math.min(boundBytes, roomBytes);
  try {
    if (native !== undefined) return plain(native.zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, capacity) }));
    if (declaresSize(bytes) && boundBytes > roomBytes) throw tooLarge(maxBytes);
    wasm.held(bytes.length + capacity);
    return codec!.decompress(bytes, { defaultHeapSize: Math.max(1, capacity) });
  } catch (cause) {
    if (cause instanceof TooLargeError) throw cause;
    if (isOutputFull(cause) && boundBytes > roomBytes) throw tooLarge(maxBytes);
    throw new DecodeError('zstd: corrupt input', { cause });
  }
}

/** The same memory as bytes, as node:zlib gives a Buffer, whose `slice` is another. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Whether the header of a frame carries its content size (size flag or single segment). */
function declaresSize(frame: Uint8Array): boolean {
  return (frame[4]! & 0xe0) !== 0;
}

function isOutputFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' || error.message.endsWith(DESTINATION_TOO_SMALL);
}

function tooLarge(maxBytes: number): TooLargeError {
  return new TooLargeError(`zstd: decompressed size is over ${maxBytes} bytes`, maxBytes);
}

function concat(parts: readonly Uint8Array[], total: number): Uint8Array {
  const out = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Makes an instance of its own: the package keeps one in its modules, so these are taken out of the cache again. */
async function loadWasm(): Promise<ZstdWasm> {
  // A new loader each time, as a loader remembers all that it loaded.
  const load = createRequire(import.meta.url);
  const folder = dirname(load.resolve('@bokuweb/zstd-wasm'));
  const codec = load('@bokuweb/zstd-wasm') as ZstdWasm;
  for (const path of Object.keys(load.cache)) if (path.startsWith(folder)) delete load.cache[path];
  await codec.init();
  return codec;
}
