import { quoteGo } from '@telamon/model';
import { TranslationError } from './translation-error.ts';

/** How attribute names become label names. */
export interface LabelNaming {
  readonly isEscaping: boolean;
  /** A single leading underscore gets `key` in front. */
  readonly hasUnderscoreSanitization: boolean;
  /** Runs of invalid characters become as many underscores, not one. */
  readonly preservesMultipleUnderscores: boolean;
}

/** Label name for an attribute. Throws {@link TranslationError} when nothing but underscores would be left. */
export function prometheusLabelName(attribute: string, naming: LabelNaming): string {
  if (attribute === '') throw new TranslationError('label name is empty');
  const name = naming.isEscaping ? escapeName(attribute, naming) : attribute;
  if (!/^_+$/.test(name)) return name;
  throw new TranslationError(
    naming.isEscaping
      ? `normalization for label name ${quoteGo(attribute)} resulted in invalid name ${quoteGo(name)}`
      : `label name ${quoteGo(attribute)} contains only underscores`,
  );
}

function escapeName(attribute: string, naming: LabelNaming): string {
  const name = naming.preservesMultipleUnderscores ? attribute.replace(/[^a-zA-Z0-9_]/gu, '_') : collapse(attribute);
  if (/^[0-9]/.test(name)) return `key_${name}`;
  if (naming.hasUnderscoreSanitization && /^_(?!_)/.test(name)) return `key${name}`;
  return name;
}

/** The two underscores at either end of a reserved name stay. */
function collapse(attribute: string): string {
  const isReserved = attribute.length >= 4 && attribute.startsWith('__') && attribute.endsWith('__');
  const inner = isReserved ? attribute.slice(2, -2) : attribute;
  const collapsed = inner.replace(/[^a-zA-Z0-9]+/gu, '_');
  return isReserved ? `__${collapsed}__` : collapsed;
}
