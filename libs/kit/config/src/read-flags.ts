import { type Assignment, emptyOutcome, type SourceOutcome } from './assignment.ts';
import type { NamedOption } from './option-group.ts';
import type { OptionIndex } from './option-index.ts';
import { parseText } from './parse-value.ts';
import { suggestion } from './suggest.ts';

/** Flags that belong to the loader itself. */
export interface LoaderFlags {
  readonly configFile: string | undefined;
  readonly shouldExpandEnv: boolean;
  readonly help: 'none' | 'basic' | 'all';
  readonly isVersionAsked: boolean;
  readonly isVerifyAsked: boolean;
}

/** Names of the loader's own flags with what help says of them. */
export const LOADER_FLAGS: Readonly<Record<string, string>> = {
  'config.file': 'YAML file to read; without it TELAMON_CONFIG_FILE names one.',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the syntax that users write.
  'config.expand-env': 'Replace ${VAR} and ${VAR:default} in the YAML file by environment variables.',
  help: 'Print the basic options and exit.',
  'help-all': 'Print every option and exit.',
  'verify-config': 'Check the configuration, print what is wrong with it, and exit: 0 when it is fine.',
  version: 'Print the version and exit.',
};

/**
 * Reads command-line arguments: `--name value`, `--name=value`, `--flag`, `--no-flag`, also with one dash as the peers write them.
 * A list flag may be repeated; of other repeated flags the last wins.
 */
export function readFlags(args: readonly string[], index: OptionIndex): SourceOutcome & { readonly loader: LoaderFlags } {
  const outcome = emptyOutcome();
  const own = new Map<string, string>();
  const byOption = new Map<NamedOption, Assignment>();
  for (let i = 0; i < args.length; i++) {
    const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(args[i]!);
    if (match === null) {
      outcome.errors.push(`unexpected argument ${JSON.stringify(args[i])}: options begin with --`);
      continue;
    }
    const flag = resolveFlag(match[1]!, index);
    if (flag === undefined) {
      outcome.errors.push(`unknown flag --${match[1]}${suggestFlag(match[1]!, index)}`);
      // Its value, if there was one, is no argument of its own.
      if (match[2] === undefined && args[i + 1]?.startsWith('-') === false) i++;
      continue;
    }
    let text = match[2];
    if (flag.isSwitch) text = flag.isNegated ? negate(text) : (text ?? 'true');
    else if (text === undefined) text = args[++i];
    if (text === undefined) outcome.errors.push(`--${flag.name}: the value is missing`);
    else if (flag.named === undefined) own.set(flag.name, text);
    else assign(flag.named, text, byOption, outcome.errors);
  }
  outcome.assignments.push(...byOption.values());
  return { ...outcome, loader: loaderFlags(own, outcome.errors) };
}

interface ResolvedFlag {
  readonly name: string;
  /** undefined: one of the loader's own. */
  readonly named: NamedOption | undefined;
  readonly isSwitch: boolean;
  readonly isNegated: boolean;
}

function resolveFlag(name: string, index: OptionIndex): ResolvedFlag | undefined {
  const named = index.byFlag.get(name);
  if (named !== undefined) return { name, named, isSwitch: named.option.type === 'boolean', isNegated: false };
  const own = name === 'h' ? 'help' : name;
  if (Object.hasOwn(LOADER_FLAGS, own)) return { name: own, named: undefined, isSwitch: own !== 'config.file', isNegated: false };
  if (!name.startsWith('no-')) return undefined;
  const negated = index.byFlag.get(name.slice(3));
  return negated?.option.type === 'boolean' ? { name, named: negated, isSwitch: true, isNegated: true } : undefined;
}

function negate(text: string | undefined): string {
  return text === undefined || /^(true|t|1)$/i.test(text) ? 'false' : 'true';
}

function assign(named: NamedOption, text: string, byOption: Map<NamedOption, Assignment>, errors: string[]): void {
  const parsed = parseText(named.option, text);
  if (!parsed.isOk) {
    errors.push(`--${named.flag}: ${parsed.error}`);
    return;
  }
  const earlier = byOption.get(named);
  const value =
    named.option.type === 'list' && earlier !== undefined
      ? [...(earlier.value as string[]), ...(parsed.value as string[])]
      : parsed.value;
  byOption.set(named, { named, value, source: 'flag' });
}

function loaderFlags(own: ReadonlyMap<string, string>, errors: string[]): LoaderFlags {
  const isOn = (name: string): boolean => {
    const text = own.get(name);
    if (text !== undefined && !/^(true|false)$/.test(text))
      errors.push(`--${name}: ${JSON.stringify(text)} is neither true nor false`);
    return text === 'true';
  };
  const isHelpAsked = isOn('help');
  return {
    configFile: own.get('config.file'),
    shouldExpandEnv: isOn('config.expand-env'),
    help: isOn('help-all') ? 'all' : isHelpAsked ? 'basic' : 'none',
    isVersionAsked: isOn('version'),
    isVerifyAsked: isOn('verify-config'),
  };
}

function suggestFlag(typed: string, index: OptionIndex): string {
  return suggestion(typed, [...index.byFlag.keys(), ...Object.keys(LOADER_FLAGS)], (name) => `--${name}`);
}
