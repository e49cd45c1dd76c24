import type { PositionRange } from '../../parser/ast.ts';
import type { Annotations } from '../annotations.ts';

/** What is to be said of an operation on two elements. */
export interface ElementNote {
  readonly isWarning: boolean;
  readonly text: string;
}

/** Notes of one operation: of each step that of the last element counts, as in Prometheus, in the order of the "many" side or the vector. */
export class StepNotes {
  readonly #last: (ElementNote | undefined)[] = [];

  /** Takes what is said of the next element at a step. */
  set(step: number, note: ElementNote): void {
    this.#last[step] = note;
  }

  /** Tells everything. */
  addTo(annotations: Annotations, position: PositionRange): void {
    for (const note of this.#last) {
      if (note?.isWarning === true) annotations.warn(note.text, position);
      else if (note !== undefined) annotations.info(note.text, position);
    }
  }
}
