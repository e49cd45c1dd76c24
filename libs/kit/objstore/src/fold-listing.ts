import type { ListEntry, ListOptions } from './bucket.ts';
import { compareKeys } from './object-key.ts';

/**
 * Turns a sorted recursive listing into what was asked for: drops what is not after `startAfter`, and unless recursive, shows everything below a
 * further slash as one folder, once.
 */
export function* folded(entries: Iterable<ListEntry>, prefix: string, options: ListOptions): Generator<ListEntry> {
  const isRecursive = options.isRecursive ?? false;
  let lastFolder: string | undefined;
  for (const entry of entries) {
    const slash = isRecursive ? -1 : entry.key.indexOf('/', prefix.length);
    const key = slash < 0 ? entry.key : entry.key.slice(0, slash + 1);
    if (options.startAfter !== undefined && compareKeys(key, options.startAfter) <= 0) continue;
    if (slash < 0) yield entry;
    else if (key !== lastFolder) {
      lastFolder = key;
      yield { key, isFolder: true, sizeBytes: 0, modifiedMs: 0 };
    }
  }
}
