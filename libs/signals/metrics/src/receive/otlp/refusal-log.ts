/** Distinct messages that are kept. */
const MAX_MESSAGES = 16;
/** Characters of the joined text. */
const MAX_TEXT = 4096;

/** What of a request was not taken, and why. */
export class RefusalLog {
  /** Points that did not become series. */
  pointCount = 0;
  readonly #messages = new Set<string>();

  /** Notes refused points (0: a warning). */
  note(points: number, message: string): void {
    this.pointCount += points;
    if (this.#messages.size < MAX_MESSAGES) this.#messages.add(message);
  }

  /** All messages as one text; '' when there are none. */
  get text(): string {
    return [...this.#messages].join('; ').slice(0, MAX_TEXT);
  }
}
