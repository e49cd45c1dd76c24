import { close, constants, fdatasync, fsync, ftruncate, open, read, write } from 'node:fs';
import { lstat, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LogFile, LogFileEntry, LogFiles } from './log-files.ts';
import { makeOwnDirectory } from './own-directory.ts';

const openAsync = promisify(open);
const closeAsync = promisify(close);
const syncAsync = promisify(fsync);
const syncDataAsync = promisify(fdatasync);
const truncateAsync = promisify(ftruncate);

/** Plain descriptors with callbacks: a third of the cost of FileHandle, and never closed by the garbage collector. */
class NodeLogFile implements LogFile {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(bytes: Uint8Array, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor, bytes, 0, bytes.length, position, (error, count) => {
        if (error) reject(error);
        else resolve(count);
      });
    });
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#descriptor, into, 0, into.length, position, (error, count) => {
        if (error) reject(error);
        else resolve(count);
      });
    });
  }

  syncData(): Promise<void> {
    return syncDataAsync(this.#descriptor);
  }

  truncate(sizeBytes: number): Promise<void> {
    return truncateAsync(this.#descriptor, sizeBytes);
  }

  close(): Promise<void> {
    return closeAsync(this.#descriptor);
  }
}

/** The real file system. Files are 0600, directories 0700, symbolic links are not followed. */
export class NodeLogFiles implements LogFiles {
  makeDirectory(path: string, levels?: number): Promise<void> {
    return makeOwnDirectory(path, levels);
  }

  async list(directory: string): Promise<LogFileEntry[]> {
    const entries: LogFileEntry[] = [];
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      entries.push({ name: entry.name, sizeBytes: (await lstat(join(directory, entry.name))).size });
    }
    return entries;
  }

  async create(path: string): Promise<LogFile> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    return new NodeLogFile(await openAsync(path, flags, 0o600));
  }

  async open(path: string): Promise<LogFile> {
    return new NodeLogFile(await openAsync(path, constants.O_RDWR | constants.O_NOFOLLOW));
  }

  rename(from: string, to: string): Promise<void> {
    return rename(from, to);
  }

  remove(path: string): Promise<void> {
    return unlink(path);
  }

  async syncDirectory(path: string): Promise<void> {
    const descriptor = await openAsync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await syncAsync(descriptor);
    } finally {
      await closeAsync(descriptor);
    }
  }
}
