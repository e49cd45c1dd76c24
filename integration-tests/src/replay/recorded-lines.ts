import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { CaseResult, PendingList } from '../harness/pending-list.ts';

/** The lines of a JSON-lines file, a gzip one too, parsed. */
export function readJsonLines<T>(path: string): T[] {
  return readTextLines(path).map((line) => JSON.parse(line) as T);
}

/** The lines of a text file, a gzip one too, without empty ones. */
export function readTextLines(path: string): string[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  return text.split('\n').filter((line) => line !== '');
}

/** Groups cases by their `group`, in the order of first appearance. */
export function byGroup<T extends { readonly group: string }>(cases: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of cases) {
    const group = groups.get(item.group);
    if (group === undefined) groups.set(item.group, [item]);
    else group.push(item);
  }
  return groups;
}

/** Runs every case, at most `concurrency` at a time; a throwing case counts as different. */
export async function runCases<T extends { readonly id: string }>(
  cases: readonly T[],
  run: (item: T) => Promise<string | undefined>,
  concurrency: number = 4,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const waiting = [...cases];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      const difference = await run(item).catch((error: unknown) => `threw ${error}`);
      results.push({ id: item.id, difference });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}

/** Fails when a case differs without being listed or passes although listed; prints the counts. */
export function expectSettled(name: string, list: PendingList, results: readonly CaseResult[]): void {
  const { passed, pending, unexpected, stale } = list.settle(results);
  process.stdout.write(`${name}: ${passed} of ${results.length} as recorded, ${pending} listed\n`);
  expect(
    { unexpected, stale },
    `${name}: unexpected ones differ and are not listed; stale ones pass and must leave the list`,
  ).toEqual({
    unexpected: [],
    stale: [],
  });
}
