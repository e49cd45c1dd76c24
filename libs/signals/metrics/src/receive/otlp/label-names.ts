import { type LabelNaming, prometheusLabelName } from './label-name.ts';

const MAX_NAMES = 4096;

/** Label names by attribute names, remembered for one request. */
export class LabelNames {
  readonly #naming: LabelNaming;
  readonly #byAttribute = new Map<string, string>();

  constructor(naming: LabelNaming) {
    this.#naming = naming;
  }

  /** The label name of an attribute; throws as {@link prometheusLabelName}. */
  of(attribute: string): string {
    let name = this.#byAttribute.get(attribute);
    if (name !== undefined) return name;
    name = prometheusLabelName(attribute, this.#naming);
    if (this.#byAttribute.size >= MAX_NAMES) this.#byAttribute.clear();
    this.#byAttribute.set(attribute, name);
    return name;
  }
}
