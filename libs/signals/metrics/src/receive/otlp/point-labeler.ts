import { METRIC_NAME } from '@telamon/model';
import type { OtlpAttribute } from '@telamon/wire';
import { type AttributeRules, attributeLabels } from './attribute-labels.ts';
import { fitsShape, type LabelShape, labelShape } from './label-shape.ts';
import { PointLabels } from './point-labels.ts';
import { addResourceLabels, type ResourceLabels } from './resource-labels.ts';

/** Shapes that are remembered; a scope has as many as its metrics have different sets of attributes. */
const MAX_SHAPES = 8;

/** What stands around points: their resource, their scope, their metric. */
export interface PointSurroundings {
  readonly resource: ResourceLabels;
  /** Labels that go before those of the point and the resource; '' removes one. */
  readonly over: ReadonlyMap<string, string>;
}

/**
 * Labels of the points of one scope. Points mostly have the same attribute names in the same order as one shortly before; for
 * those only the values are looked at.
 */
export class PointLabeler {
  readonly #rules: AttributeRules;
  readonly #surroundings: PointSurroundings;
  readonly #labels = new PointLabels();
  readonly #shapes: LabelShape[] = [];

  constructor(rules: AttributeRules, surroundings: PointSurroundings) {
    this.#rules = rules;
    this.#surroundings = surroundings;
  }

  /** Labels of a point with these attributes; valid until the next call. Throws `TranslationError`. */
  labelsOf(attributes: readonly OtlpAttribute[]): PointLabels {
    const shape = this.#shapes.find((known) => fitsShape(known, attributes));
    if (shape !== undefined && this.#labels.setShaped(shape, attributes)) return this.#labels;
    const labels = attributeLabels(attributes, this.#rules);
    if (shape === undefined) this.#rememberShape(attributes);
    const { resource, over } = this.#surroundings;
    addResourceLabels(labels, resource);
    for (const [name, value] of over) labels.set(name, value);
    this.#labels.set(labels);
    return this.#labels;
  }

  /** Where two attributes meet in one label, values decide and there is no shape. */
  #rememberShape(attributes: readonly OtlpAttribute[]): void {
    const { names, isEscaping } = this.#rules;
    const sources = new Map<string, number>();
    for (const [i, { key }] of attributes.entries()) {
      if (key === METRIC_NAME) return;
      sources.set(isEscaping ? names.of(key) : key, i);
    }
    if (sources.size !== attributes.length) return;
    const { resource, over } = this.#surroundings;
    // A promoted attribute of the resource stands in for an empty one of the point, so again values decide.
    for (const name of resource.promoted.keys()) if (sources.has(name)) return;
    const fixed = new Map(resource.promoted);
    addResourceLabels(fixed, resource);
    for (const [name, value] of over) fixed.set(name, value);
    for (const name of fixed.keys()) sources.delete(name);
    if (fixed.has(METRIC_NAME) || sources.has(METRIC_NAME)) return;
    this.#shapes.unshift(
      labelShape(
        attributes.map(({ key }) => key),
        sources,
        fixed,
      ),
    );
    if (this.#shapes.length > MAX_SHAPES) this.#shapes.pop();
  }
}
