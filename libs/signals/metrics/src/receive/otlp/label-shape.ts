import { ByteWriter } from '@telamon/bytes';
import { compareUtf8 } from '@telamon/model';
import type { OtlpAttribute } from '@telamon/wire';

/** Slot of a label whose value comes from elsewhere than the attributes. */
export const FIXED = -1;

/** A label of a shape, in the order of names. */
export interface LabelSlot {
  readonly name: string;
  /** Index of the attribute that holds the value, or {@link FIXED}. */
  readonly attribute: number;
  /** Encoded name; with the value where it is fixed. */
  readonly encoded: Uint8Array;
}

/** The labels that points with the same attribute names share: everything but the values. */
export interface LabelShape {
  /** Names of the attributes in the order in which they are sent. */
  readonly keys: readonly string[];
  readonly names: readonly string[];
  readonly slots: readonly LabelSlot[];
}

/**
 * Makes the shape of a point's labels: `sources` tells which attribute a label's value comes from, `fixed` holds the labels with
 * values of their own, empty ones left out. No name may be in both.
 */
export function labelShape(
  keys: readonly string[],
  sources: ReadonlyMap<string, number>,
  fixed: ReadonlyMap<string, string>,
): LabelShape {
  const slots: LabelSlot[] = [];
  const writer = new ByteWriter(64);
  for (const [name, attribute] of sources) {
    slots.push({ name, attribute, encoded: writer.clear().uvarintString(name).finish() });
  }
  for (const [name, value] of fixed) {
    if (value === '') continue;
    slots.push({ name, attribute: FIXED, encoded: writer.clear().uvarintString(name).uvarintString(value).finish() });
  }
  slots.sort((a, b) => compareUtf8(a.name, b.name));
  return { keys, slots, names: slots.map(({ name }) => name) };
}

/** Whether attributes have the names of a shape, in its order. */
export function fitsShape({ keys }: LabelShape, attributes: readonly OtlpAttribute[]): boolean {
  if (keys.length !== attributes.length) return false;
  for (let i = 0; i < keys.length; i++) if (keys[i] !== attributes[i]!.key) return false;
  return true;
}
