import { type AppendCounts, type AppendResult, type HeadRefusal, MAX_REPORTED_REFUSALS } from './append-contract.ts';

/** Gathers what became of a request. */
export class AppendReport implements AppendResult {
  readonly written: AppendCounts = { samples: 0, histograms: 0, exemplars: 0, metadata: 0 };
  readonly failed: AppendCounts = { samples: 0, histograms: 0, exemplars: 0, metadata: 0 };
  readonly failedByReason: Map<string, number> = new Map();
  readonly refusals: HeadRefusal[] = [];
  newSeries = 0;
  readonly #messages = new Set<string>();

  /** Counts items as refused and keeps the refusal if it is new; `make` runs only while there is room. */
  refuse(what: keyof AppendCounts, count: number, reason: string, make: () => HeadRefusal): void {
    if (count === 0) return;
    this.failed[what] += count;
    this.failedByReason.set(reason, (this.failedByReason.get(reason) ?? 0) + count);
    if (this.refusals.length < MAX_REPORTED_REFUSALS) this.note(make());
  }

  /** Keeps a refusal, whatever it stands for. */
  note(refusal: HeadRefusal): void {
    if (this.refusals.length >= MAX_REPORTED_REFUSALS || this.#messages.has(refusal.message)) return;
    this.#messages.add(refusal.message);
    this.refusals.push(refusal);
  }
}

/** RFC 3339 text of a time; the number itself where no date can show it. */
export function timeText(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString().replace(/\.000Z$/, 'Z') : String(timeMs);
}
