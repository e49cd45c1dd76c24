import type { ConfigOf, Option, OptionEntries } from './option.ts';
import { parseDefault } from './parse-value.ts';

/** An option with its derived names. */
export interface NamedOption {
  /** Property in the parsed config. */
  readonly key: string;
  readonly option: Option;
  /** Flag without dashes. */
  readonly flag: string;
  /** Environment variable. */
  readonly env: string;
  /** Keys from the root of the YAML file. */
  readonly yamlPath: readonly string[];
  readonly yamlAliasPaths: readonly (readonly string[])[];
  readonly defaultValue: unknown;
}

/** Settings of a group. */
export interface GroupSettings<E extends OptionEntries> {
  /** Section of the YAML file, dots nest; default the name in snake_case. */
  readonly yamlSection?: string;
  /** One sentence for the reference. */
  readonly title?: string;
  /** Checks across options; returns what is wrong, empty if nothing. Runs only on values that are each valid. */
  readonly validate?: (config: ConfigOf<E>) => readonly string[];
}

/** The options of one component. `E` is the declaration that the parsed type derives from. */
export interface OptionGroup<E extends OptionEntries = OptionEntries> {
  readonly name: string;
  readonly title: string;
  readonly entries: E;
  readonly options: readonly NamedOption[];
  validate(config: ConfigOf<E>): readonly string[];
  /** All defaults, parsed. */
  defaults(): ConfigOf<E>;
}

/**
 * Declares a component's options. `name` is the flags' prefix; '' puts them at the root. A default that its own declaration refuses,
 * a missing description or a key without its unit is a programmer error and throws.
 *
 * With `isolatedDeclarations` write: `const ENTRIES = { ... } as const;` and
 * `export const INGESTER: OptionGroup<typeof ENTRIES> = options('ingester', ENTRIES);`
 */
export function options<const E extends OptionEntries>(
  name: string,
  entries: E,
  settings: GroupSettings<E> = {},
): OptionGroup<E> {
  const section = (settings.yamlSection ?? snake(name)).split('.').filter((part) => part !== '');
  const named = Object.entries(entries).map(([key, option]) => nameOption(name, section, key, option));
  return {
    name,
    title: settings.title ?? '',
    entries,
    options: named,
    validate: settings.validate ?? (() => []),
    defaults: () => Object.fromEntries(named.map(({ key, defaultValue }) => [key, defaultValue])) as ConfigOf<E>,
  };
}

/** Throws when two groups claim the same flag, environment variable or YAML key, also by an alias. Call once at the start. */
export function assertDistinct(groups: readonly OptionGroup[]): void {
  const owners = new Map<string, string>();
  const claim = (name: string, owner: string): void => {
    const other = owners.get(name);
    if (other !== undefined) throw new Error(`${name} is declared twice: by ${other} and by ${owner}`);
    owners.set(name, owner);
  };
  for (const group of groups) {
    for (const named of group.options) {
      const owner = `${group.name}/${named.key}`;
      for (const flag of [named.flag, ...(named.option.flagAliases ?? [])]) claim(`flag --${flag}`, owner);
      claim(`environment variable ${named.env}`, owner);
      for (const path of [named.yamlPath, ...named.yamlAliasPaths]) claim(`YAML key ${path.join('.')}`, owner);
    }
  }
}

/** Environment variable of a flag: `ingester.out-of-order-time-window` is `TELAMON_INGESTER_OUT_OF_ORDER_TIME_WINDOW`. */
export function envNameOf(flag: string): string {
  return `TELAMON_${flag.replace(/[.-]/g, '_').toUpperCase()}`;
}

function nameOption(group: string, section: readonly string[], key: string, option: Option): NamedOption {
  const fail = (why: string): never => {
    throw new Error(`option ${group}/${key}: ${why}`);
  };
  if (option.description.trim() === '') fail('the description is missing');
  if (option.type === 'durationMs' && !key.endsWith('Ms')) fail('the key of a duration ends in Ms');
  const stem = option.type === 'durationMs' ? key.slice(0, -2) : key;
  const flag = option.flag ?? (group === '' ? kebab(stem) : `${group}.${kebab(stem)}`);
  if (!/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(flag)) fail(`bad flag name ${flag}`);
  const below = (path: string): string[] => [...section, ...path.split('.')];
  const defaultValue = parseDefault(option);
  if (!defaultValue.isOk) return fail(`the default ${defaultValue.error}`);
  return {
    key,
    option,
    flag,
    env: envNameOf(flag),
    yamlPath: below(option.yaml ?? snake(stem)),
    yamlAliasPaths: (option.yamlAliases ?? []).map(below),
    defaultValue: defaultValue.value,
  };
}

function kebab(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

function snake(key: string): string {
  return kebab(key).replaceAll('-', '_');
}
