import { stat } from 'node:fs/promises';
import { BasicAuth } from './basic-auth.ts';
import { PasswordChecker } from './password-checker.ts';
import type { RpcLog } from './rpc-log.ts';
import { loadWebConfig, type WebConfig } from './web-config.ts';

/** Options of {@link ListenerSecurity.load}. */
export interface ListenerSecurityOptions {
  /** A web configuration file, see `loadWebConfig`. */
  readonly file: string;
  readonly log: RpcLog;
  /** How often the files are looked at; 0: only {@link ListenerSecurity.reload} reads again. Default 10 s. */
  readonly checkIntervalMs?: number;
}

/**
 * TLS, users and headers of one or more listeners, from one file that is read again when it, a certificate or a key changes. A file that
 * turns bad is reported and the last good state stays. A listener group is a set of listeners that share one of these.
 */
export class ListenerSecurity {
  readonly #options: ListenerSecurityOptions;
  readonly #checker: PasswordChecker = new PasswordChecker();
  readonly #listeners = new Set<(config: WebConfig) => void>();
  #config: WebConfig;
  #auth: BasicAuth | undefined;
  #fingerprint: string;
  #timer: NodeJS.Timeout | undefined;
  #reloading: Promise<void> | undefined;

  private constructor(options: ListenerSecurityOptions, config: WebConfig, fingerprint: string) {
    this.#options = options;
    this.#config = config;
    this.#fingerprint = fingerprint;
    this.#auth = this.#authOf(config);
  }

  /** Reads the file and begins to watch it. @throws TelamonError when the file is bad: a process must not start open by mistake. */
  static async load(options: ListenerSecurityOptions): Promise<ListenerSecurity> {
    const config = await loadWebConfig(options.file);
    const security = new ListenerSecurity(options, config, await fingerprintOf(config.files));
    security.#watch(options.checkIntervalMs ?? 10_000);
    return security;
  }

  /** The last good state. */
  get config(): WebConfig {
    return this.#config;
  }

  /** Checks credentials when users are configured. @throws TelamonError 401 or 503. */
  async authenticate(authorization: string | undefined): Promise<void> {
    await this.#auth?.authenticate(authorization);
  }

  /** Calls back after each change, until the returned function is called. */
  onChange(listener: (config: WebConfig) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the files again now, whether they changed or not. Never throws: a bad file is logged. */
  async reload(): Promise<void> {
    this.#reloading ??= this.#readAgain().finally(() => {
      this.#reloading = undefined;
    });
    await this.#reloading;
  }

  /** Stops watching and ends the comparison thread. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#checker.close();
  }

  #watch(intervalMs: number): void {
    if (intervalMs <= 0) return;
    this.#timer = setInterval(() => void this.#checkFiles(), intervalMs);
    this.#timer.unref();
  }

  async #checkFiles(): Promise<void> {
    if ((await fingerprintOf(this.#config.files)) !== this.#fingerprint) await this.reload();
  }

  async #readAgain(): Promise<void> {
    // Taken before reading: a change while reading is then seen at the next look.
    const fingerprint = await fingerprintOf(this.#config.files);
    try {
      const config = await loadWebConfig(this.#options.file);
      const isSameSet = config.files.join('\0') === this.#config.files.join('\0');
      this.#fingerprint = isSameSet ? fingerprint : await fingerprintOf(config.files);
      this.#config = config;
      this.#auth = this.#authOf(config);
      for (const listener of this.#listeners) listener(config);
      this.#options.log.info('web configuration read', { file: this.#options.file });
    } catch (error) {
      this.#fingerprint = fingerprint;
      this.#options.log.error('web configuration not read; the last good one stays in force', { error });
    }
  }

  #authOf(config: WebConfig): BasicAuth | undefined {
    return config.users.size === 0 ? undefined : new BasicAuth(config.users, this.#checker);
  }
}

async function fingerprintOf(files: readonly string[]): Promise<string> {
  const parts = files.map(async (file) => {
    const found = await stat(file).catch(() => undefined);
    return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : 'absent';
  });
  return (await Promise.all(parts)).join(',');
}

/**
 * Opens the security of several listeners, given the file of each by listener name. Listeners that name one file form a group and share one
 * `ListenerSecurity`; close each value once.
 *
 * @throws TelamonError for a bad file.
 */
export async function listenerGroups(
  files: ReadonlyMap<string, string>,
  options: Omit<ListenerSecurityOptions, 'file'>,
): Promise<ReadonlyMap<string, ListenerSecurity>> {
  const byFile = new Map<string, ListenerSecurity>();
  const byGroup = new Map<string, ListenerSecurity>();
  for (const [group, file] of files) {
    const security = byFile.get(file) ?? (await ListenerSecurity.load({ ...options, file }));
    byFile.set(file, security);
    byGroup.set(group, security);
  }
  return byGroup;
}
