import { join } from 'node:path';
import type { LogFiles } from './log-files.ts';
import { NodeLogFiles } from './node-log-files.ts';
import { writeFully } from './segment-writer.ts';
import { type Schedule, scheduleOnProcess } from './sync-policy.ts';

/** What is watched, and how. */
export interface DiskWatchOptions {
  /** Absolute, on the disk in question; a small file is written there while the disk is broken. */
  readonly directory: string;
  readonly files?: LogFiles;
  /** Time between two tries of a broken disk, ms. Default 5 s. */
  readonly probePeriodMs?: number;
  readonly schedule?: Schedule;
  /** Told when the disk breaks (why) and when it works again (undefined). */
  readonly onChange?: (failure: string | undefined) => void;
}

/** What the system says of a disk that is broken or may only be read. A full one is not broken: it takes what frees space. */
const BROKEN = ['EIO', 'EROFS', 'ENXIO', 'ENODEV', 'EUCLEAN', 'ESTALE'] as const;
/** Errors lose their code, not their text, on the way out of a worker thread. */
const BROKEN_TEXT = new RegExp(`^(${BROKEN.join('|')}): .*`);
/** Causes of causes that are looked at. */
const MAX_CAUSES = 8;
const PROBE_NAME = 'disk-probe';

/**
 * Knows whether a disk is broken from the errors of whoever writes to it, and tries it from then on until it works again: who is refused
 * may not come back to find out. Costs nothing while all is well.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions;
  readonly #files: LogFiles;
  #failure: string | undefined;
  #cancel: (() => void) | undefined;
  #isClosed = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#files = options.files ?? new NodeLogFiles();
  }

  /** What the system says of the disk, e.g. `EIO: i/o error, write`; undefined while it is not known to be broken. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Looks at an error of something that writes; whatever does not tell of a broken disk is passed over. */
  note(error: unknown): void {
    const failure = brokenDiskOf(error);
    if (failure === undefined || this.#isClosed) return;
    const isNew = this.#failure === undefined;
    this.#failure = failure;
    if (!isNew) return;
    this.#options.onChange?.(failure);
    this.#tryLater();
  }

  /** As {@link note} for what `work` throws, which is thrown on. */
  async watch<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.note(error);
      throw error;
    }
  }

  /** Ends the tries. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #tryLater(): void {
    const { schedule = scheduleOnProcess, probePeriodMs = 5000 } = this.#options;
    this.#cancel = schedule(probePeriodMs, () => void this.#try());
  }

  async #try(): Promise<void> {
    const failure = await this.#probe().then(() => undefined, brokenDiskOf);
    if (this.#isClosed) return;
    this.#failure = failure;
    if (failure === undefined) this.#options.onChange?.(undefined);
    else this.#tryLater();
  }

  async #probe(): Promise<void> {
    const path = join(this.#options.directory, PROBE_NAME);
    // A crash may have left one.
    await this.#files.remove(path).catch(() => undefined);
    const file = await this.#files.create(path);
    try {
      await writeFully(file, Buffer.from('probe'), 0);
      await file.syncData();
    } finally {
      await file.close();
    }
    await this.#files.remove(path);
  }
}

function brokenDiskOf(error: unknown): string | undefined {
  let at: unknown = error;
  for (let i = 0; i < MAX_CAUSES && at instanceof Error; i++) {
    const { code, message } = at as NodeJS.ErrnoException;
    const said = BROKEN_TEXT.exec(message)?.[0];
    if (said !== undefined) return said;
    if (code !== undefined && (BROKEN as readonly string[]).includes(code)) return `${code}: ${message}`;
    at = at.cause;
  }
  return undefined;
}
