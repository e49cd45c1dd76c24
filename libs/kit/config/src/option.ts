import type { Secret } from './secret.ts';

/** Who an option is for: everyone, those who tune, those who like risk. */
export type OptionCategory = 'basic' | 'advanced' | 'experimental';

/** Whether a value holds for the process or may be overridden per tenant in the runtime file. */
export type OptionScope = 'process' | 'tenant';

interface OptionBase {
  /** One or more sentences for help and reference. */
  readonly description: string;
  /** Default `basic`. */
  readonly category?: OptionCategory;
  /** Default `process`. */
  readonly scope?: OptionScope;
  /** Unit of a plain number, for help and reference, e.g. `samples/s`. */
  readonly unit?: string;
  /** Whole flag name without dashes; default `<group>.<key in kebab-case>`. Peers' names where the meaning is the same. */
  readonly flag?: string;
  /** Further flag names that are understood. */
  readonly flagAliases?: readonly string[];
  /** YAML key below the group's section; default the key in snake_case. Dots nest. */
  readonly yaml?: string;
  /** Further YAML keys below the group's section that are understood, e.g. those of a peer. */
  readonly yamlAliases?: readonly string[];
  /** Left out of help and reference. */
  readonly isHidden?: boolean;
}

/** A text. */
export interface StringOption extends OptionBase {
  readonly type: 'string';
  readonly default: string;
}

/** A number; `int` must be a safe integer. Bounds are inclusive. */
export interface NumberOption extends OptionBase {
  readonly type: 'int' | 'float';
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
}

/** Yes or no. */
export interface BooleanOption extends OptionBase {
  readonly type: 'boolean';
  readonly default: boolean;
}

/** A duration, `30s`, `1h30m` or `7d` outside and ms inside. The key ends in `Ms`, the flag and the YAML key don't. */
export interface DurationOption extends OptionBase {
  readonly type: 'durationMs';
  readonly default: string;
  readonly minMs?: number;
  readonly maxMs?: number;
}

/** A size, `100MiB` or a plain number of bytes outside, bytes inside. `KB` with a B alone is decimal, `K` and `KiB` binary. */
export interface BytesOption extends OptionBase {
  readonly type: 'bytes';
  readonly default: string | number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
}

/** Texts; comma-separated or repeated as a flag, a sequence in YAML. */
export interface ListOption extends OptionBase {
  readonly type: 'list';
  readonly default: readonly string[];
}

/** A text that is never printed. */
export interface SecretOption extends OptionBase {
  readonly type: 'secret';
  readonly default: string;
}

/** One of a few texts. */
export interface ChoiceOption extends OptionBase {
  readonly type: 'choice';
  readonly choices: readonly string[];
  readonly default: string;
}

/** A tree in YAML; JSON on the command line. */
export interface StructuredOption<T = unknown> extends OptionBase {
  readonly type: 'structured';
  /** Plain JSON value, the input of `parse`. */
  readonly default: unknown;
  /** Checks and converts plain YAML data. Throws an Error whose message names what to change. */
  readonly parse: (value: unknown) => T;
  /** Undoes `parse`, for printing. Default: the parsed value is plain already. */
  readonly render?: (value: never) => unknown;
}

/** The declaration of one option; made once, beside the component that uses it. */
export type Option =
  | StringOption
  | NumberOption
  | BooleanOption
  | DurationOption
  | BytesOption
  | ListOption
  | SecretOption
  | ChoiceOption
  | StructuredOption;

/** Options by property name. */
export type OptionEntries = Readonly<Record<string, Option>>;

/** Type of an option's parsed value. */
export type ValueOf<O> = O extends { readonly type: 'int' | 'float' | 'durationMs' | 'bytes' }
  ? number
  : O extends { readonly type: 'boolean' }
    ? boolean
    : O extends { readonly type: 'list' }
      ? readonly string[]
      : O extends { readonly type: 'secret' }
        ? Secret
        : O extends { readonly type: 'choice'; readonly choices: readonly (infer C)[] }
          ? C
          : O extends { readonly type: 'structured'; readonly parse: (value: unknown) => infer T }
            ? T
            : string;

/** Type of the parsed config of a group, derived from its declaration. */
export type ConfigOf<E> = { readonly [K in keyof E]: ValueOf<E[K]> };
