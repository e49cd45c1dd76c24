import { stat } from 'node:fs/promises';

/** How files are read and looked after. */
export interface ReloadedFilesOptions<T> {
  /** Reads everything; rejects when something is bad. */
  readonly read: () => Promise<T>;
  /** The files that a state was read from. */
  readonly filesOf: (state: T) => readonly string[];
  /** Told of each new state but the first, before the listeners are. */
  readonly onRead: (state: T) => void;
  /** Told why the files could not be read again. */
  readonly onFailure: (error: unknown) => void;
  /** How often the files are looked at; 0: only {@link ReloadedFiles.reload} reads again. Default 10 s. */
  readonly checkIntervalMs?: number | undefined;
}

/** What stands in some files, read again when one of them changes. While they are bad the last good state stays. */
export class ReloadedFiles<T> {
  readonly #options: ReloadedFilesOptions<T>;
  readonly #listeners = new Set<(state: T) => void>();
  #state: T;
  #fingerprint: string;
  #timer: NodeJS.Timeout | undefined;
  #reloading: Promise<void> | undefined;

  private constructor(options: ReloadedFilesOptions<T>, state: T, fingerprint: string) {
    this.#options = options;
    this.#state = state;
    this.#fingerprint = fingerprint;
  }

  /** Reads the files and begins to watch them. Rejects as `read` does. */
  static async load<T>(options: ReloadedFilesOptions<T>): Promise<ReloadedFiles<T>> {
    // Which files there are is known when they were read; what changes after the look at them is seen at the next one.
    const files = options.filesOf(await options.read());
    const fingerprint = await fingerprintOf(files);
    const reloaded = new ReloadedFiles(options, await options.read(), fingerprint);
    const intervalMs = options.checkIntervalMs ?? 10_000;
    if (intervalMs > 0) reloaded.#timer = setInterval(() => void reloaded.#checkFiles(), intervalMs).unref();
    return reloaded;
  }

  /** The last good state. */
  get state(): T {
    return this.#state;
  }

  /** Calls back after each change, until the returned function is called. */
  onChange(listener: (state: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the files again now, whether they changed or not. Never throws: `onFailure` is told. */
  async reload(): Promise<void> {
    this.#reloading ??= this.#readAgain().finally(() => {
      this.#reloading = undefined;
    });
    await this.#reloading;
  }

  /** Stops watching. */
  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  async #checkFiles(): Promise<void> {
    if ((await fingerprintOf(this.#files)) !== this.#fingerprint) await this.reload();
  }

  get #files(): readonly string[] {
    return this.#options.filesOf(this.#state);
  }

  async #readAgain(): Promise<void> {
    const before = this.#files;
    // Taken before reading: a change while reading is then seen at the next look.
    this.#fingerprint = await fingerprintOf(before);
    try {
      this.#state = await this.#options.read();
      if (this.#files.join('\0') !== before.join('\0')) this.#fingerprint = await fingerprintOf(this.#files);
      this.#options.onRead(this.#state);
      for (const listener of this.#listeners) listener(this.#state);
    } catch (error) {
      this.#options.onFailure(error);
    }
  }
}

async function fingerprintOf(files: readonly string[]): Promise<string> {
  const parts = files.map(async (file) => {
    const found = await stat(file).catch(() => undefined);
    return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : 'absent';
  });
  return (await Promise.all(parts)).join(',');
}
