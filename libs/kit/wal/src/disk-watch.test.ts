import { describe, expect, it } from 'vitest';
import { DiskWatch } from './disk-watch.ts';
import { MemoryLogFiles } from './memory-log-files.ts';

function errnoError(code: string): Error {
  return Object.assign(new Error(`${code}: injected, write`), { code });
}

interface Watched {
  readonly watch: DiskWatch;
  readonly files: MemoryLogFiles;
  readonly changes: (string | undefined)[];
  /** Runs the try that is due and waits for its end. */
  readonly tryNow: () => Promise<void>;
}

function watched(): Watched {
  const files = new MemoryLogFiles();
  const changes: (string | undefined)[] = [];
  const due: (() => void)[] = [];
  const schedule = (_delayMs: number, run: () => void): (() => void) => {
    due.push(run);
    return () => due.splice(due.indexOf(run), 1);
  };
  const watch = new DiskWatch({ directory: '/wal', files, schedule, onChange: (failure) => changes.push(failure) });
  const tryNow = async (): Promise<void> => {
    due.shift()!();
    // The try ends with another one, or with a change.
    const { length } = changes;
    while (due.length === 0 && changes.length === length) await new Promise((resolve) => setImmediate(resolve));
  };
  return { watch, files, changes, tryNow };
}

describe('a disk', () => {
  it.each(['EIO', 'EROFS', 'ENXIO', 'ENODEV', 'EUCLEAN', 'ESTALE'])(
    'is broken by %s until it takes a file again',
    async (code) => {
      const { watch, files, changes, tryNow } = watched();
      files.faults.writeError = errnoError(code);
      watch.note(files.faults.writeError);
      watch.note(files.faults.writeError);
      expect([watch.failure, changes]).toEqual([`${code}: injected, write`, [`${code}: injected, write`]]);
      await tryNow();
      expect(watch.failure).toBe(`${code}: injected, write`);
      files.faults.writeError = undefined;
      files.faults.syncError = errnoError('EIO');
      await tryNow();
      expect(watch.failure).toBe('EIO: injected, write');
      files.faults.syncError = undefined;
      await tryNow();
      expect([watch.failure, changes.at(-1), changes.length]).toEqual([undefined, undefined, 2]);
      expect(files.paths()).toEqual([]);
      watch.note(errnoError('EIO'));
      expect(watch.failure).toBe('EIO: injected, write');
    },
  );

  it('is told by causes, and by texts that came out of a worker thread', () => {
    const { watch } = watched();
    watch.note(new Error('the log cannot be written', { cause: new Error('again', { cause: errnoError('EIO') }) }));
    expect(watch.failure).toBe('EIO: injected, write');
    const other = watched().watch;
    other.note(new Error('EROFS: read-only file system, open'));
    expect(other.failure).toBe('EROFS: read-only file system, open');
  });

  it.each([
    ['a full disk', errnoError('ENOSPC')],
    ['the network', errnoError('ECONNRESET')],
    ['a text that speaks of another EIO', new Error('upload failed: EIO')],
    ['no error', undefined],
  ])('is not broken by %s', (_what, error) => {
    const { watch, changes } = watched();
    watch.note(error);
    expect([watch.failure, changes]).toEqual([undefined, []]);
  });

  it('that runs full when it is tried works', async () => {
    const { watch, files, tryNow } = watched();
    watch.note(errnoError('EIO'));
    files.faults.freeBytes = 0;
    await tryNow();
    expect(watch.failure).toBeUndefined();
  });

  it('is not tried any more after the end', async () => {
    const { watch, changes } = watched();
    const failure = errnoError('EIO');
    await expect(watch.watch(Promise.reject(failure))).rejects.toBe(failure);
    watch.close();
    watch.note(failure);
    expect(changes).toEqual(['EIO: injected, write']);
  });
});
