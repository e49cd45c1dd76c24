import type { NamedOption, OptionGroup } from './option-group.ts';

/** A place in the YAML tree: an option, a section, or both at once never. */
export interface YamlNode {
  readonly children: Map<string, YamlNode>;
  option: NamedOption | undefined;
}

/** Every option of a process, found by flag, environment variable and YAML key. */
export interface OptionIndex {
  readonly all: readonly NamedOption[];
  readonly byFlag: ReadonlyMap<string, NamedOption>;
  readonly byEnv: ReadonlyMap<string, NamedOption>;
  readonly yaml: YamlNode;
}

/** Builds the index. Cost: O(options). A YAML key that is an option here and a section there is a programmer error and throws. */
export function indexOptions(groups: readonly OptionGroup[]): OptionIndex {
  const all = groups.flatMap((group) => group.options);
  const byFlag = new Map<string, NamedOption>();
  const root: YamlNode = { children: new Map(), option: undefined };
  for (const named of all) {
    for (const flag of [named.flag, ...(named.option.flagAliases ?? [])]) byFlag.set(flag, named);
    for (const path of [named.yamlPath, ...named.yamlAliasPaths]) place(root, path, named);
  }
  return { all, byFlag, byEnv: new Map(all.map((named) => [named.env, named])), yaml: root };
}

function place(root: YamlNode, path: readonly string[], named: NamedOption): void {
  let node = root;
  for (const key of path) {
    let child = node.children.get(key);
    if (child === undefined) {
      child = { children: new Map(), option: undefined };
      node.children.set(key, child);
    }
    node = child;
    if (node.option !== undefined)
      throw new Error(`YAML key ${path.join('.')} lies at or below the option --${node.option.flag}`);
  }
  if (node.children.size > 0) throw new Error(`YAML key ${path.join('.')} is an option and a section`);
  node.option = named;
}
