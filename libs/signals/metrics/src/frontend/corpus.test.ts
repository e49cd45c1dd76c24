import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultLimits } from '@telamon/limits';
import {
  Engine,
  type EngineOptions,
  type Expr,
  type Queryable,
  type QueryOptions,
  type QueryResult,
  type QueryTimes,
  runScript,
} from '@telamon/promql';
import { expect, it } from 'vitest';
import { METRICS_QUERY } from '../options.ts';
import { querySettingsOf } from '../query/query-settings.ts';
import { resultJson } from '../query/result-json.ts';
import { reachOf } from './query-reach.ts';
import { takeShard } from './query-shard.ts';
import { shardQuery } from './shard-query.ts';
import { areStepsIndependent } from './split-safety.ts';
import { uniteMatrices } from './unite-matrices.ts';
import { uniteShards } from './unite-shards.ts';

const OWN = fileURLToPath(new URL('../../../../query/promql/testdata/', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../../../../shared/conformance/promql/', import.meta.url));
const SHARDS = 3;
/** Evaluations of one text that are compared. */
const REPEATS_MAX = 1;
/** Parts of one range, about. */
const PARTS_MAX = 8;
const NEVER = new AbortController().signal;

const OPTIONS: EngineOptions = {
  timeoutMs: 100_000,
  features: { experimentalFunctions: true, extendedRangeSelectors: true, binopFillModifiers: true, useStartTimestamps: true },
};

/** Evaluates range queries as they are, then in parts and in shards, and notes where the answers differ. */
class ComparingEngine extends Engine {
  readonly differences: string[] = [];
  readonly #seen = new Map<string, number>();
  split = 0;
  sharded = 0;

  constructor() {
    super(OPTIONS);
  }

  override async range(
    queryable: Queryable,
    query: string | Expr,
    times: QueryTimes,
    options: QueryOptions = {},
  ): Promise<QueryResult> {
    const seen = this.#seen.get(String(query)) ?? 0;
    this.#seen.set(String(query), seen + 1);
    const expr = this.#parsed(query);
    if (expr !== undefined && seen < REPEATS_MAX) {
      const direct = await textOf(() => super.range(queryable, query, times, options));
      await this.#compareParts(queryable, String(query), { expr, times, direct });
      await this.#compareShards(queryable, String(query), { expr, times, direct });
    }
    return await super.range(queryable, query, times, options);
  }

  async #compareParts(queryable: Queryable, query: string, { expr, times, direct }: Evaluated): Promise<void> {
    if (!areStepsIndependent(expr, []) || reachOf(expr, 300_000) === undefined) return;
    const steps = Math.max(1, Math.floor((times.endMs - times.startMs) / times.stepMs / PARTS_MAX));
    const bodies: Buffer[] = [];
    let failure: string | undefined;
    for (let atMs = times.startMs; atMs <= times.endMs && failure === undefined; atMs += steps * times.stepMs) {
      const endMs = Math.min(atMs + (steps - 1) * times.stepMs, times.endMs);
      const text = await textOf(() => super.range(queryable, query, { ...times, startMs: atMs, endMs }));
      if (text.startsWith('{')) bodies.push(Buffer.from(text));
      else failure = text;
    }
    const united = failure === undefined ? await uniteMatrices(bodies, { maxSeries: 0 }) : Buffer.from(failure);
    if (united === undefined) return;
    this.split++;
    const found = Buffer.from(united).toString();
    if (found !== direct) this.differences.push(`in parts of ${steps}: ${query}\n${found}\n${direct}`.slice(0, 2000));
  }

  async #compareShards(queryable: Queryable, query: string, { expr, times, direct }: Evaluated): Promise<void> {
    const plan = shardQuery(expr, SHARDS);
    if (plan === undefined) return;
    const texts: string[] = [];
    for (const one of plan.embedded.flat())
      texts.push(await textOf(() => super.range(new ShardedStorage(queryable), one, times)));
    if (!texts.every((text) => text.startsWith('{'))) return;
    const settings = querySettingsOf(
      { ...METRICS_QUERY.defaults(), features: ['promql-experimental-functions'] },
      defaultLimits(),
    );
    const bodies = texts.map((text) => Buffer.from(text));
    const answers = { ...plan, times, maxSeries: 0, bodies, shardCount: SHARDS };
    const united = await uniteShards({ query, settings }, answers, NEVER);
    if (united === undefined) return;
    this.sharded++;
    const found = Buffer.from(united).toString();
    if (!isSame(found, direct)) this.differences.push(`in shards: ${query}\n${found}\n${direct}`);
  }

  #parsed(query: string | Expr): Expr | undefined {
    try {
      return typeof query === 'string' ? this.parse(query) : undefined;
    } catch {
      return undefined;
    }
  }
}

interface Evaluated {
  readonly expr: Expr;
  readonly times: QueryTimes;
  readonly direct: string;
}

/** A storage that knows shards, as queriers do. */
class ShardedStorage implements Queryable {
  readonly #storage: Queryable;

  constructor(storage: Queryable) {
    this.#storage = storage;
  }

  async select(...[matchers, hints, signal]: Parameters<Queryable['select']>): ReturnType<Queryable['select']> {
    const { matchers: plain, shard } = takeShard(matchers);
    const found = await this.#storage.select(plain, hints, signal);
    return found.filter(({ labels }) => shard?.owns(labels.bytes()) !== false);
  }
}

/** The body of an answer, or the words of an error. */
async function textOf(evaluate: () => Promise<QueryResult>): Promise<string> {
  try {
    return resultJson(await evaluate(), { withStats: false, maxSeries: 0 });
  } catch (error) {
    return `error: ${(error as Error).message}`;
  }
}

/** Equal but for the last digits of numbers. */
function isSame(found: string, expected: string): boolean {
  if (found === expected) return true;
  const numbers = /"(-?[\d.]+(?:e[-+]\d+)?)"\]/g;
  if (found.replace(numbers, '') !== expected.replace(numbers, '')) return false;
  const other = [...expected.matchAll(numbers)].map(([, text]) => Number(text));
  return [...found.matchAll(numbers)].every(([, text], i) => Math.abs(Number(text) - other[i]!) <= Math.abs(other[i]!) * 1e-12);
}

function scriptsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test'))
    .map((name) => folder + name);
}

const CORPORA = [
  { name: 'our own scripts', scripts: scriptsIn(OWN), split: 60, sharded: 5 },
  { name: 'the scripts of Prometheus', scripts: scriptsIn(SHARED), split: 800, sharded: 40 },
];

for (const { name, scripts, split, sharded } of CORPORA) {
  it.skipIf(scripts.length === 0)(`answers alike in parts, in shards and as a whole: ${name}`, { timeout: 120_000 }, async () => {
    const engine = new ComparingEngine();
    for (const path of scripts) await runScript(readFileSync(path, 'utf8'), engine);
    expect(engine.differences).toEqual([]);
    expect(engine.split).toBeGreaterThan(split);
    expect(engine.sharded).toBeGreaterThan(sharded);
  });
}
