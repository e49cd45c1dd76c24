import type { AppendCounts, HeadRefusal } from '../head/append-contract.ts';
import { AppendReport } from '../head/append-report.ts';
import type { RefusedPart } from './push-message.ts';

/** Texts that are kept, silent ones included; others are told by the first text of their reason. */
const MAX_TEXTS = 32;

/** Something of the series at a place that was not taken. */
type PlacedPart = Omit<RefusedPart, 'index'> & { readonly place: number };

/**
 * An outcome that also knows which series each refusal belongs to. Texts are bounded as those of {@link AppendReport}. Grows with
 * the series of which something is refused, not with their samples.
 */
export class SeriesAccount extends AppendReport {
  readonly #placeOf: () => number;
  readonly #parts: PlacedPart[] = [];
  readonly #byMessage = new Map<string, HeadRefusal>();
  readonly #byReason = new Map<string, HeadRefusal>();
  #isCounting = false;

  /** `placeOf`: where the append is, any number that tells series apart; asked only when something is refused. */
  constructor(placeOf: () => number) {
    super();
    this.#placeOf = placeOf;
  }

  override refuse(what: keyof AppendCounts, count: number, reason: string, make: () => HeadRefusal): void {
    if (count === 0) return;
    let made: HeadRefusal | undefined;
    this.#isCounting = true;
    super.refuse(what, count, reason, () => {
      made = make();
      return made;
    });
    this.#isCounting = false;
    this.#add({ what, count, isDropped: false, refusal: this.#keep(made, reason, what) });
  }

  override drop(what: keyof AppendCounts, reason: string, make: () => HeadRefusal): void {
    let made: HeadRefusal | undefined;
    this.#isCounting = true;
    super.drop(what, reason, () => {
      made = make();
      return made;
    });
    this.#isCounting = false;
    this.#add({ what, count: 1, isDropped: true, refusal: this.#keep(made, reason, what) });
  }

  override note(refusal: HeadRefusal): void {
    super.note(refusal);
    // A series that carries nothing is refused all the same.
    if (this.#isCounting) return;
    this.#add({ what: undefined, count: 0, isDropped: false, refusal: this.#keep(refusal, refusal.reason, undefined) });
  }

  /** What was refused, `indexOf` turning places into the indices of the request. */
  parts(indexOf: (place: number) => number): RefusedPart[] {
    return this.#parts.map(({ place, ...part }) => ({ index: indexOf(place), ...part }));
  }

  /** Adds a part, or counts it to the one before when that says the same. */
  #add(part: Omit<RefusedPart, 'index'>): void {
    const place = this.#placeOf();
    const before = this.#parts.at(-1);
    const isSame = before?.place === place && before.what === part.what && before.refusal === part.refusal;
    if (isSame && before.isDropped === part.isDropped) {
      this.#parts[this.#parts.length - 1] = { ...before, count: before.count + part.count };
    } else this.#parts.push({ place, ...part });
  }

  /** One object for each text. */
  #keep(made: HeadRefusal | undefined, reason: string, what: keyof AppendCounts | undefined): HeadRefusal {
    const key = `${what ?? ''} ${reason}`;
    if (made !== undefined) {
      const known = this.#byMessage.get(made.message);
      if (known !== undefined) return known;
      if (this.#byMessage.size < MAX_TEXTS) {
        this.#byMessage.set(made.message, made);
        if (!this.#byReason.has(key)) this.#byReason.set(key, made);
        return made;
      }
    }
    let refusal = this.#byReason.get(key);
    if (refusal === undefined) {
      refusal = { reason, message: made?.message ?? '', kind: kindOf(what) };
      this.#byReason.set(key, refusal);
    }
    return refusal;
  }
}

function kindOf(what: keyof AppendCounts | undefined): HeadRefusal['kind'] {
  if (what === undefined) return 'series';
  if (what === 'samples') return 'sample';
  return what === 'histograms' ? 'histogram' : what === 'exemplars' ? 'exemplar' : 'metadata';
}
