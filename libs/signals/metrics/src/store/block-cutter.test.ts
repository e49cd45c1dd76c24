import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createSilentLogger } from '@telamon/telemetry';
import { parseBlockMeta } from '@telamon/tsdb';
import { describe, expect, it } from 'vitest';
import { BlockCutter, type BlockSource, type CutRange } from './block-cutter.ts';
import { framesOf, neverAborted, readAll, type TestSeries, temporaryFolder } from './blocks.fixture.ts';
import { buildBlock } from './build-block.ts';
import { Crash, FaultyBucket } from './faulty-bucket.fixture.ts';
import { LocalBlocks } from './local-blocks.ts';
import { OpenBlocks } from './open-blocks.ts';
import { selectFrames } from './select-blocks.ts';
import { Shipper } from './shipper.ts';

const RANGE_MS = 7_200_000;
const HOUR_MS = 3_600_000;
const logger = createSilentLogger();
const signal = neverAborted();

/** A head of the simplest kind: everything in one list, ranges of two hours. */
class FakeHead implements BlockSource {
  series: Record<string, (readonly [number, number])[]> = {};
  truncations: CutRange[] = [];
  /** Crash points by name. */
  crashAt = '';

  constructor(series: TestSeries) {
    for (const [name, samples] of Object.entries(series)) this.series[name] = [...samples];
  }

  activeTenants(): string[] {
    return ['t'];
  }

  compactableRange(_tenant: string, nowMs: number): CutRange | undefined {
    const times = Object.values(this.series).flatMap((samples) => samples.map(([timeMs]) => timeMs));
    if (times.length === 0) return undefined;
    const minMs = Math.floor(Math.min(...times) / RANGE_MS) * RANGE_MS;
    if (nowMs !== Number.POSITIVE_INFINITY && Math.max(...times) - minMs <= RANGE_MS * 1.5) return undefined;
    return { minMs, maxMs: minMs + RANGE_MS, isLate: false };
  }

  async *streamForBlock(_tenant: string, range: CutRange): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const inside = Object.entries(this.series).map(([name, samples]) => [
      name,
      samples.filter(([timeMs]) => timeMs >= range.minMs && timeMs < range.maxMs),
    ]);
    let count = 0;
    for await (const frame of framesOf(Object.fromEntries(inside))) {
      if (this.crashAt === 'stream' && count++ > 0) throw new Crash('crash');
      yield frame;
    }
  }

  async truncate(_tenant: string, range: CutRange): Promise<void> {
    if (this.crashAt === 'truncate') throw new Crash('crash');
    this.truncations.push(range);
    for (const [name, samples] of Object.entries(this.series)) {
      this.series[name] = samples.filter(([timeMs]) => timeMs >= range.maxMs);
    }
  }
}

function someSeries(hours: number): TestSeries {
  const series: Record<string, (readonly [number, number])[]> = {};
  for (let i = 0; i < 7; i++) {
    series[`__name__="m",host="h${i}"`] = Array.from({ length: hours * 60 }, (_, k) => [k * 60_000 + i, k * i] as const);
  }
  return series;
}

interface Machine {
  readonly folder: string;
  readonly bucket: FaultyBucket;
  readonly head: FakeHead;
  nowMs: number;
}

interface Process {
  readonly cutter: BlockCutter;
  readonly local: LocalBlocks;
}

async function machine(series: TestSeries): Promise<Machine> {
  return { folder: await temporaryFolder(), bucket: new FaultyBucket(), head: new FakeHead(series), nowMs: 100 * HOUR_MS };
}

