import type { Labels } from '@telamon/model';
import { METRIC_NAME } from '@telamon/model';

/** Label of the metric's type when types and units are labels. */
const TYPE_LABEL = '__type__';
/** Label of the metric's unit when types and units are labels. */
const UNIT_LABEL = '__unit__';

/** Whether a label describes the metric itself, so that it goes when the name goes. */
export function isMetadataLabel(name: string): boolean {
  return name === METRIC_NAME || name === TYPE_LABEL || name === UNIT_LABEL;
}

/** Copy without name, type and unit; the same object when there is none. */
export function dropMetadata(labels: Labels): Labels {
  return labels.filter(isNoMetadataLabel);
}

function isNoMetadataLabel(name: string): boolean {
  return !isMetadataLabel(name);
}

/** Appends one value of a compound key so that no two lists of values give the same key. */
export function appendKeyPart(key: string, value: string): string {
  return `${key}${value.length}:${value}`;
}

/** Key of the values of the named labels; equal for two sets that agree on all of them. */
export function keyOfLabels(labels: Labels, names: readonly string[]): string {
  if (names.length === 1) return labels.get(names[0]!);
  let key = '';
  for (const name of names) key = appendKeyPart(key, labels.get(name));
  return key;
}

/** Key of all labels but the named ones. */
export function keyWithoutLabels(labels: Labels, names: ReadonlySet<string>): string {
  const flat = labels.flat();
  let key = '';
  for (let i = 0; i < flat.length; i += 2) {
    if (!names.has(flat[i]!)) key = appendKeyPart(appendKeyPart(key, flat[i]!), flat[i + 1]!);
  }
  return key;
}
