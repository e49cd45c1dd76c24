import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

interface FileSync {
  readonly inode: number;
  readonly size: number;
}

interface FolderSync {
  readonly folder: string;
  readonly names: readonly string[];
}

/**
 * Takes from a folder what a power cut would: bytes that no sync covered, and files and folders whose name no sync of their folder
 * covered. `journalPath` is what disk-preload.mjs wrote. Removals and renames that were not synced are not taken back. The folder itself
 * is taken as synced, with whatever directly in it was synced by itself. The strictest reading of POSIX: most file systems keep more.
 */
export function loseUnsynced(folder: string, journalPath: string): void {
  const { sizes, names } = readJournal(journalPath);
  loseBelow(folder, { sizes, names, isTop: true });
}

/** Bytes at the beginning of a file that a sync covered; 0 when none did. */
export function syncedSize(path: string, journalPath: string): number {
  return readJournal(journalPath).sizes.get(statSync(path).ino) ?? 0;
}

function readJournal(journalPath: string): Pick<Synced, 'sizes' | 'names'> {
  const sizes = new Map<number, number>();
  const names = new Map<string, ReadonlySet<string>>();
  const lines = existsSync(journalPath) ? readFileSync(journalPath, 'utf8').split('\n').filter(Boolean) : [];
  for (const line of lines) {
    const entry = JSON.parse(line) as FileSync | FolderSync;
    if ('inode' in entry) sizes.set(entry.inode, entry.size);
    else names.set(entry.folder, new Set(entry.names));
  }
  return { sizes, names };
}

interface Synced {
  readonly sizes: ReadonlyMap<number, number>;
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  readonly isTop: boolean;
}

function loseBelow(folder: string, { sizes, names, isTop }: Synced): void {
  const kept = names.get(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isNamed = kept?.has(entry.name) === true || (isTop && kept === undefined);
    if (!isNamed) rmSync(path, { recursive: true, force: true });
    else if (entry.isDirectory()) loseBelow(path, { sizes, names, isTop: false });
    else loseBytes(path, sizes);
  }
}

function loseBytes(path: string, sizes: ReadonlyMap<number, number>): void {
  const { ino, size } = statSync(path);
  const synced = sizes.get(ino) ?? 0;
  if (size > synced) truncateSync(path, synced);
}
