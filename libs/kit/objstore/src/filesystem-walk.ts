import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListEntry } from './bucket.ts';
import { TEMPORARY_FOLDER } from './filesystem-write.ts';
import { compareKeys, isValidKey } from './object-key.ts';

/** What to walk. */
export interface WalkOptions {
  readonly root: string;
  /** Folder to begin in, relative, with its trailing slash; '' for the root. */
  readonly from: string;
  /** Keys must begin with it. */
  readonly prefix: string;
  readonly isRecursive: boolean;
  /** Folders that hold nothing after this key are not entered. */
  readonly startAfter: string | undefined;
}

/** Yields objects, and folders unless recursive, in key order. Links, sockets, temporaries and names that are no keys are left out. Memory: O(entries of one folder per level). */
export async function* walkObjects(options: WalkOptions): AsyncGenerator<ListEntry> {
  for (const child of await childrenOf(options.root, options.from)) {
    if (!child.key.startsWith(options.prefix) || (child.isFolder && isBefore(child.key, options.startAfter))) continue;
    if (!child.isFolder) yield* objectAt(options.root, child.key);
    else if (options.isRecursive) yield* walkObjects({ ...options, from: child.key });
    else if (await holdsObject(options.root, child.key)) yield { key: child.key, isFolder: true, sizeBytes: 0, modifiedMs: 0 };
  }
}

interface Child {
  readonly key: string;
  readonly isFolder: boolean;
}

/** Sorted so that depth-first order is key order: a folder compares with its slash. */
async function childrenOf(root: string, from: string): Promise<Child[]> {
  const entries = await readdir(join(root, from), { withFileTypes: true }).catch((error: NodeJS.ErrnoException): Dirent[] => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  const children: Child[] = [];
  for (const entry of entries) {
    const path = from + entry.name;
    if (!isValidKey(path) || path === TEMPORARY_FOLDER || entry.name.includes('\uFFFD')) continue;
    if (entry.isFile()) children.push({ key: path, isFolder: false });
    else if (entry.isDirectory()) children.push({ key: `${path}/`, isFolder: true });
  }
  return children.sort((a, b) => compareKeys(a.key, b.key));
}

/** The object may be gone since its folder was read. */
async function* objectAt(root: string, key: string): AsyncGenerator<ListEntry> {
  const found = await lstat(join(root, key)).catch(() => undefined);
  if (found?.isFile()) yield { key, isFolder: false, sizeBytes: found.size, modifiedMs: found.mtimeMs };
}

/** A crash can leave an empty folder behind; other stores know none. */
async function holdsObject(root: string, folder: string): Promise<boolean> {
  const children = await childrenOf(root, folder);
  if (children.some((child) => !child.isFolder)) return true;
  for (const child of children) if (await holdsObject(root, child.key)) return true;
  return false;
}

function isBefore(folder: string, startAfter: string | undefined): boolean {
  return startAfter !== undefined && !startAfter.startsWith(folder) && compareKeys(folder, startAfter) < 0;
}
