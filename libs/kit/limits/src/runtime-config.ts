import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { type ConfigOf, type OptionGroup, options, plainValue, type RenderMode } from '@telamon/config';
import { createService, type Service } from '@telamon/lifecycle';
import type { Clock, Logger, MetricRegistry } from '@telamon/telemetry';
import { stringify } from 'yaml';
import type { Overrides } from './overrides.ts';
import { mergeRuntimeValues, parseRuntimeFile, type RuntimeValues } from './runtime-file.ts';
import { plainLimits } from './tenant-limits.ts';

const RUNTIME = {
  file: {
    type: 'list',
    default: [],
    yaml: 'file',
    description: 'Runtime files with the limits of single tenants, read again while running. Of several, later ones win.',
  },
  reloadPeriodMs: {
    type: 'durationMs',
    default: '10s',
    minMs: 10,
    yaml: 'period',
    flag: 'runtime-config.reload-period',
    category: 'advanced',
    description: 'How often the runtime files are looked at.',
  },
} as const;

/** Where the runtime files are. */
export type RuntimeConfigOptions = ConfigOf<typeof RUNTIME>;

/** Declaration of {@link RuntimeConfigOptions}. */
export const RUNTIME_CONFIG: OptionGroup<typeof RUNTIME> = options('runtime-config', RUNTIME);

/** What a {@link RuntimeConfig} works with. */
export interface RuntimeConfigDeps {
  readonly config: RuntimeConfigOptions;
  readonly overrides: Overrides;
  readonly logger: Logger;
  readonly registry: MetricRegistry;
  readonly clock: Clock;
  /** Reads a file and tells when it changed; tests pass their own. */
  readonly files?: RuntimeFiles;
}

/** Access to the runtime files. */
export interface RuntimeFiles {
  read(path: string): Promise<string>;
  /** A text that changes whenever the file may have changed. */
  stamp(path: string): Promise<string>;
}

const SYSTEM_FILES: RuntimeFiles = {
  read: (path) => readFile(path, 'utf8'),
  stamp: async (path) => {
    const { mtimeNs, size, ino } = await stat(path, { bigint: true });
    return `${mtimeNs}/${size}/${ino}`;
  },
};

/**
 * Keeps {@link Overrides} in step with the runtime files. A wrong file at the start fails the start; later the last good version
 * stays in force, with one log line per version and a metric.
 */
export class RuntimeConfig {
  readonly service: Service;
  readonly #deps: RuntimeConfigDeps;
  readonly #files: RuntimeFiles;
  readonly #lastSuccess: { set(labels: object, value: number): void };
  #stamp: string | undefined;
  #hash = '';
  #badHash = '';
  /** Bounded by the size of a runtime file. */
  readonly #toldIgnored = new Set<string>();

  constructor(deps: RuntimeConfigDeps) {
    this.#deps = deps;
    this.#files = deps.files ?? SYSTEM_FILES;
    this.#lastSuccess = deps.registry.gauge({
      name: 'telamon_runtime_config_last_reload_successful',
      help: 'Whether the last look at the runtime files went well.',
    });
    deps.registry.readGauge({
      name: 'telamon_runtime_config_hash',
      help: 'Hash of the runtime files in force, as a label.',
      labels: ['sha256'],
      read: () => (this.#hash === '' ? [] : [[{ sha256: this.#hash }, 1]]),
    });
    this.service = createService({
      name: 'runtime-config',
      timers: deps.clock,
      start: async (_signal, scope) => {
        await this.#load();
        if (deps.config.file.length > 0) scope.every(deps.config.reloadPeriodMs, () => this.reload(), { jitter: 0.1 });
      },
    });
  }

  /** Looks at the files now. Never rejects: a wrong file is logged and the last good version stays. */
  async reload(): Promise<void> {
    try {
      await this.#load();
    } catch (error) {
      this.#lastSuccess.set({}, 0);
      if (this.#badHash !== String(error))
        this.#deps.logger.error('The runtime file is wrong; the last good version stays in force.', { err: error });
      this.#badHash = String(error);
    }
  }

  /** Body of `/runtime_config`: the tenants of the files with all their limits, or with what differs from the defaults. */
  render(mode: RenderMode): string {
    const { overrides } = this.#deps;
    const from = mode === 'diff' ? overrides.defaults : undefined;
    const tenants = [...overrides.tenants].sort();
    const byTenant =
      mode === 'defaults' ? [] : tenants.map((tenant) => [tenant, plainLimits(overrides.forTenant(tenant), plainValue, from)]);
    return stringify({ overrides: Object.fromEntries(byTenant) }, { lineWidth: 0, aliasDuplicateObjects: false });
  }

  async #load(): Promise<void> {
    const paths = this.#deps.config.file;
    const stamp = (await Promise.all(paths.map((path) => this.#stampOf(path)))).join('\n');
    if (stamp === this.#stamp) return;
    const texts: string[] = [];
    for (const path of paths) texts.push(await this.#files.read(path));
    const hash = createHash('sha256').update(texts.join('\n')).digest('hex');
    if (hash !== this.#hash)
      this.#apply(
        texts.map((text, i) => parseNamed(paths[i]!, text)),
        hash,
      );
    this.#stamp = stamp;
    this.#badHash = '';
    this.#lastSuccess.set({}, 1);
  }

  #apply(files: readonly RuntimeValues[], hash: string): void {
    const values = mergeRuntimeValues(files);
    this.#deps.overrides.replace(values.byTenant);
    this.#hash = hash;
    this.#deps.logger.info('Runtime limits are in force.', { tenants: values.byTenant.size });
    const untold = values.ignored.filter((key) => !this.#toldIgnored.has(key));
    for (const key of untold) this.#toldIgnored.add(key);
    if (untold.length > 0)
      this.#deps.logger.warn('Some keys of the runtime file mean nothing here and are ignored.', { keys: untold.join(' ') });
  }

  async #stampOf(path: string): Promise<string> {
    return `${path}@${await this.#files.stamp(path)}`;
  }
}

function parseNamed(path: string, text: string): RuntimeValues {
  try {
    return parseRuntimeFile(text);
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
