import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recorded, suiteName } from '../harness/repository.ts';
import { telamonTarget } from '../harness/telamon-client.ts';
import { QUICK_BUCKET, TelamonProcess } from '../harness/telamon-process.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { adoptBlocks, blocksRange, dumpDifference, parseDumpLine, readAllSamples } from './recorded-blocks.ts';
import { readTextLines } from './recorded-lines.ts';

const folder = recorded('conformance/prometheus/blocks');
const SETS = ['float', 'head-cut', 'compacted', 'tombstones'] as const;

it('reads dump lines', () => {
  expect(parseDumpLine('{__name__="a", b="x\\"y, z=\\"}"} -0.5 1793480400000')).toEqual({
    series: '{"__name__":"a","b":"x\\"y, z=\\"}"}',
    timeMs: 1793480400000,
    value: '-0.5',
  });
  expect(parseDumpLine('{"größe.x"="ü"} {count:7, sum:7.25} 1')).toEqual({
    series: '{"größe.x":"ü"}',
    timeMs: 1,
    value: undefined,
  });
});

describe.skipIf(folder === undefined)(suiteName('blocks as Prometheus wrote them', folder), () => {
  let server: TelamonProcess;

  beforeAll(async () => {
    server = TelamonProcess.prepare({ name: 'blocks', isMultitenant: true, flags: QUICK_BUCKET });
    for (const set of SETS) expect(adoptBlocks(join(folder!, set, 'db'), join(server.bucketDir, set)), set).toBeGreaterThan(0);
    await server.restart();
  });
  afterAll(() => server?.dispose());

  it.each(SETS)('%s is opened, queried and equal to its dump', async (set) => {
    const want = readTextLines(join(folder!, set, 'dump.txt.gz')).map(parseDumpLine);
    const target = telamonTarget(server.metrics, set);
    const range = blocksRange(join(server.bucketDir, set));
    const got = await waitUntil(
      'the blocks to be seen',
      async () => {
        const samples = await readAllSamples(target, range);
        return samples.length > 0 ? samples : undefined;
      },
      { timeoutMs: 120_000, pollMs: 1000 },
    );
    expect(dumpDifference(want, got)).toBeUndefined();
  });
});
