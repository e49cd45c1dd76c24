import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, parseValue, sameNumber } from '../harness/compare-answers.ts';
import type { StoredSample } from '../harness/ledger.ts';
import { askSeries, type Target } from '../harness/telamon-client.ts';

/** Parses a line of `promtool tsdb dump`: `{a="b"} VALUE TIME`, the value a number or a histogram in braces. */
export function parseDumpLine(line: string): StoredSample {
  const labels: Record<string, string> = {};
  let at = 1;
  while (line[at] !== '}') {
    const match = /^(?:, )?("(?:[^"\\]|\\.)*"|[^=]+)=("(?:[^"\\]|\\.)*")/.exec(line.slice(at));
    if (match === null) throw new Error(`no label at ${at} in: ${line.slice(0, 200)}`);
    const name = match[1]!.startsWith('"') ? unquote(match[1]!) : match[1]!;
    labels[name] = unquote(match[2]!);
    at += match[0].length;
  }
  const rest = line.slice(at + 2);
  const space = rest.lastIndexOf(' ');
  const value = rest.slice(0, space);
  return { series: canonical(labels), timeMs: Number(rest.slice(space + 1)), value: value.startsWith('{') ? undefined : value };
}

function unquote(text: string): string {
  // Go writes \a, \v, \x.. and \U........ too, but the dumps hold only what JSON has in common with it.
  return JSON.parse(text) as string;
}

/** Copies the blocks of a database into a tenant's folder of the bucket. */
export function adoptBlocks(databaseFolder: string, tenantFolder: string): number {
  mkdirSync(tenantFolder, { recursive: true });
  let blocks = 0;
  for (const name of readdirSync(databaseFolder)) {
    if (!existsSync(join(databaseFolder, name, 'meta.json'))) continue;
    cpSync(join(databaseFolder, name), join(tenantFolder, name), { recursive: true });
    blocks++;
  }
  return blocks;
}

/** First and last millisecond of the blocks in a folder, the end exclusive. */
export function blocksRange(tenantFolder: string): readonly [minTimeMs: number, maxTimeMs: number] {
  const metas = readdirSync(tenantFolder)
    .map((name) => join(tenantFolder, name, 'meta.json'))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as { minTime: number; maxTime: number });
  return [Math.min(...metas.map(({ minTime }) => minTime)), Math.max(...metas.map(({ maxTime }) => maxTime))];
}

/** Reads every sample of a selector in a time range through the query API, in windows of two hours. */
export async function readAllSamples(
  target: Target,
  [minTimeMs, maxTimeMs]: readonly [number, number],
  selector: string = '{__name__=~".+"}',
): Promise<StoredSample[]> {
  const windowMs = 2 * 3600 * 1000;
  const samples: StoredSample[] = [];
  // A range selector takes (end - range, end], so the first window must begin one millisecond before the range.
  for (let fromMs = minTimeMs - 1; fromMs < maxTimeMs; fromMs += windowMs) {
    const time = ((fromMs + windowMs) / 1000).toFixed(3);
    for (const { metric, values = [], histograms = [] } of await askSeries(target, 'query', {
      query: `${selector}[2h]`,
      time,
    })) {
      const series = canonical(metric);
      for (const [seconds, value] of values) samples.push({ series, timeMs: Math.round(seconds * 1000), value });
      for (const [seconds] of histograms) samples.push({ series, timeMs: Math.round(seconds * 1000), value: undefined });
    }
  }
  return samples;
}

/**
 * First difference between what was dumped and what was read, or undefined. A dump writes stale markers as NaN and a
 * query leaves them out, so a NaN may be missing; nothing else may, and nothing may be there twice.
 */
export function dumpDifference(want: readonly StoredSample[], got: readonly StoredSample[]): string | undefined {
  const key = ({ series, timeMs }: StoredSample): string => `${series} @${timeMs}`;
  const byKey = new Map<string, StoredSample>();
  for (const sample of got) {
    if (byKey.has(key(sample))) return `${key(sample)} is there twice`;
    byKey.set(key(sample), sample);
  }
  for (const sample of want) {
    const found = byKey.get(key(sample));
    if (found === undefined) {
      if (sample.value !== undefined && Number.isNaN(parseValue(sample.value))) continue;
      return `${key(sample)} is missing: ${sample.value ?? 'histogram'}`;
    }
    byKey.delete(key(sample));
    if ((found.value === undefined) !== (sample.value === undefined))
      return `${key(sample)}: float instead of histogram or the reverse`;
    if (sample.value !== undefined && !sameNumber(sample.value, found.value!, 0))
      return `${key(sample)}: want ${sample.value}, got ${found.value}`;
  }
  const [extra] = byKey.keys();
  return extra === undefined ? undefined : `${extra} was never stored`;
}