/** Starts the ingester's part on a machine, as after a restart. */
async function start(
  { folder, bucket, head, ...rest }: Machine,
  on: { readonly nowMs: () => number } = { nowMs: () => rest.nowMs },
): Promise<Process> {
  const local = await LocalBlocks.open(folder, logger);
  const shipper = new Shipper({ bucket, local, folder, nowMs: on.nowMs, logger });
  const cutter = new BlockCutter({
    source: head,
    local,
    shipper,
    build: (request, frames) => buildBlock(request, frames, () => undefined),
    keepShippedMs: 13 * HOUR_MS,
    nowMs: on.nowMs,
    logger,
  });
  return { cutter, local };
}

/** What a query sees: the head and all local blocks. */
async function visible({ head }: Machine, { local }: Process): Promise<Record<string, string[]>> {
  const selection = { blocks: local.blocks('t', () => false), matchers: [], fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  async function* both(): AsyncIterable<Uint8Array> {
    yield* framesOf(head.series);
    yield* selectFrames(selection, new OpenBlocks(), () => undefined);
  }
  return await readAll(both());
}

describe('BlockCutter', () => {
  it('cuts what is due, ships it, and answers stay the same', async () => {
    const series = someSeries(9);
    const on = await machine(series);
    const process = await start(on);
    const before = await visible(on, process);
    await process.cutter.maintain('t', signal);
    expect(on.head.truncations.map((range) => range.minMs / RANGE_MS)).toEqual([0, 1, 2]);
    const metas = [...process.local.metas('t').values()];
    expect(metas.map((meta) => [meta.minTime, meta.maxTime])).toEqual([0, 1, 2].map((i) => [i * RANGE_MS, (i + 1) * RANGE_MS]));
    expect(JSON.stringify(await visible(on, process))).toBe(JSON.stringify(before));
    for (const meta of metas) {
      expect(meta.stats).toEqual({ numSamples: 840, numFloatSamples: 840, numSeries: 7, numChunks: 7 });
      expect(meta.thanos?.source).toBe('receive');
      expect(meta.compaction).toEqual({ level: 1, sources: [meta.ulid] });
      const keys = await on.bucket.keys(`t/${meta.ulid}/`);
      expect(keys.map((key) => key.slice(29))).toEqual(['chunks/000001', 'index', 'meta.json', 'tombstones']);
      const local = await readFile(path.join(on.folder, 't', meta.ulid, 'index'));
      expect(Buffer.compare(await on.bucket.get(`t/${meta.ulid}/index`), local)).toBe(0);
      expect(parseBlockMeta(await on.bucket.get(`t/${meta.ulid}/meta.json`))).toEqual(meta);
    }
    const changes = on.bucket.changes;
    await process.cutter.maintain('t', signal);
    expect(on.bucket.changes).toBe(changes);
  });

  it('flushes everything', async () => {
    const on = await machine(someSeries(1));
    const process = await start(on);
    const before = await visible(on, process);
    await process.cutter.maintain('t', signal);
    expect(process.local.metas('t').size).toBe(0);
    await Promise.all([process.cutter.flush('t', signal), process.cutter.maintain('t', signal)]);
    expect(process.local.metas('t').size).toBe(1);
    expect(Object.values(on.head.series).flat()).toEqual([]);
    expect(JSON.stringify(await visible(on, process))).toBe(JSON.stringify(before));
  });

  it('offers the block before it asks the head to forget, and waits for queries in between', async () => {
    const on = await machine(someSeries(4));
    const local = await LocalBlocks.open(on.folder, logger);
    const shipper = new Shipper({ bucket: on.bucket, local, folder: on.folder, nowMs: () => on.nowMs, logger });
    const seen: [blocks: number, truncations: number][] = [];
    const cutter = new BlockCutter({
      source: on.head,
      local,
      shipper,
      build: (request, frames) => buildBlock(request, frames, () => undefined),
      untilQueriesEnd: async () => {
        seen.push([local.metas('t').size, on.head.truncations.length]);
      },
      keepShippedMs: 0,
      nowMs: () => on.nowMs,
      logger,
    });
    await cutter.maintain('t', signal);
    expect(seen).toEqual([[1, 0]]);
    expect(on.head.truncations).toHaveLength(1);
  });

  it('ends a flush although samples keep coming', async () => {
    const on = await machine(someSeries(1));
    const process = await start(on);
    const truncate = on.head.truncate.bind(on.head);
    on.head.truncate = async (tenant, range) => {
      await truncate(tenant, range);
      on.head.series['__name__="late"'] = [[range.maxMs - 1, 1]];
    };
    await process.cutter.flush('t', signal);
    expect(process.local.metas('t').size).toBe(1);
    await process.cutter.flush('t', signal);
    expect(process.local.metas('t').size).toBe(2);
  });

  it('writes through no link', async () => {
    const on = await machine(someSeries(4));
    const process = await start(on);
    const elsewhere = await temporaryFolder();
    await symlink(elsewhere, path.join(on.folder, 't'));
    await expect(process.cutter.maintain('t', signal)).rejects.toThrow(/links are not followed/);
    expect(await readdir(elsewhere)).toEqual([]);
    expect(on.head.truncations).toEqual([]);
  });

  it('makes no block of a range without samples', async () => {
    const on = await machine({ 'a="b"': [] });
    on.head.compactableRange = () => (on.head.truncations.length > 0 ? undefined : { minMs: 0, maxMs: RANGE_MS, isLate: false });
    const process = await start(on);
    await process.cutter.maintain('t', signal);
    expect(on.head.truncations).toHaveLength(1);
    expect(await readdir(path.join(on.folder, 't'))).toEqual([]);
    expect(on.bucket.changes).toBe(0);
  });

  it.each(['stream', 'truncate'])('loses and doubles nothing when it stops at %s', async (crashAt) => {
    const on = await machine(someSeries(5));
    const first = await start(on);
    const before = await visible(on, first);
    on.head.crashAt = crashAt;
    await expect(first.cutter.maintain('t', signal)).rejects.toThrow(Crash);
    on.head.crashAt = '';
    const second = await start(on);
    expect(JSON.stringify(await visible(on, second))).toBe(JSON.stringify(before));
    await second.cutter.maintain('t', signal);
    expect(JSON.stringify(await visible(on, second))).toBe(JSON.stringify(before));
    expect((await readdir(path.join(on.folder, 't'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('completes an upload that stopped anywhere, and sends nothing twice', async () => {
    for (let failFrom = 0; failFrom < 9; failFrom++) {
      for (const isCarriedOut of [false, true]) {
        const on = await machine(someSeries(5));
        on.bucket.failFrom = failFrom;
        on.bucket.isCarriedOut = isCarriedOut;
        const first = await start(on);
        const result = await first.cutter.maintain('t', signal).catch((error: unknown) => error);
        if (failFrom < 4) expect(result).toBeInstanceOf(Crash);
        // A reader never sees a block without all of its files.
        for (const key of await on.bucket.keys()) {
          if (key.endsWith('/meta.json')) expect(await on.bucket.keys(key.slice(0, -9))).toHaveLength(4);
        }
        on.bucket.failFrom = Number.POSITIVE_INFINITY;
        const second = await start(on);
        await second.cutter.maintain('t', signal);
        const ulids = [...second.local.metas('t').keys()];
        expect(await on.bucket.keys()).toHaveLength(4 * ulids.length);
        const changes = on.bucket.changes;
        await rm(path.join(on.folder, 't', 'shipped.json'));
        await (await start(on)).cutter.maintain('t', signal);
        expect(on.bucket.changes).toBe(changes);
      }
    }
  });

  it('repairs a remote block that lacks a file', async () => {
    const on = await machine(someSeries(4));
    const first = await start(on);
    await first.cutter.maintain('t', signal);
    const [ulid] = [...first.local.metas('t').keys()];
    await on.bucket.delete(`t/${ulid}/chunks/000001`);
    await writeFile(path.join(on.folder, 't', 'shipped.json'), '{"version":1,"ship');
    await (await start(on)).cutter.maintain('t', signal);
    expect(await on.bucket.exists(`t/${ulid}/chunks/000001`)).toBe(true);
  });

  it('ships the others when one block cannot be read', async () => {
    const on = await machine(someSeries(9));
    on.bucket.failFrom = 0;
    await (await start(on)).cutter.maintain('t', signal).catch(() => undefined);
    on.bucket.failFrom = Number.POSITIVE_INFINITY;
    const again = await start(on);
    const [first, ...others] = [...again.local.metas('t').keys()].sort();
    await rm(path.join(on.folder, 't', first!, 'chunks'), { recursive: true });
    await expect(again.cutter.maintain('t', signal)).rejects.toThrow(/ENOENT/);
    const shipped = (await on.bucket.keys()).filter((key) => key.endsWith('/meta.json')).map((key) => key.slice(2, 28));
    expect(shipped).toEqual(others);
  });

  it('removes local blocks 13 hours after they were shipped, in two steps, and not before', async () => {
    const on = await machine(someSeries(4));
    const clock = { nowMs: () => on.nowMs };
    const process = await start(on, clock);
    on.bucket.failFrom = 0;
    await expect(process.cutter.maintain('t', signal)).rejects.toThrow(Crash);
    on.nowMs += 100 * HOUR_MS;
    await expect(process.cutter.maintain('t', signal)).rejects.toThrow(Crash);
    expect(process.local.metas('t').size).toBe(1);
    on.bucket.failFrom = Number.POSITIVE_INFINITY;
    await process.cutter.maintain('t', signal);
    const [ulid] = [...process.local.metas('t').keys()];
    on.nowMs += 13 * HOUR_MS - 1;
    await process.cutter.maintain('t', signal);
    expect(process.local.metas('t').size).toBe(1);
    on.nowMs += 2;
    await process.cutter.maintain('t', signal);
    expect(process.local.metas('t').size).toBe(0);
    // A query that was given the block a moment ago can still open it.
    expect(existsSync(path.join(on.folder, 't', ulid!, 'index'))).toBe(true);
    await process.cutter.maintain('t', signal);
    expect(await readdir(path.join(on.folder, 't'))).toEqual(['shipped.json']);
    expect(JSON.parse(await readFile(path.join(on.folder, 't', 'shipped.json'), 'utf8'))).toEqual({ version: 1, shipped: {} });
  });

  it('leaves out of queries what the store-gateway has', async () => {
    const on = await machine(someSeries(6));
    const process = await start(on);
    await process.cutter.maintain('t', signal);
    const [first] = [...process.local.metas('t').keys()];
    expect(process.local.blocks('t', (ulid) => ulid === first).map((block) => block.ulid)).not.toContain(first);
  });
});

describe('LocalBlocks', () => {
  it('removes what a crash left, leaves alone what is not its own, and reports damage', async () => {
    const on = await machine(someSeries(4));
    const process = await start(on);
    await process.cutter.maintain('t', signal);
    const [ulid] = [...process.local.metas('t').keys()];
    const folder = path.join(on.folder, 't');
    await mkdir(path.join(folder, '01ARZ3NDEKTSV4RRFFQ69G5FAV.tmp', 'chunks'), { recursive: true });
    await writeFile(path.join(folder, '01ARZ3NDEKTSV4RRFFQ69G5FAV.tmp', 'index'), 'half');
    await mkdir(path.join(folder, '01ARZ3NDEKTSV4RRFFQ69G5FAW'));
    await writeFile(path.join(folder, '000007'), 'chunks of the head');
    const again = await LocalBlocks.open(on.folder, logger);
    expect([...again.metas('t').keys()]).toEqual([ulid]);
    expect((await readdir(folder)).sort()).toEqual(['000007', '01ARZ3NDEKTSV4RRFFQ69G5FAW', ulid, 'shipped.json'].sort());
  });
});
