export type { ValueSource } from './assignment.ts';
export { renderHelp } from './help.ts';
export { LoadedConfig, type LoadRequest, type LoadResult, loadConfig } from './load-config.ts';
export type {
  BooleanOption,
  BytesOption,
  ChoiceOption,
  ConfigOf,
  DurationOption,
  ListOption,
  NumberOption,
  Option,
  OptionCategory,
  OptionEntries,
  OptionScope,
  SecretOption,
  StringOption,
  StructuredOption,
  ValueOf,
} from './option.ts';
export { assertDistinct, envNameOf, type GroupSettings, type NamedOption, type OptionGroup, options } from './option-group.ts';
export { displayValue, type Parsed, parseText, parseYamlValue, plainValue } from './parse-value.ts';
export type { Environment } from './read-env.ts';
export { expandEnv, YAML_BYTES_MAX } from './read-yaml.ts';
export { type OptionDescriptor, renderDescriptor, renderReference } from './reference.ts';
export { type RenderMode, renderConfig, renderModeOf } from './render-config.ts';
export { Secret } from './secret.ts';
export { suggestion } from './suggest.ts';
