import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TelamonError } from '@telamon/model';

/**
 * Makes a directory, and its parents, that only the owner can enter. Throws a TelamonError when it or one of the `levels - 1`
 * directories above it is a symbolic link or no directory, before anything is made behind a link, or when anyone may write
 * to it. Who can place links in between is who may write to those above: they belong to the data directory, which is taken
 * before and writable for its owner only. What it made is durable when it returns.
 */
export async function makeOwnDirectory(path: string, levels: number = 1): Promise<void> {
  let above = path;
  for (let level = levels; level > 0; level--) {
    const state = await lstat(above).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (state?.isSymbolicLink()) throw refusal(above, 'is a symbolic link; replace it by a directory');
    if (state !== undefined && !state.isDirectory()) throw refusal(above, 'is not a directory');
    above = dirname(above);
  }
  const firstMade = await mkdir(path, { recursive: true, mode: 0o700 });
  if (firstMade !== undefined) await syncParents(path, firstMade);
  // The process that made it may have died before it was synced; the directory above may be another's, which can't be opened.
  else await syncParents(path, path).catch(() => undefined);
  const state = await lstat(path);
  if (!state.isDirectory()) throw refusal(path, 'is not a directory');
  if ((state.mode & 0o002) !== 0) throw refusal(path, 'can be written by anyone; take that right away (chmod o-w)');
  // Volumes that Kubernetes mounts with fsGroup stay as they are; a directory of our own that others can read is closed.
  if ((state.mode & 0o007) !== 0) await chmod(path, state.mode & 0o7770).catch(() => undefined);
}

/**
 * Makes the names of a directory and of those above it, up to the first that was made, durable: a log that is synced is of no use in a
 * directory that a power cut takes away.
 */
async function syncParents(path: string, firstMade: string): Promise<void> {
  const last = dirname(firstMade);
  for (let above = dirname(path); ; above = dirname(above)) {
    const handle = await open(above, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (above === last || above === dirname(above)) return;
  }
}

function refusal(path: string, reason: string): TelamonError {
  return new TelamonError(`directory ${path} ${reason}`, { status: 500, isRetryable: false });
}
