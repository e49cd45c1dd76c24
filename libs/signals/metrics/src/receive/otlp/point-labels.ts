import { ByteWriter } from '@telamon/bytes';
import { compareUtf8, METRIC_NAME } from '@telamon/model';
import type { OtlpAttribute } from '@telamon/wire';
import { attributeText } from './attribute-text.ts';
import { EncodedPairs, type ExtraLabel } from './encoded-pairs.ts';
import { FIXED, type LabelShape } from './label-shape.ts';

/**
 * Labels that all rows of a point share, encoded once; the name and at most one more label are put in between for each row.
 * Reused from point to point.
 * ```
 * ┌──────────────────────┬──────────┬────────────────────────────┬───────┬──────────────────────┐
 * │ labels before the    │ __name__ │ labels before the extra    │ extra │ the other labels     │
 * │ name (upper case)    │          │ one, its namesake left out │       │                      │
 * └──────────────────────┴──────────┴────────────────────────────┴───────┴──────────────────────┘
 * ```
 */
export class PointLabels {
  readonly #encoded = new ByteWriter(512);
  #names: readonly string[] = [];
  /** Where pair `i` begins; one more for the end. May be longer than needed. */
  #starts: number[] = [0];
  #nameIndex = 0;
  /** Where a label of this name goes, as long as {@link #names} are the same. */
  #extraName = '';
  #extraIndex = 0;
  readonly #pairs = new EncodedPairs();

  /** Takes labels by name; empty values are left out. Cost: O(n log n). */
  set(labels: ReadonlyMap<string, string>): void {
    const names: string[] = [];
    for (const [name, value] of labels) if (value !== '' && name !== METRIC_NAME) names.push(name);
    names.sort(compareUtf8);
    const encoded = this.#encoded.clear();
    this.#starts = [0];
    for (const name of names) {
      encoded.uvarintString(name).uvarintString(labels.get(name)!);
      this.#starts.push(encoded.length);
    }
    this.#useNames(names);
  }

  /** Takes the labels of a shape with the values of attributes that fit it; false, and unusable until the next call, when one is empty. */
  setShaped(shape: LabelShape, attributes: readonly OtlpAttribute[]): boolean {
    const encoded = this.#encoded.clear();
    let index = 0;
    for (const slot of shape.slots) {
      this.#starts[index++] = encoded.length;
      encoded.bytes(slot.encoded);
      if (slot.attribute === FIXED) continue;
      const text = attributeText(attributes[slot.attribute]!.value);
      if (text === '') return false;
      encoded.uvarintString(text);
    }
    this.#starts[index] = encoded.length;
    this.#useNames(shape.names);
    return true;
  }

  /** Appends the canonical bytes of a row's labels to `out`. */
  write(out: ByteWriter, metricName: string, extra?: ExtraLabel): void {
    const bytes = this.#encoded.view();
    const endAt = this.#starts[this.#names.length]!;
    const nameAt = this.#starts[this.#nameIndex]!;
    out.bytes(bytes.subarray(0, nameAt));
    if (metricName !== '') out.bytes(this.#pairs.ofName(metricName));
    if (extra === undefined) {
      out.bytes(bytes.subarray(nameAt, endAt));
      return;
    }
    const index = this.#indexOfExtra(extra.name);
    const isTaken = this.#names[index] === extra.name;
    out.bytes(bytes.subarray(nameAt, this.#starts[index]));
    out.bytes(this.#pairs.ofExtra(extra));
    out.bytes(bytes.subarray(this.#starts[isTaken ? index + 1 : index], endAt));
  }

  #useNames(names: readonly string[]): void {
    // Points of one shape, which follow each other, share the array.
    if (names === this.#names) return;
    this.#names = names;
    this.#nameIndex = this.#indexOf(METRIC_NAME);
    this.#extraName = '';
  }

  #indexOfExtra(name: string): number {
    if (name !== this.#extraName) {
      this.#extraName = name;
      this.#extraIndex = this.#indexOf(name);
    }
    return this.#extraIndex;
  }

  /** Number of shared labels that are not greater than `name`, itself excluded. */
  #indexOf(name: string): number {
    let index = 0;
    while (index < this.#names.length && compareUtf8(this.#names[index]!, name) < 0) index++;
    return index;
  }
}
