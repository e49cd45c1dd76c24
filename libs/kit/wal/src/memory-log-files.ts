import { basename, dirname } from 'node:path';
import type { LogFile, LogFileEntry, LogFiles } from './log-files.ts';

interface MemoryFile {
  bytes: Uint8Array;
  /** What a loss of power leaves. */
  synced: Uint8Array;
  /** A sync failed: what was written is not saved by later ones. */
  isPoisoned: boolean;
}

/** What goes wrong, asked before each operation. */
export interface MemoryFaults {
  /** Bytes that the disk still takes; less than asked for makes a short write, none an ENOSPC. */
  freeBytes?: number | undefined;
  /** Thrown by the next syncs. */
  syncError?: Error | undefined;
  /** Thrown by writes. */
  writeError?: Error | undefined;
}

/**
 * A file system in memory that can run full, fail syncs and lose power: for tests of logs and of what is built on them.
 * A failed sync marks the pages clean, as Linux does: later syncs succeed without saving them.
 */
export class MemoryLogFiles implements LogFiles {
  readonly faults: MemoryFaults = {};
  readonly #files = new Map<string, MemoryFile>();
  readonly #directories = new Set<string>();
  /** Number of successful data syncs. */
  syncs = 0;

  /** A copy as the disk would be after a loss of power: unsynced bytes are gone but for `keep` of them in each file. */
  afterPowerLoss(keep: (path: string, unsyncedBytes: number) => number = () => 0): MemoryLogFiles {
    const copy = new MemoryLogFiles();
    for (const directory of this.#directories) copy.#directories.add(directory);
    for (const [path, file] of this.#files) {
      const kept = keep(path, file.bytes.length - file.synced.length);
      const bytes = new Uint8Array(Math.max(file.synced.length, 0) + kept);
      bytes.set(file.synced);
      bytes.set(file.bytes.subarray(file.synced.length, file.synced.length + kept), file.synced.length);
      copy.#files.set(path, { bytes, synced: bytes, isPoisoned: false });
    }
    return copy;
  }

  /** A copy of everything as written, as after the end of the process. */
  afterExit(): MemoryLogFiles {
    return this.afterPowerLoss((_path, unsynced) => unsynced);
  }

  /** The bytes of a file; undefined when there is none. */
  contents(path: string): Uint8Array | undefined {
    return this.#files.get(path)?.bytes;
  }

  /** Puts a file in place. */
  put(path: string, bytes: Uint8Array): void {
    this.#directories.add(dirname(path));
    this.#files.set(path, { bytes, synced: bytes, isPoisoned: false });
  }

  /** All paths, sorted. */
  paths(): string[] {
    return [...this.#files.keys()].sort();
  }

  async makeDirectory(path: string): Promise<void> {
    this.#directories.add(path);
  }

  async list(directory: string): Promise<LogFileEntry[]> {
    const entries: LogFileEntry[] = [];
    for (const [path, file] of this.#files) {
      if (dirname(path) === directory) entries.push({ name: basename(path), sizeBytes: file.bytes.length });
    }
    return entries;
  }

  async create(path: string): Promise<LogFile> {
    if (this.#files.has(path)) throw new Error(`EEXIST ${path}`);
    if (this.faults.writeError !== undefined) throw this.faults.writeError;
    const file = { bytes: new Uint8Array(0), synced: new Uint8Array(0), isPoisoned: false };
    this.#files.set(path, file);
    return this.#handle(file);
  }

  async open(path: string): Promise<LogFile> {
    const file = this.#files.get(path);
    if (file === undefined) throw new Error(`ENOENT ${path}`);
    return this.#handle(file);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#files.set(to, this.#files.get(from)!);
    this.#files.delete(from);
  }

  async remove(path: string): Promise<void> {
    if (!this.#files.delete(path)) throw new Error(`ENOENT ${path}`);
  }

  async syncDirectory(): Promise<void> {
    if (this.faults.syncError !== undefined) throw this.faults.syncError;
  }

  #handle(file: MemoryFile): LogFile {
    return {
      write: async (bytes, position) => this.#write(file, bytes, position),
      read: async (into, position) => {
        const from = file.bytes.subarray(position, position + into.length);
        into.set(from);
        return from.length;
      },
      syncData: async () => {
        if (this.faults.syncError !== undefined) {
          file.isPoisoned = true;
          throw this.faults.syncError;
        }
        this.syncs++;
        if (!file.isPoisoned) file.synced = file.bytes.slice();
      },
      truncate: async (sizeBytes) => {
        file.bytes = file.bytes.slice(0, sizeBytes);
      },
      close: async () => undefined,
    };
  }

  #write(file: MemoryFile, bytes: Uint8Array, position: number): number {
    if (this.faults.writeError !== undefined) throw this.faults.writeError;
    const free = this.faults.freeBytes ?? Number.POSITIVE_INFINITY;
    const count = Math.min(bytes.length, free);
    if (count === 0 && bytes.length > 0) throw new Error('ENOSPC: no space left on device');
    if (this.faults.freeBytes !== undefined) this.faults.freeBytes -= count;
    const grown = new Uint8Array(Math.max(file.bytes.length, position + count));
    grown.set(file.bytes);
    grown.set(bytes.subarray(0, count), position);
    file.bytes = grown;
    return count;
  }
}
