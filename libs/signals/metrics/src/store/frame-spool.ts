import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { writeFully } from './block-files.ts';

const SIZE_BYTES = 4;

/**
 * Keeps frames in a file until they can be read again in the same order: an index starts with all of its symbols, which are known
 * only after the last series has come. Synchronous, for worker threads.
 * ```
 * ┌───────────────┬───────┬───────────────┬───────┬─────
 * │ size u32 (LE) │ frame │ size u32 (LE) │ frame │ ...
 * └───────────────┴───────┴───────────────┴───────┴─────
 * ```
 */
export class FrameSpool {
  readonly #path: string;
  readonly #file: number;
  readonly #size = Buffer.alloc(SIZE_BYTES);
  #sizeBytes = 0;
  #isOpen = true;

  /** Makes the file, which must not be there. */
  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'wx+', 0o600);
  }

  /** Appends a frame. */
  add(frame: Uint8Array): void {
    this.#size.writeUInt32LE(frame.length);
    writeFully(this.#file, this.#size);
    writeFully(this.#file, frame);
    this.#sizeBytes += SIZE_BYTES + frame.length;
  }

  /** All frames in order; each is the caller's. */
  *frames(): IterableIterator<Uint8Array> {
    for (let at = 0; at < this.#sizeBytes; ) {
      this.#read(this.#size, at);
      const frame = new Uint8Array(this.#size.readUInt32LE());
      this.#read(frame, at + SIZE_BYTES);
      at += SIZE_BYTES + frame.length;
      yield frame;
    }
  }

  /** Closes and removes the file. Idempotent. */
  remove(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }

  #read(into: Uint8Array, position: number): void {
    for (let at = 0; at < into.length; ) {
      const count = readSync(this.#file, into, at, into.length - at, position + at);
      if (count === 0) throw new Error(`${this.#path} is shorter than what was written`);
      at += count;
    }
  }
}
