import { Labels, METRIC_NAME } from '@telamon/model';
import type { AggregateExpr } from '../../parser/ast.ts';
import { dropMetadata, isMetadataLabel, keyOfLabels, keyWithoutLabels } from '../metric-labels.ts';

/** Assigns series to groups by `by (...)` or `without (...)`; groups are numbered as they are met. */
export class Grouping {
  /** Labels of each group. */
  readonly labels: Labels[] = [];
  readonly #names: readonly string[];
  readonly #excluded: ReadonlySet<string>;
  readonly #isWithout: boolean;
  readonly #hasMetadataName: boolean;
  readonly #index = new Map<string, number>();

  constructor(expr: Pick<AggregateExpr, 'grouping' | 'isWithout'>) {
    this.#names = expr.grouping;
    this.#isWithout = expr.isWithout;
    this.#excluded = new Set([...expr.grouping, METRIC_NAME]);
    this.#hasMetadataName = expr.grouping.some(isMetadataLabel);
  }

  /** Number of a series' group. `isNameGone`: name, type and unit do not count although the labels still carry them. */
  of(labels: Labels, isNameGone: boolean): number {
    const seen = isNameGone && (this.#isWithout || this.#hasMetadataName) ? dropMetadata(labels) : labels;
    const key = this.#keyOf(seen);
    let group = this.#index.get(key);
    if (group === undefined) {
      group = this.labels.length;
      this.#index.set(key, group);
      this.labels.push(this.#labelsOf(seen));
    }
    return group;
  }

  #keyOf(labels: Labels): string {
    if (this.#isWithout) return keyWithoutLabels(labels, this.#excluded);
    return this.#names.length === 0 ? '' : keyOfLabels(labels, this.#names);
  }

  #labelsOf(labels: Labels): Labels {
    if (this.#isWithout) return labels.without(this.#excluded);
    const pairs = this.#names.map((name): [string, string] => [name, labels.get(name)]);
    return Labels.fromPairs(pairs);
  }
}
