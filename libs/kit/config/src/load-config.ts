import { readFileSync, statSync } from 'node:fs';
import type { Assignment, SourceOutcome, ValueSource } from './assignment.ts';
import { emptyOutcome } from './assignment.ts';
import { renderHelp } from './help.ts';
import type { ConfigOf, OptionEntries } from './option.ts';
import { assertDistinct, type NamedOption, type OptionGroup } from './option-group.ts';
import { indexOptions, type OptionIndex } from './option-index.ts';
import { CONFIG_FILE_ENV, type Environment, readEnv } from './read-env.ts';
import { type LoaderFlags, readFlags } from './read-flags.ts';
import { expandEnv, readYaml, YAML_BYTES_MAX } from './read-yaml.ts';

/** What a config is loaded from. */
export interface LoadRequest {
  readonly groups: readonly OptionGroup[];
  /** Arguments without the program's name. */
  readonly args: readonly string[];
  readonly env: Environment;
  /** Reads the YAML file; throws if it can't. Default: the file system, up to 8 MiB. */
  readonly readFile?: (path: string) => string;
  /**
   * Whether `groups` are only some of the product's: a file that is shared with other programs may have keys that are not known
   * here, and those are warnings then. Default false.
   */
  readonly isPartial?: boolean;
}

/** Result of loading: a config (`verified`: to be looked at, not run), a text to print before exiting 0, or everything that is wrong. The caller exits. */
export type LoadResult =
  | { readonly kind: 'config' | 'verified'; readonly config: LoadedConfig; readonly warnings: readonly string[] }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'errors'; readonly errors: readonly string[] };

/** Every value of a process, each with its source. Immutable. */
export class LoadedConfig {
  readonly groups: readonly OptionGroup[];
  readonly #assignments: ReadonlyMap<NamedOption, Assignment>;

  constructor(groups: readonly OptionGroup[], assignments: ReadonlyMap<NamedOption, Assignment>) {
    this.groups = groups;
    this.#assignments = assignments;
  }

  /** The parsed values of one group that was among those loaded. */
  of<E extends OptionEntries>(group: OptionGroup<E>): ConfigOf<E> {
    if (!this.groups.includes(group as unknown as OptionGroup)) throw new Error(`options of ${group.name} were not loaded`);
    return Object.fromEntries(group.options.map((named) => [named.key, this.valueOf(named)])) as ConfigOf<E>;
  }

  /** Value of one option. */
  valueOf(named: NamedOption): unknown {
    const assignment = this.#assignments.get(named);
    return assignment === undefined ? named.defaultValue : assignment.value;
  }

  /** Who set an option. */
  sourceOf(named: NamedOption): ValueSource {
    return this.#assignments.get(named)?.source ?? 'default';
  }
}

/**
 * Loads a config: flag before environment before YAML file (`--config.file`, else `TELAMON_CONFIG_FILE`) before default. Reports all
 * errors at once, never only the first. Groups that claim the same name are a programmer error and throw.
 */
export function loadConfig(request: LoadRequest): LoadResult {
  assertDistinct(request.groups);
  const index = indexOptions(request.groups);
  const flags = readFlags(request.args, index);
  if (flags.loader.help !== 'none') return { kind: 'help', text: renderHelp(request.groups, flags.loader.help) };
  if (flags.loader.isVersionAsked) return { kind: 'version' };
  const outcomes = [readFile(flags.loader, request, index), readEnv(request.env, index), flags];
  const config = new LoadedConfig(
    request.groups,
    new Map(outcomes.flatMap(({ assignments }) => assignments.map((assignment) => [assignment.named, assignment]))),
  );
  const errors = outcomes.flatMap((outcome) => outcome.errors);
  // Checks across options would only repeat, in other words, that a single one is wrong.
  if (errors.length === 0) for (const group of request.groups) errors.push(...group.validate(config.of(group)));
  if (errors.length > 0) return { kind: 'errors', errors };
  const kind = flags.loader.isVerifyAsked ? 'verified' : 'config';
  return { kind, config, warnings: outcomes.flatMap((outcome) => outcome.warnings) };
}

function readFile(loader: LoaderFlags, request: LoadRequest, index: OptionIndex): SourceOutcome {
  const path = loader.configFile ?? request.env[CONFIG_FILE_ENV] ?? '';
  if (path === '') return emptyOutcome();
  let text: string;
  try {
    text = (request.readFile ?? readTextFile)(path);
  } catch (error) {
    return {
      ...emptyOutcome(),
      errors: [`--config.file: can't read ${path}: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
  const expanded = loader.shouldExpandEnv ? expandEnv(text, request.env) : { text, warnings: [] };
  const outcome = readYaml(expanded.text, index, { fileName: path, isPartial: request.isPartial ?? false });
  outcome.warnings.push(...expanded.warnings);
  return outcome;
}

function readTextFile(path: string): string {
  if (statSync(path).size > YAML_BYTES_MAX) throw new Error(`larger than ${YAML_BYTES_MAX} bytes`);
  return readFileSync(path, 'utf8');
}
