/** Holds a secret so that printing, logging or serialising it by accident shows nothing. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself; for the one place that needs it. */
  reveal(): string {
    return this.#value;
  }

  /** Whether there is one. */
  get isSet(): boolean {
    return this.#value !== '';
  }

  toString(): string {
    return this.#value === '' ? '' : '<redacted>';
  }

  toJSON(): string {
    return this.toString();
  }
}
