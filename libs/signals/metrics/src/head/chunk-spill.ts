import { close, open, read, write } from 'node:fs';
import { readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32c } from '@telamon/bytes';
import { TelamonError } from '@telamon/model';
import { makeOwnDirectory } from '@telamon/wal';
import type { ChunkPlace } from './closed-chunks.ts';

const openAsync = promisify(open);
const closeAsync = promisify(close);

/** Bytes behind every chunk: crc32c of it, little-endian. */
const TRAILER_BYTES = 4;
const BUFFER_BYTES = 256 << 10;
const FILE_BYTES = 128 << 20;
/** Gaps up to this many bytes are read along rather than split into two reads. */
const MAX_GAP_BYTES = 16 << 10;
const MAX_READ_BYTES = 1 << 20;
const RETRY_MS = 5_000;
/** Chunks wait no longer than this for their buffer to fill, so that an idle head holds none. */
const LINGER_MS = 30_000;

interface SpillBuffer {
  readonly file: number;
  /** Place in the file of the first byte. */
  readonly offset: number;
  bytes: Uint8Array;
  length: number;
}

interface SpillFile {
  opened: Promise<number>;
  liveBytes: number;
  isDoomed: boolean;
  readers: number;
}

/**
 * Closed chunks of a head, moved out of memory into append-only files. It is a cache: the log can rebuild it, so it starts
 * empty, is never synced, and a failed write only keeps chunks in memory until a later one succeeds.
 *
 * ```
 * file NNNNNN:   ┌─────────┬────────────┬─────────┬────────────┬─────
 *                │ chunk   │ crc32c u32 │ chunk   │ crc32c u32 │ ...
 *                └─────────┴────────────┴─────────┴────────────┴─────
 * ```
 * A chunk has its place as soon as it is added; until its buffer is written it is read from there.
 */
export class ChunkSpill {
  readonly #directory: string;
  readonly #files = new Map<number, SpillFile>();
  /** Oldest first; the last is being filled. */
  readonly #buffers: SpillBuffer[] = [];
  #fileNumber = 0;
  #fileSize = 0;
  #writing: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  /** Chunks read back from files, not from memory. */
  diskReads = 0;
  /** Writes that failed and are tried again. */
  writeFailures = 0;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the directory and removes the files of an earlier run. What else is in it (blocks of the tenant) stays. */
  static async open(directory: string): Promise<ChunkSpill> {
    await makeOwnDirectory(directory);
    await removeFiles(directory);
    return new ChunkSpill(directory);
  }

