import { chmod, lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TelamonError } from '@telamon/model';

/**
 * Makes a directory, and its parents, that only the owner can enter. Throws a TelamonError when it or one of the `levels - 1`
 * directories above it is a symbolic link or no directory, before anything is made behind a link, or when anyone may write
 * to it. Who can place links in between is who may write to those above: they belong to the data directory, which is taken
 * before and writable for its owner only.
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
  await mkdir(path, { recursive: true, mode: 0o700 });
  const state = await lstat(path);
  if (!state.isDirectory()) throw refusal(path, 'is not a directory');
  if ((state.mode & 0o002) !== 0) throw refusal(path, 'can be written by anyone; take that right away (chmod o-w)');
  // Volumes that Kubernetes mounts with fsGroup stay as they are; a directory of our own that others can read is closed.
  if ((state.mode & 0o007) !== 0) await chmod(path, state.mode & 0o7770).catch(() => undefined);
}

function refusal(path: string, reason: string): TelamonError {
  return new TelamonError(`directory ${path} ${reason}`, { status: 500, isRetryable: false });
}
