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

/** Name of a suite with the reason why it is skipped, for the summary of a test run. */
export function suiteName(name: string, recordings: string | undefined): string {
  return recordings === undefined ? `${name} (no recordings beside this checkout)` : name;
}

/** A new empty folder for one test; the caller removes it or leaves it for a look after a failure. */
export function scratchFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `telamon-${name}-`));
}
