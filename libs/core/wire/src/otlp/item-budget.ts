import { TooLargeError } from '@telamon/bytes';

/** Default of {@link OtlpDecodeOptions.maxItems}. */
const DEFAULT_MAX_ITEMS = 2_000_000;

/** Options of the OTLP decoders. */
export interface OtlpDecodeOptions {
  /** Most messages (metrics, points, attributes, values ...) in one request; default 2,000,000. An empty one takes two bytes. */
  readonly maxItems?: number;
}

/** Counts what is made of a body, so that a small body cannot become a large heap. */
export class ItemBudget {
  #left: number;
  readonly #max: number;

  constructor(options: OtlpDecodeOptions = {}) {
    this.#max = options.maxItems ?? DEFAULT_MAX_ITEMS;
    this.#left = this.#max;
  }

  /** Counts one message; `TooLargeError` when there are too many. */
  take(): void {
    if (--this.#left < 0) throw new TooLargeError(`request holds more than ${this.#max} items`, this.#max);
  }
}
