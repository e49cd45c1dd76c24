import { compareUtf8, METRIC_NAME, quoteGo } from '@telamon/model';
import type { OtlpAttribute } from '@telamon/wire';
import { attributeText } from './attribute-text.ts';
import type { LabelNames } from './label-names.ts';
import { checkBound } from './point-bounds.ts';
import { TranslationError } from './translation-error.ts';

const NONE: ReadonlySet<string> = new Set();

/** Which attributes become labels, and how. */
export interface AttributeRules {
  readonly names: LabelNames;
  /** Names are translated, so that two attributes may meet in one label; otherwise no two may have the same name. */
  readonly isEscaping: boolean;
  /** Attributes that are left out beside `__name__`. */
  readonly ignored?: ReadonlySet<string>;
}

/**
 * Labels of attributes. Values that meet in one label are joined by `;` in the order of the attributes' names. Throws
 * {@link TranslationError} for names that cannot be used. Cost: O(n), O(n log n) where labels meet.
 */
export function attributeLabels(attributes: readonly OtlpAttribute[], rules: AttributeRules): Map<string, string> {
  checkBound('attributes', attributes.length);
  const labels = new Map<string, string>();
  const { ignored = NONE } = rules;
  for (const { key, value } of attributes) {
    if (key === METRIC_NAME || ignored.has(key)) continue;
    if (!rules.isEscaping) addOnce(labels, key, attributeText(value));
    else {
      const name = rules.names.of(key);
      if (labels.has(name)) return joinedLabels(attributes, rules);
      labels.set(name, attributeText(value));
    }
  }
  return labels;
}

function addOnce(labels: Map<string, string>, name: string, value: string): void {
  if (name === '') throw new TranslationError('label name is empty');
  if (labels.has(name)) throw new TranslationError(`label name ${quoteGo(name)} is not unique`);
  labels.set(name, value);
}

function joinedLabels(attributes: readonly OtlpAttribute[], { names, ignored = NONE }: AttributeRules): Map<string, string> {
  const labels = new Map<string, string>();
  const used = attributes.filter(({ key }) => key !== METRIC_NAME && !ignored.has(key));
  for (const { key, value } of used.sort((a, b) => compareUtf8(a.key, b.key))) {
    const name = names.of(key);
    const before = labels.get(name) ?? '';
    const text = attributeText(value);
    labels.set(name, before === '' ? text : `${before};${text}`);
  }
  return labels;
}
