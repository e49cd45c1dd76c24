import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateBlockFile } from '@telamon/tsdb';

/** A folder in which a block is written. Synchronous, for worker threads. */
export interface BlockFiles {
  /** Makes a file of the block; it is synced when it is closed. */
  readonly create: CreateBlockFile;
  /** Syncs the folders, so that all files survive a power cut. */
  sync(): void;
  /** Closes what a failure left open. */
  abandon(): void;
}

/** Makes the folder, which must not be there, and gives the means to write a block into it. Throws node's errors. */
export function createBlockFiles(folder: string): BlockFiles {
  mkdirSync(folder, { recursive: false, mode: 0o700 });
  mkdirSync(join(folder, 'chunks'), { mode: 0o700 });
  const open = new Set<number>();
  return {
    create: (name) => {
      const file = openSync(join(folder, name), 'wx', 0o600);
      open.add(file);
      return {
        write: (bytes) => writeFully(file, bytes),
        close: () => {
          fsyncSync(file);
          open.delete(file);
          closeSync(file);
        },
      };
    },
    sync: () => {
      for (const path of [join(folder, 'chunks'), folder]) syncFolder(path);
    },
    abandon: () => {
      for (const file of open) closeSync(file);
      open.clear();
    },
  };
}

/** Writes all of the bytes at the file's position. Throws node's errors. */
export function writeFully(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
