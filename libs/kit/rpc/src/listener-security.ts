import { BasicAuth } from './basic-auth.ts';
import { PasswordChecker } from './password-checker.ts';
import { ReloadedFiles } from './reloaded-files.ts';
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
  readonly #checker: PasswordChecker;
  readonly #files: ReloadedFiles<WebConfig>;
  #auth: BasicAuth | undefined;

  private constructor(files: ReloadedFiles<WebConfig>, checker: PasswordChecker) {
    this.#files = files;
    this.#checker = checker;
    this.#takeUsers(files.state);
    files.onChange((config) => this.#takeUsers(config));
  }

  /** Reads the file and begins to watch it. @throws TelamonError when the file is bad: a process must not start open by mistake. */
  static async load({ file, log, checkIntervalMs }: ListenerSecurityOptions): Promise<ListenerSecurity> {
    const files = await ReloadedFiles.load({
      read: () => loadWebConfig(file),
      filesOf: (config) => config.files,
      onRead: () => log.info('web configuration read', { file }),
      onFailure: (error) => log.error('web configuration not read; the last good one stays in force', { error }),
      checkIntervalMs,
    });
    return new ListenerSecurity(files, new PasswordChecker());
  }

  /** The last good state. */
  get config(): WebConfig {
    return this.#files.state;
  }

  /** Checks credentials when users are configured. @throws TelamonError 401 or 503. */
  async authenticate(authorization: string | undefined): Promise<void> {
    await this.#auth?.authenticate(authorization);
  }

  /** Calls back after each change, until the returned function is called. */
  onChange(listener: (config: WebConfig) => void): () => void {
    return this.#files.onChange(listener);
  }

  /** Reads the files again now, whether they changed or not. Never throws: a bad file is logged. */
  async reload(): Promise<void> {
    await this.#files.reload();
  }

  /** Stops watching and ends the comparison thread. */
  async close(): Promise<void> {
    this.#files.close();
    await this.#checker.close();
  }

  #takeUsers({ users }: WebConfig): void {
    this.#auth = users.size === 0 ? undefined : new BasicAuth(users, this.#checker);
  }
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
