import { appendFileSync, readFileSync } from 'node:fs';
import { canonical, parseValue } from './compare-answers.ts';
import type { WriteSeries } from './remote-write-body.ts';

/** Value of a series at a time: a pure function, so that what comes back can be checked without having kept it. */
export function ledgerValue(seriesIndex: number, timeMs: number): number {
  return ((seriesIndex * 7919 + Math.floor(timeMs / 50) * 31) % 1_000_003) / 8;
}

/** Labels of a series of the ledger. */
export function ledgerLabels(seriesIndex: number): readonly (readonly [string, string])[] {
  return [
    ['__name__', 'ledger'],
    ['group', String(seriesIndex % 10)],
    ['series', String(seriesIndex)],
  ];
}

/** One request: every series of a range at one time. */
export function ledgerBatch(firstSeries: number, count: number, timeMs: number): WriteSeries[] {
  return Array.from({ length: count }, (_item, offset) => ({
    labels: ledgerLabels(firstSeries + offset),
    samples: [[timeMs, ledgerValue(firstSeries + offset, timeMs)] as const],
  }));
}

/** A batch that was acknowledged. */
export interface AckedBatch {
  readonly firstSeries: number;
  readonly count: number;
  readonly timeMs: number;
}

/** Acknowledged batches, on the disk of the test process as soon as the acknowledgement is in. */
export class Ledger {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    appendFileSync(path, '');
  }

  acknowledge(batch: AckedBatch): void {
    appendFileSync(this.#path, `${JSON.stringify(batch)}\n`);
  }

  batches(): AckedBatch[] {
    return readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as AckedBatch);
  }

  /** Number of acknowledged samples. */
  sampleCount(): number {
    return this.batches().reduce((sum, { count }) => sum + count, 0);
  }
}

/** One sample that a server gave back. */
export interface StoredSample {
  /** Label set as canonical JSON. */
  readonly series: string;
  readonly timeMs: number;
  readonly value: string | undefined;
}

/** What differs between the ledger and what is stored. */
export interface LedgerDifference {
  readonly missing: number;
  readonly doubled: number;
  readonly wrong: number;
  /** Stored but never acknowledged: may come from a request that was cut off after it was logged. */
  readonly unacknowledged: number;
  /** The first few, for the message. */
  readonly examples: readonly string[];
}

/** Compares what is stored with what was acknowledged. Cost: O(samples). */
export function compareWithLedger(ledger: Ledger, stored: readonly StoredSample[]): LedgerDifference {
  const key = (series: string, timeMs: number): string => `${series} @${timeMs}`;
  const values = new Map<string, string | undefined>();
  const examples: string[] = [];
  let doubled = 0;
  for (const { series, timeMs, value } of stored) {
    if (values.has(key(series, timeMs)) && doubled++ < 3) examples.push(`doubled ${key(series, timeMs)}`);
    values.set(key(series, timeMs), value);
  }
  let [missing, wrong, acknowledged] = [0, 0, 0];
  for (const { firstSeries, count, timeMs } of ledger.batches()) {
    for (let index = firstSeries; index < firstSeries + count; index++) {
      const at = key(canonical(Object.fromEntries(ledgerLabels(index))), timeMs);
      const got = values.get(at);
      const want = ledgerValue(index, timeMs);
      if (!values.has(at)) {
        if (missing++ < 3) examples.push(`missing ${at}`);
        continue;
      }
      acknowledged++;
      if (got === undefined || parseValue(got) !== want) if (wrong++ < 3) examples.push(`wrong ${at}: want ${want}, got ${got}`);
    }
  }
  return { missing, doubled, wrong, unacknowledged: values.size - acknowledged, examples };
}
