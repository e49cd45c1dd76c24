import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TelamonError } from '@telamon/model';
import type { PutBody } from './bucket.ts';
import { abortedError } from './object-errors.ts';

/** Holds files being written; on the same file system as the objects, so that a rename is atomic. Never listed, not a valid first segment of a key. */
export const TEMPORARY_FOLDER = '.telamon-tmp';

const STALE_AFTER_MS = 3_600_000;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const COPY_BYTES = 1 << 20;

/** Creates the root and its folder for temporaries, or checks what is there. @throws TelamonError when others could put things in it. */
export async function prepareRoot(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  await checkOwnFolder(folder);
  const temporaries = join(folder, TEMPORARY_FOLDER);
  await mkdir(temporaries, { recursive: true, mode: FOLDER_MODE });
  await checkOwnFolder(temporaries);
}

async function checkOwnFolder(folder: string): Promise<void> {
  const found = await lstat(folder);
  const problem = found.isSymbolicLink()
    ? 'is a symbolic link'
    : !found.isDirectory()
      ? 'is not a folder'
      : (found.mode & 0o002) !== 0
        ? 'is writable for everyone (chmod o-w)'
        : undefined;
  if (problem !== undefined) throw new TelamonError(`object store folder ${folder} ${problem}`, { isRetryable: false });
}

/** Removes what a killed process left behind. Young files may belong to another process that is writing. */
export async function removeStaleTemporaries(root: string): Promise<void> {
  const folder = join(root, TEMPORARY_FOLDER);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile() && Date.now() - found.mtimeMs > STALE_AFTER_MS) await unlink(path).catch(() => {});
  }
}

/** A name that no other write uses. */
export function temporaryName(): string {
  return randomBytes(12).toString('hex');
}

/** Writes a new file and syncs it to disk. */
export async function copyInto(path: string, body: PutBody, signal: AbortSignal | undefined): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    if (body instanceof Uint8Array) await file.writeFile(body, signal ? { signal } : {});
    else await copyFile(body.file, file, signal);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function copyFile(from: string, to: FileHandle, signal: AbortSignal | undefined): Promise<void> {
  const source = await open(from, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(COPY_BYTES);
    for (;;) {
      if (signal?.aborted) throw abortedError(signal);
      const { bytesRead } = await source.read(buffer, 0, COPY_BYTES, null);
      if (bytesRead === 0) return;
      await to.writeFile(buffer.subarray(0, bytesRead));
    }
  } finally {
    await source.close();
  }
}

/** Creates a folder with its parents, each entry synced: an object in it must survive a crash of the machine. */
export async function makeDurableFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  if (first === undefined) return;
  for (let at = folder; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at));
}

/** Syncs the entries of a folder. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
