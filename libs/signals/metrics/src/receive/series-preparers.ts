import { type SeriesLimits, SeriesPreparer } from './series-preparer.ts';

/** Preparers by the limits that they were made for; limits are frozen objects that live until the runtime file changes. */
export class SeriesPreparers {
  readonly #byLimits = new WeakMap<SeriesLimits, SeriesPreparer>();

  /** The preparer for a set of limits, made at its first use. */
  of(limits: SeriesLimits): SeriesPreparer {
    let preparer = this.#byLimits.get(limits);
    if (preparer === undefined) {
      preparer = new SeriesPreparer(limits);
      this.#byLimits.set(limits, preparer);
    }
    return preparer;
  }
}
