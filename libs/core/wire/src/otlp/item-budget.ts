import { TooLargeError } from '@telamon/bytes';

/** Default of {@link OtlpDecodeOptions.maxItems}. */
const DEFAULT_MAX_ITEMS = 2_000_000;
/**
 * Default of the budget of one piece of a body. A piece is cut between points, so only a point, resource, scope or metric's frame
 * that is larger than a piece meets it; reading that many takes about 30 ms at a stretch.
 */
export const PIECE_MAX_ITEMS = 100_000;
/** Numbers of lists that weigh as little as one item. */
const NUMBERS_PER_ITEM = 4;
/** Bytes of text that weigh as little as one item. */
const TEXT_BYTES_PER_ITEM = 32;

/** Options of the OTLP decoders. */
export interface OtlpDecodeOptions {
  /**
   * Most messages (metrics, points, attributes, values ...) in one request; default 2,000,000. An empty one takes two bytes.
   * Beside them there may be 4 times as many numbers in lists (buckets, bounds) and 32 times as many bytes of text.
   */
  readonly maxItems?: number | undefined;
  /** Texts are cut to so many bytes (characters, in JSON); default unbounded. For who refuses texts of that length anyway. */
  readonly maxTextBytes?: number | undefined;
}

/** Counts what is made of a body, so that a small body cannot become a large heap. All methods throw `TooLargeError`. */
export class ItemBudget {
  readonly #max: number;
  #itemsLeft = 0;
  #numbersLeft = 0;
  #textBytesLeft = 0;

  constructor(options: OtlpDecodeOptions = {}) {
    this.#max = options.maxItems ?? DEFAULT_MAX_ITEMS;
    this.reset();
  }

  /** Items taken since the beginning or the last {@link reset}; numbers count for what they weigh. */
  get itemsTaken(): number {
    return this.#max - this.#itemsLeft + this.#max - this.#numbersLeft / NUMBERS_PER_ITEM;
  }

  /** Counts one message. */
  take(): void {
    if (--this.#itemsLeft < 0) this.#refuse('items', this.#max);
  }

  /** Counts numbers of a list, before they are read. */
  takeNumbers(count: number): void {
    this.#numbersLeft -= count;
    if (this.#numbersLeft < 0) this.#refuse('items (numbers)', this.#max * NUMBERS_PER_ITEM);
  }

  /** Counts a text (or bytes), before it is decoded. */
  takeText(lengthBytes: number): void {
    this.#textBytesLeft -= lengthBytes;
    if (this.#textBytesLeft < 0) this.#refuse('items (bytes of text)', this.#max * TEXT_BYTES_PER_ITEM);
  }

  /** Begins anew: for when what was made so far is no longer held. */
  reset(): void {
    this.#itemsLeft = this.#max;
    this.#numbersLeft = this.#max * NUMBERS_PER_ITEM;
    this.#textBytesLeft = this.#max * TEXT_BYTES_PER_ITEM;
  }

  #refuse(what: string, max: number): never {
    throw new TooLargeError(`request holds more than ${max} ${what}`, max);
  }
}
