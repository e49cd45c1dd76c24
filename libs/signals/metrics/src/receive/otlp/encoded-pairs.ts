import { ByteWriter } from '@telamon/bytes';
import { METRIC_NAME } from '@telamon/model';

/** Pairs that are remembered. */
const MAX_PAIRS = 1024;

/** A label that single rows of a point have: a bound of a bucket or a quantile. */
export interface ExtraLabel {
  readonly name: 'le' | 'quantile';
  readonly value: string;
}

/** Encoded labels that are the same from row to row: a metric's name, bounds of buckets. The bytes are not to be changed. */
export class EncodedPairs {
  readonly #writer = new ByteWriter(64);
  readonly #extras = new Map<string, Uint8Array>();
  #extraName = '';
  #metricName = '';
  #encodedName: Uint8Array = new Uint8Array(0);

  /** `__name__` with this value. */
  ofName(metricName: string): Uint8Array {
    if (metricName === this.#metricName && this.#encodedName.length > 0) return this.#encodedName;
    this.#metricName = metricName;
    this.#encodedName = this.#writer.clear().uvarintString(METRIC_NAME).uvarintString(metricName).finish();
    return this.#encodedName;
  }

  /** This label. */
  ofExtra({ name, value }: ExtraLabel): Uint8Array {
    if (name !== this.#extraName || this.#extras.size >= MAX_PAIRS) this.#extras.clear();
    this.#extraName = name;
    let encoded = this.#extras.get(value);
    if (encoded !== undefined) return encoded;
    encoded = this.#writer.clear().uvarintString(name).uvarintString(value).finish();
    this.#extras.set(value, encoded);
    return encoded;
  }
}
