import { DecodeError } from '@telamon/bytes';
import type { SeriesCursor, WriteTotals } from './write-request.ts';

/** Most fields of a request beside each other (series, symbols, metadata): a field needs two bytes only, but time and place as any. */
const MAX_REQUEST_FIELDS = 1 << 23;
/** Bytes of a piece: a few milliseconds of walking. */
const PIECE_BYTES = 2 << 20;

/** Throws a DecodeError when a request has so many fields that walking over them takes long. */
export function checkFieldCount(count: number): void {
  if (count > MAX_REQUEST_FIELDS) throw new DecodeError(`proto: more than ${MAX_REQUEST_FIELDS} fields`);
}

/** A cursor's `verify` and `verifySome`: walks it to its end, counts what it shows, and leaves it rewound, also after a failure. */
export class VerifyingWalk {
  /** Whether it is under way. */
  isActive = false;
  readonly #cursor: SeriesCursor;
  #totals = { series: 0, samples: 0, histograms: 0, exemplars: 0 };

  constructor(cursor: SeriesCursor) {
    this.#cursor = cursor;
  }

  /** Everything. Throws as `nextSeries`, and a DecodeError for too many series. */
  all(): WriteTotals {
    for (;;) {
      const totals = this.some();
      if (totals !== undefined) return totals;
    }
  }

  /** The next piece; gives the totals when it was the last. Throws as {@link all}. */
  some(): WriteTotals | undefined {
    if (!this.isActive) {
      this.#cursor.rewind();
      this.#totals = { series: 0, samples: 0, histograms: 0, exemplars: 0 };
      this.isActive = true;
    }
    let isOver = true;
    try {
      isOver = this.#walkPiece();
      return isOver ? this.#totals : undefined;
    } finally {
      if (isOver) {
        this.isActive = false;
        this.#cursor.rewind();
      }
    }
  }

  /** Whether it came to the end. */
  #walkPiece(): boolean {
    const cursor = this.#cursor;
    const totals = this.#totals;
    const stopAt = cursor.messageEnd + PIECE_BYTES;
    while (cursor.messageEnd < stopAt) {
      if (!cursor.nextSeries()) return true;
      totals.series++;
      totals.samples += cursor.sampleCount;
      totals.histograms += cursor.histogramCount;
      totals.exemplars += cursor.exemplarCount;
    }
    checkFieldCount(totals.series);
    return false;
  }
}
