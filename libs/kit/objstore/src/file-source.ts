import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type ByteSource, TruncatedError } from '@telamon/bytes';

/** Small reads are served from blocks of this size: index structures are read a few bytes at a time. */
const BLOCK_BYTES = 64 * 1024;
/** Blocks kept per file. */
const MAX_BLOCKS = 32;

/**
 * A file as a {@link ByteSource}: reads are synchronous and block the thread, so this is for worker threads and start-up. Keeps at most 2 MiB of
 * blocks. The file must not change while it is open. Results belong to the caller.
 */
export class FileSource implements ByteSource {
  readonly sizeBytes: number;
  readonly #path: string;
  readonly #blocks = new Map<number, Uint8Array>();
  #descriptor: number | undefined;

  private constructor(path: string, descriptor: number, sizeBytes: number) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.sizeBytes = sizeBytes;
  }

  /** Opens a regular file. @throws Error (with node's `code`) when it is not there, a link, or not a file. */
  static open(path: string): FileSource {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = fstatSync(descriptor);
    if (found.isFile()) return new FileSource(path, descriptor, found.size);
    closeSync(descriptor);
    throw new Error(`${path} is not a regular file`);
  }

  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.sizeBytes)) {
      throw new TruncatedError(`bytes [${offset}, ${offset + length}) of ${this.sizeBytes} in ${this.#path}`);
    }
    const first = Math.floor(offset / BLOCK_BYTES);
    const last = Math.floor((offset + Math.max(length, 1) - 1) / BLOCK_BYTES);
    if (first !== last) return this.#readDirect(offset, length);
    const within = offset - first * BLOCK_BYTES;
    return this.#block(first).slice(within, within + length);
  }

  /** Closes the file; later reads throw. Idempotent. */
  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#blocks.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #block(index: number): Uint8Array {
    const known = this.#blocks.get(index);
    if (known) {
      // Map order is the order of use.
      this.#blocks.delete(index);
      this.#blocks.set(index, known);
      return known;
    }
    const start = index * BLOCK_BYTES;
    const block = this.#readDirect(start, Math.min(BLOCK_BYTES, this.sizeBytes - start));
    if (this.#blocks.size >= MAX_BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value!);
    this.#blocks.set(index, block);
    return block;
  }

  #readDirect(offset: number, length: number): Uint8Array {
    if (this.#descriptor === undefined) throw new Error(`${this.#path} is closed`);
    const bytes = new Uint8Array(length);
    let used = 0;
    while (used < length) {
      const count = readSync(this.#descriptor, bytes, used, length - used, offset + used);
      if (count === 0) throw new TruncatedError(`${this.#path} shrank while it was open`);
      used += count;
    }
    return bytes;
  }
}
