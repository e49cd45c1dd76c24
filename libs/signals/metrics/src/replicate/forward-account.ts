import type { AppendCounts, HeadRefusal } from '../head/append-contract.ts';
import { AppendReport } from '../head/append-report.ts';
import type { ItemCounts } from './forward-batch.ts';
import type { RefusedPart } from './push-message.ts';

/** What was not taken, in the order of the request. */
interface Event {
  readonly item: number;
  /** 0: of a series that stood before the item and was not sent on; 1: of the item. */
  readonly rank: 0 | 1;
  readonly part: Omit<RefusedPart, 'index'>;
}

const WHATS: readonly (keyof AppendCounts)[] = ['samples', 'histograms', 'exemplars', 'metadata'];

/**
 * What was refused of a request that goes to several ingesters, before it was sent and by them, put together so that the sender
 * hears what one process would have told.
 */
export class ForwardAccount {
  readonly #local: Event[] = [];
  /** Of each item, what the first ingester that refused some of it said; else the first that left some out. */
  readonly #remote = new Map<number, readonly RefusedPart[]>();

  /** A series before the item `item` is not sent on. */
  refuseSeries(item: number, refusal: HeadRefusal, counts: ItemCounts): void {
    const add = (what: keyof AppendCounts | undefined, count: number): void => {
      this.#local.push({ item, rank: 0, part: { what, count, refusal, isDropped: false } });
    };
    add(undefined, 0);
    if (counts.samples > 0) add('samples', counts.samples);
    if (counts.histograms > 0) add('histograms', counts.histograms);
    if (counts.exemplars > 0) add('exemplars', counts.exemplars);
  }

  /** One part of an item (of its kind `what`) is not sent on. */
  refusePart(item: number, what: keyof AppendCounts, refusal: HeadRefusal): void {
    this.#local.push({ item, rank: 1, part: { what, count: 1, refusal, isDropped: false } });
  }

  /** Takes an ingester's reply to these items; returns the items of which it refused something. Cost: O(parts). */
  readReply(parts: readonly RefusedPart[], items: readonly number[]): readonly number[] {
    const byItem = new Map<number, RefusedPart[]>();
    for (const part of parts) {
      const item = items[part.index];
      if (item === undefined) continue;
      const of = byItem.get(item);
      if (of === undefined) byItem.set(item, [part]);
      else of.push(part);
    }
    const refused: number[] = [];
    for (const [item, of] of byItem) {
      const isRefused = isRefusal(of);
      if (isRefused) refused.push(item);
      const known = this.#remote.get(item);
      if (known === undefined || (isRefused && !isRefusal(known))) this.#remote.set(item, of);
    }
    return refused;
  }

  /** Items, ascending, whose samples a quorum refused or that were left out. */
  unstored(refused: ReadonlySet<number>): number[] {
    const items: number[] = [];
    for (const [item, parts] of this.#remote) {
      if (isRefusal(parts) && !refused.has(item)) continue;
      if (parts.some(({ what }) => what === 'samples')) items.push(item);
    }
    return items.sort((a, b) => a - b);
  }

  /** The outcome for the sender: `totals` of what was sent on, less what a quorum refused. */
  reportOf(totals: AppendCounts, refused: ReadonlySet<number>): AppendReport {
    const report = new AppendReport();
    for (const what of WHATS) report.written[what] = totals[what];
    const events = [...this.#local];
    for (const [item, parts] of this.#remote) {
      // What only a minority refused is stored.
      if (isRefusal(parts) && !refused.has(item)) continue;
      for (const part of parts) events.push({ item, rank: 1, part });
    }
    if (events.length > 0) events.sort((a, b) => a.item - b.item || a.rank - b.rank);
    for (const { rank, part } of events) apply(report, part, rank === 1);
    return report;
  }
}

function isRefusal(parts: readonly RefusedPart[]): boolean {
  return parts.some(({ isDropped }) => !isDropped);
}

function apply(report: AppendReport, { what, count, refusal, isDropped }: Event['part'], isSent: boolean): void {
  if (what !== undefined && !isDropped) {
    report.failed[what] += count;
    // What is refused before it is sent was never counted as sent, but for parts of series.
    if (isSent) report.written[what] = Math.max(0, report.written[what] - count);
  }
  if (count > 0) report.failedByReason.set(refusal.reason, (report.failedByReason.get(refusal.reason) ?? 0) + count);
  report.note(isDropped ? { ...refusal, isSilent: true } : refusal);
}