  /** Closes all files and removes them, and the directory if nothing else is in it. */
  async dispose(): Promise<void> {
    await this.close();
    await removeFiles(this.#directory);
    await rmdir(this.#directory).catch(() => undefined);
  }

  /** Bytes that are still in memory. */
  get bufferedBytes(): number {
    let total = 0;
    for (const buffer of this.#buffers) total += buffer.length;
    return total;
  }

  /** Bytes of live chunks, in memory and on disk. */
  get liveBytes(): number {
    let total = 0;
    for (const file of this.#files.values()) total += file.liveBytes;
    return total;
  }

  /** Files that exist. */
  get fileCount(): number {
    return this.#files.size;
  }

  /** Copies `bytes[start, end)` and returns its place. Never waits, never fails. */
  add(bytes: Uint8Array, start: number, end: number): ChunkPlace {
    const size = end - start;
    const buffer = this.#bufferFor(size + TRAILER_BYTES);
    const at = buffer.length;
    buffer.bytes.set(bytes.subarray(start, end), at);
    const sum = crc32c(buffer.bytes, at, at + size);
    for (let i = 0; i < 4; i++) buffer.bytes[at + size + i] = sum >>> (8 * i);
    buffer.length += size + TRAILER_BYTES;
    this.#fileSize = buffer.offset + buffer.length;
    this.#files.get(buffer.file)!.liveBytes += size;
    if (this.#buffers.length > 1 || buffer.length >= BUFFER_BYTES) this.#kick();
    else this.#linger();
    return { file: buffer.file, offset: buffer.offset + at, sizeBytes: size };
  }

  /** A chunk is not needed any more; a file without live chunks is removed. */
  release(place: ChunkPlace): void {
    const file = this.#files.get(place.file)!;
    file.liveBytes -= place.sizeBytes;
    this.#maybeRemove(place.file);
  }

  /**
   * Reads chunks back; the answer has the order of `places`, each element its own view. Neighbouring chunks are read
   * together. Throws TelamonError 500 when a checksum does not hold, and what the file system throws.
   */
  async read(places: readonly ChunkPlace[]): Promise<Uint8Array[]> {
    const out: Uint8Array[] = new Array<Uint8Array>(places.length);
    const order: number[] = [];
    for (let i = 0; i < places.length; i++) {
      const inMemory = this.#fromBuffers(places[i]!);
      if (inMemory === undefined) order.push(i);
      else out[i] = inMemory;
    }
    if (order.length === 0) return out;
    order.sort((a, b) => places[a]!.file - places[b]!.file || places[a]!.offset - places[b]!.offset);
    this.diskReads += order.length;
    const held = new Set(order.map((index) => places[index]!.file));
    for (const number of held) this.#files.get(number)!.readers++;
    try {
      for (let from = 0; from < order.length; ) from = await this.#readRun(places, order, from, out);
    } finally {
      for (const number of held) {
        this.#files.get(number)!.readers--;
        this.#maybeRemove(number);
      }
    }
    return out;
  }

  /** Writes what is in memory; resolves when that is done or has failed. */
  async flush(): Promise<void> {
    const failures = this.writeFailures;
    while (this.#buffers.length > 0 && this.writeFailures === failures && !this.#isClosed) {
      this.#kick();
      await this.#writing;
    }
  }

  /** Closes the files. They stay; the next start removes them. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    for (const file of this.#files.values()) await closeAsync(await file.opened).catch(() => undefined);
  }

  #bufferFor(size: number): SpillBuffer {
    const last = this.#buffers.at(-1);
    if (last !== undefined && last.length + size <= last.bytes.length) return last;
    if (this.#files.size === 0 || this.#fileSize >= FILE_BYTES) this.#startFile();
    const buffer = {
      file: this.#fileNumber,
      offset: this.#fileSize,
      bytes: new Uint8Array(Math.max(BUFFER_BYTES, size)),
      length: 0,
    };
    this.#buffers.push(buffer);
    return buffer;
  }

  #startFile(): void {
    const previous = this.#fileNumber;
    const number = ++this.#fileNumber;
    this.#fileSize = 0;
    const opened = openAsync(this.#pathOf(number), 'w+', 0o600);
    // A file that cannot be made shows when it is written to.
    opened.catch(() => undefined);
    this.#files.set(number, { opened, liveBytes: 0, isDoomed: false, readers: 0 });
    if (previous > 0) this.#maybeRemove(previous);
  }

  #fromBuffers(place: ChunkPlace): Uint8Array | undefined {
    for (const buffer of this.#buffers) {
      const at = place.offset - buffer.offset;
      if (buffer.file === place.file && at >= 0 && at < buffer.length) return buffer.bytes.slice(at, at + place.sizeBytes);
    }
    return undefined;
  }

  async #readRun(places: readonly ChunkPlace[], order: readonly number[], from: number, out: Uint8Array[]): Promise<number> {
    const first = places[order[from]!]!;
    let end = first.offset + first.sizeBytes + TRAILER_BYTES;
    let to = from + 1;
    for (; to < order.length; to++) {
      const place = places[order[to]!]!;
      const placeEnd = place.offset + place.sizeBytes + TRAILER_BYTES;
      if (place.file !== first.file || place.offset - end > MAX_GAP_BYTES || placeEnd - first.offset > MAX_READ_BYTES) break;
      end = Math.max(end, placeEnd);
    }
    const bytes = await this.#readBytes(first.file, first.offset, end - first.offset);
    for (let i = from; i < to; i++) {
      const place = places[order[i]!]!;
      const at = place.offset - first.offset;
      const stop = at + place.sizeBytes;
      const sum = (bytes[stop]! | (bytes[stop + 1]! << 8) | (bytes[stop + 2]! << 16) | (bytes[stop + 3]! << 24)) >>> 0;
      if (crc32c(bytes, at, stop) !== sum) {
        throw new TelamonError(
          `chunk at byte ${place.offset} of head file ${place.file} is damaged; a restart rebuilds it from the log`,
        );
      }
      out[order[i]!] = bytes.subarray(at, stop);
    }
    return to;
  }

  async #readBytes(file: number, offset: number, length: number): Promise<Uint8Array> {
    const descriptor = await this.#files.get(file)!.opened;
    // Not zeroed, and not a Buffer: views of one are several times slower to make.
    const { buffer, byteOffset } = Buffer.allocUnsafeSlow(length);
    const bytes = new Uint8Array(buffer, byteOffset, length);
    let done = 0;
    while (done < length) {
      const count = await new Promise<number>((resolve, reject) => {
        read(descriptor, bytes, done, length - done, offset + done, (error, got) => (error ? reject(error) : resolve(got)));
      });
      if (count === 0) throw new TelamonError(`head file ${file} is shorter than expected; a restart rebuilds it from the log`);
      done += count;
    }
    return bytes;
  }

  #linger(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#kick();
    }, LINGER_MS);
    this.#timer.unref();
  }

  #kick(): void {
    if (this.#writing !== undefined || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writeAll()
      .catch(() => {
        this.writeFailures++;
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#kick();
        }, RETRY_MS);
        this.#timer.unref();
      })
      .finally(() => {
        this.#writing = undefined;
      });
  }

  async #writeAll(): Promise<void> {
    // Chunks that are added meanwhile go to a buffer of their own and wait for their turn.
    for (let left = this.#buffers.length; left > 0; left--) {
      const buffer = this.#buffers[0]!;
      if (this.#buffers.length === 1) buffer.bytes = buffer.bytes.subarray(0, buffer.length);
      const file = this.#files.get(buffer.file)!;
      await this.#writeBytes(file, buffer);
      this.#buffers.shift();
      this.#maybeRemove(buffer.file);
    }
  }

  async #writeBytes(file: SpillFile, buffer: SpillBuffer): Promise<void> {
    const descriptor = await file.opened.catch(() => {
      file.opened = openAsync(this.#pathOf(buffer.file), 'w+', 0o600);
      return file.opened;
    });
    const { bytes, length, offset } = buffer;
    for (let done = 0; done < length; ) {
      done += await new Promise<number>((resolve, reject) => {
        write(descriptor, bytes, done, length - done, offset + done, (error, count) => {
          if (error) reject(error);
          else if (count === 0) reject(new Error('the disk takes no more bytes'));
          else resolve(count);
        });
      });
    }
  }

  #maybeRemove(number: number): void {
    const file = this.#files.get(number);
    if (file === undefined || file.isDoomed || number === this.#fileNumber || file.liveBytes > 0 || file.readers > 0) return;
    if (this.#buffers.some((buffer) => buffer.file === number)) return;
    file.isDoomed = true;
    this.#files.delete(number);
    void file.opened.then((descriptor) => closeAsync(descriptor)).catch(() => undefined);
    void unlink(this.#pathOf(number)).catch(() => undefined);
  }

  #pathOf(number: number): string {
    return join(this.#directory, String(number).padStart(6, '0'));
  }
}

/** Names are numbers; those of blocks in the same directory have 26 characters. */
async function removeFiles(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (!entry.isDirectory() && /^\d{6,15}$/.test(entry.name)) await unlink(join(directory, entry.name));
  }
}
