import { Regexp } from '@telamon/algo';
import { asList, asMapping, asText, type YamlMapping } from './structured-limits.ts';

/** A relabel rule as it stands in YAML, checked; what is absent has Prometheus' default. */
export interface RelabelConfig {
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly modulus?: number;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: string;
}

const NEEDS_TARGET: ReadonlySet<string> = new Set(['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal']);
const ACTIONS: readonly string[] = [...NEEDS_TARGET, 'keep', 'drop', 'labelmap', 'labeldrop', 'labelkeep'];
const KEYS = ['source_labels', 'separator', 'regex', 'modulus', 'target_label', 'replacement', 'action'];

/** Reads `metric_relabel_configs`. Throws an Error that names the rule and what is wrong with it. */
export function parseRelabelConfigs(value: unknown): readonly RelabelConfig[] {
  return asList(value).map((item, i) => {
    try {
      return parseRule(asMapping(item, 'the rule', KEYS));
    } catch (error) {
      throw new Error(`rule ${i + 1}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

function parseRule(entry: YamlMapping): RelabelConfig {
  const rule: RelabelConfig = {
    ...(entry.source_labels === undefined
      ? {}
      : { source_labels: asList(entry.source_labels).map((label) => asText(label, 'source_labels')) }),
    ...optionalText(entry, 'separator'),
    ...optionalText(entry, 'regex'),
    ...modulus(entry.modulus),
    ...optionalText(entry, 'target_label'),
    ...optionalText(entry, 'replacement'),
    ...optionalText(entry, 'action'),
  };
  checkRule(rule);
  return rule;
}

function optionalText<K extends string>(entry: YamlMapping, key: K): { readonly [k in K]?: string } {
  const value = entry[key];
  return value === undefined || value === null ? {} : ({ [key]: asText(value, key) } as { readonly [k in K]: string });
}

function checkRule(rule: RelabelConfig): void {
  const action = (rule.action ?? 'replace').toLowerCase();
  if (!ACTIONS.includes(action)) throw new Error(`unknown relabel action "${rule.action}"`);
  if (NEEDS_TARGET.has(action) && (rule.target_label ?? '') === '')
    throw new Error(`relabel configuration for ${action} action requires 'target_label' value`);
  if (action === 'hashmod' && (rule.modulus ?? 0) === 0)
    throw new Error('relabel configuration for hashmod requires non-zero modulus');
  if (action === 'labeldrop' || action === 'labelkeep') {
    const other = Object.keys(rule).find((key) => key !== 'regex' && key !== 'action');
    if (other !== undefined) throw new Error(`${action} action requires only 'regex', and no other fields`);
  }
  // RE2 refuses what can't be matched in linear time; its message names the part.
  if (rule.regex !== undefined) Regexp.compile(rule.regex);
}

function modulus(value: unknown): { modulus?: number } {
  if (value === undefined) return {};
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return { modulus: value };
  throw new Error('modulus must be a whole number');
}
