import { stringify } from 'yaml';
import type { LoadedConfig } from './load-config.ts';
import type { NamedOption } from './option-group.ts';
import { plainValue } from './parse-value.ts';

/** What `/config?mode=` shows: everything, what differs from the defaults, or the defaults. */
export type RenderMode = 'full' | 'diff' | 'defaults';

/** Reads the `mode` parameter; undefined if it is none. */
export function renderModeOf(parameter: string | null | undefined): RenderMode | undefined {
  if (parameter === null || parameter === undefined || parameter === '') return 'full';
  return parameter === 'diff' || parameter === 'defaults' || parameter === 'full' ? parameter : undefined;
}

/** The config as YAML that can be loaded again, but for secrets, which show as `********`. */
export function renderConfig(config: LoadedConfig, mode: RenderMode = 'full'): string {
  const tree: Record<string, unknown> = {};
  for (const named of config.groups.flatMap((group) => group.options)) {
    const value = mode === 'defaults' ? named.defaultValue : config.valueOf(named);
    if (mode === 'diff' && isSame(named, value)) continue;
    setPath(tree, named.yamlPath, renderPlain(named, value));
  }
  return stringify(tree, { lineWidth: 0, aliasDuplicateObjects: false });
}

function isSame(named: NamedOption, value: unknown): boolean {
  return JSON.stringify(renderPlain(named, value)) === JSON.stringify(renderPlain(named, named.defaultValue));
}

function renderPlain(named: NamedOption, value: unknown): unknown {
  return plainValue(named.option, value);
}

function setPath(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let node = tree;
  for (const key of path.slice(0, -1)) {
    node[key] ??= {};
    node = node[key] as Record<string, unknown>;
  }
  node[path.at(-1)!] = value;
}
