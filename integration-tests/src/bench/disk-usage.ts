import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of the files below a folder whose path passes; 0 when there is none. Files may come and go meanwhile. */
export function bytesBelow(folder: string, isWanted: (path: string) => boolean = () => true): number {
  let sum = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() === true && isWanted(path)) sum += stat.size;
  }
  return sum;
}
