import { type AppendCounts, type AppendResult, type HeadRefusal, MAX_REPORTED_REFUSALS } from './append-contract.ts';

/** Silent refusals that a result holds at most. */
const MAX_SILENT: number = MAX_REPORTED_REFUSALS / 2;

/** Gathers what became of a request. */
export class AppendReport implements AppendResult {
  readonly written: AppendCounts = { samples: 0, histograms: 0, exemplars: 0, metadata: 0 };
  readonly failed: AppendCounts = { samples: 0, histograms: 0, exemplars: 0, metadata: 0 };
  readonly failedByReason: Map<string, number> = new Map();
  readonly refusals: HeadRefusal[] = [];
  newSeries = 0;
  readonly #messages = new Set<string>();
  #silentCount = 0;

  /** Counts items as refused and keeps the refusal if it is new; `make` runs only while there is room. */
  refuse(what: keyof AppendCounts, count: number, reason: string, make: () => HeadRefusal): void {
    if (count === 0) return;
    this.failed[what] += count;
    this.failedByReason.set(reason, (this.failedByReason.get(reason) ?? 0) + count);
    if (this.refusals.length < MAX_REPORTED_REFUSALS) this.note(make());
  }

  /**
   * Counts items as written that the peers drop without a word: they only tell when they commit a request that one of its
   * samples stands against another one. The reason is counted, so that an operator sees it.
   */
  drop(what: keyof AppendCounts, reason: string, make: () => HeadRefusal): void {
    this.written[what]++;
    this.failedByReason.set(reason, (this.failedByReason.get(reason) ?? 0) + 1);
    if (this.#silentCount < MAX_SILENT) this.note({ ...make(), isSilent: true });
  }

  /** Keeps a refusal that has a message, whatever it stands for. Silent ones leave room for those that the client must hear. */
  note(refusal: HeadRefusal): void {
    if (refusal.message === '') return;
    if (this.refusals.length >= MAX_REPORTED_REFUSALS || this.#messages.has(refusal.message)) return;
    if (refusal.isSilent === true && this.#silentCount++ >= MAX_SILENT) return;
    this.#messages.add(refusal.message);
    this.refusals.push(refusal);
  }
}

/** RFC 3339 text of a time; the number itself where no date can show it. */
export function timeText(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString().replace(/\.000Z$/, 'Z') : String(timeMs);
}
