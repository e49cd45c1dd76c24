import { quoteGo } from '@telamon/model';
import { UnusableNameError } from './metric-name.ts';

/** How attribute names become label names. */
export interface LabelNaming {
  readonly isEscaping: boolean;
  /** A single leading underscore gets `key` in front. */
  readonly hasUnderscoreSanitization: boolean;
  /** Runs of invalid characters become as many underscores, not one. */
  readonly preservesMultipleUnderscores: boolean;
}

/** Label name for an attribute. Throws {@link UnusableNameError} when nothing but underscores would be left. */
export function prometheusLabelName(attribute: string, naming: LabelNaming): string {
  const name = naming.isEscaping ? escapeName(attribute, naming) : attribute;
  if (name === '') throw new UnusableNameError(`normalization for label name ${quoteGo(attribute)} resulted in empty name`);
  if (naming.isEscaping && name !== attribute && /^_+$/.test(name)) {
    throw new UnusableNameError(`normalization for label name ${quoteGo(attribute)} resulted in invalid name ${quoteGo(name)}`);
  }
  return name;
}

function escapeName(attribute: string, naming: LabelNaming): string {
  const invalid = naming.preservesMultipleUnderscores ? /[^a-zA-Z0-9_]/gu : /[^a-zA-Z0-9]+/gu;
  const name = attribute.replace(invalid, '_');
  if (/^[0-9]/.test(name)) return `key_${name}`;
  if (naming.hasUnderscoreSanitization && /^_[^_]/.test(name)) return `key${name}`;
  return name;
}
