import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Recorded answers of other servers; present beside some checkouts only. */
const RECORDED = join(ROOT, '..', 'shared');

/** Path of a recorded file or folder, or undefined where there is none: the test must then skip itself by name. */
export function recorded(path: string): string | undefined {
  const full = join(RECORDED, path);
  return existsSync(full) ? full : undefined;
}

/** A new empty folder for one test; the caller removes it or leaves it for a look after a failure. */
export function scratchFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `telamon-${name}-`));
}
