import { typeText } from './help.ts';
import type { NamedOption, OptionGroup } from './option-group.ts';
import { displayValue, plainValue } from './parse-value.ts';

/** One entry of `config-descriptor.json`. */
export interface OptionDescriptor {
  readonly flag: string;
  readonly env: string;
  readonly yaml: string;
  readonly type: string;
  readonly default: unknown;
  readonly unit?: string;
  readonly category: string;
  readonly scope: string;
  readonly description: string;
  readonly flagAliases?: readonly string[];
  readonly yamlAliases?: readonly string[];
}

/** Machine-readable list of every option, in order of declaration; a golden file in the repository. */
export function renderDescriptor(groups: readonly OptionGroup[]): string {
  return `${JSON.stringify(
    groups
      .flatMap((group) => group.options)
      .filter(isShown)
      .map(describe),
    null,
    2,
  )}\n`;
}

/** The text of `docs/reference/config.md`. */
export function renderReference(groups: readonly OptionGroup[]): string {
  const sections = groups.map(sectionOf).filter((section) => section !== '');
  return `${[
    '# Configuration reference',
    '',
    'Generated from the declarations; do not edit. A flag wins over an environment variable, that over the YAML file (`--config.file`, else `TELAMON_CONFIG_FILE`), that over the default.',
    'Durations are written `30s`, `1h30m` or `7d`, sizes `1024`, `512KiB` or `100MiB` (`KB`, `MB` ... are powers of 1000, all others of 1024). Options of scope tenant can be overridden per tenant in the runtime file.',
    '',
    ...sections,
  ].join('\n')}`;
}

function sectionOf(group: OptionGroup): string {
  const shown = group.options.filter(isShown);
  if (shown.length === 0) return '';
  const rows = shown.map(
    (named) =>
      `| \`--${named.flag}\` | \`${named.yamlPath.join('.')}\` | ${cell(typeText(named))} | ${cell(defaultText(named))} | ${categoryText(named)} | ${cell(named.option.description)} |`,
  );
  const title = group.title === '' ? [] : [group.title, ''];
  const head = ['| Flag | YAML | Type | Default | | Description |', '| --- | --- | --- | --- | --- | --- |'];
  return [`## ${group.name === '' ? 'General' : group.name}`, '', ...title, ...head, ...rows, ''].join('\n');
}

function describe(named: NamedOption): OptionDescriptor {
  const { option } = named;
  return {
    flag: named.flag,
    env: named.env,
    yaml: named.yamlPath.join('.'),
    type: typeText(named),
    default: plainValue(option, named.defaultValue),
    ...(option.unit === undefined ? {} : { unit: option.unit }),
    category: option.category ?? 'basic',
    scope: option.scope ?? 'process',
    description: option.description,
    ...(option.flagAliases === undefined ? {} : { flagAliases: option.flagAliases }),
    ...(named.yamlAliasPaths.length === 0 ? {} : { yamlAliases: named.yamlAliasPaths.map((path) => path.join('.')) }),
  };
}

function isShown({ option }: NamedOption): boolean {
  return option.isHidden !== true;
}

function defaultText(named: NamedOption): string {
  const text = displayValue(named.option, named.defaultValue);
  return text === '' ? '' : `\`${text}\`${named.option.unit === undefined ? '' : ` ${named.option.unit}`}`;
}

function categoryText({ option }: NamedOption): string {
  return [option.category === 'basic' ? undefined : option.category, option.scope === 'tenant' ? 'tenant' : undefined]
    .filter((word) => word !== undefined)
    .join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}
