import { createHash } from 'node:crypto';
import { Regexp } from '@telamon/algo';
import type { RelabelConfig } from '@telamon/limits';
import { isValidUtf8Label, type Labels } from '@telamon/model';

/** Actions of Prometheus' relabelling. */
type Action =
  | 'replace'
  | 'keep'
  | 'drop'
  | 'keepequal'
  | 'dropequal'
  | 'hashmod'
  | 'labelmap'
  | 'labeldrop'
  | 'labelkeep'
  | 'lowercase'
  | 'uppercase';

/** A rule that was checked and compiled. */
export interface RelabelRule {
  readonly action: Action;
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly regex: Regexp;
  readonly modulus: bigint;
  readonly targetLabel: string;
  readonly replacement: string;
}

/** Compiles a rule that the limits have checked. */
export function compileRelabelRule(config: RelabelConfig): RelabelRule {
  return {
    action: (config.action ?? 'replace').toLowerCase() as Action,
    sourceLabels: config.source_labels ?? [],
    separator: config.separator ?? ';',
    regex: Regexp.compile(config.regex ?? '(.*)'),
    modulus: BigInt(config.modulus ?? 0),
    targetLabel: config.target_label ?? '',
    replacement: config.replacement ?? '$1',
  };
}

/** Applies rules in order; undefined when one of them drops the series. */
export function relabel(labels: Labels, rules: readonly RelabelRule[]): Labels | undefined {
  let current: Labels | undefined = labels;
  for (const rule of rules) {
    current = applyRule(current, rule);
    if (current === undefined) return undefined;
  }
  return current;
}

function applyRule(labels: Labels, rule: RelabelRule): Labels | undefined {
  const source = rule.sourceLabels.map((name) => labels.get(name)).join(rule.separator);
  switch (rule.action) {
    case 'drop':
      return rule.regex.test(source) ? undefined : labels;
    case 'keep':
      return rule.regex.test(source) ? labels : undefined;
    case 'dropequal':
      return labels.get(rule.targetLabel) === source ? undefined : labels;
    case 'keepequal':
      return labels.get(rule.targetLabel) === source ? labels : undefined;
    case 'replace':
      return replace(labels, rule, source);
    case 'lowercase':
      return labels.with(rule.targetLabel, source.toLowerCase());
    case 'uppercase':
      return labels.with(rule.targetLabel, source.toUpperCase());
    case 'hashmod':
      return labels.with(rule.targetLabel, String(hashOf(source) % rule.modulus));
    case 'labelmap':
      return mapNames(labels, rule);
    case 'labeldrop':
      return labels.filter((name) => !rule.regex.test(name));
    case 'labelkeep':
      return labels.filter((name) => rule.regex.test(name));
  }
}

function replace(labels: Labels, rule: RelabelRule, source: string): Labels {
  const target = rule.regex.replaceTemplate(source, rule.targetLabel);
  if (target === undefined || !isValidUtf8Label(target)) return labels;
  return labels.with(target, rule.regex.replaceTemplate(source, rule.replacement) ?? '');
}

function mapNames(labels: Labels, rule: RelabelRule): Labels {
  let mapped = labels;
  for (const [name, value] of labels) {
    const target = rule.regex.replaceTemplate(name, rule.replacement);
    if (target !== undefined && target !== '') mapped = mapped.with(target, value);
  }
  return mapped;
}

/** Prometheus takes the last 8 bytes of the MD5 sum as a big-endian number. */
function hashOf(text: string): bigint {
  return createHash('md5').update(text).digest().readBigUInt64BE(8);
}
