import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { askSeries, pushSeries, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';

const started: TelamonProcess[] = [];
const outside = mkdtempSync(join(tmpdir(), 'telamon-outside-'));
afterAll(async () => {
  for (const telamon of started) await telamon.dispose();
  rmSync(outside, { recursive: true, force: true });
});

function prepare(name: string): TelamonProcess {
  const telamon = TelamonProcess.prepare({ name, isMultitenant: true });
  started.push(telamon);
  return telamon;
}

it('B60 refuses a log folder that is a link to somewhere else', async () => {
  const telamon = prepare('linked-wal');
  symlinkSync(outside, join(telamon.dataDir, 'wal'));
  await expect(telamon.restart()).rejects.toThrow(/wal|symbolic|symlink/i);
});

it('B60 keeps what it writes to itself', async () => {
  const telamon = prepare('open-folder');
  chmodSync(telamon.dataDir, 0o777);
  const isStarted = await telamon.restart().then(
    () => true,
    () => false,
  );
  if (!isStarted) return expect(telamon.log()).toMatch(/permission|mode|writable|0?700/i);
  expect(statSync(telamon.dataDir).mode & 0o077).toBe(0);
});

it('B50 takes no notice of garbage, links and poisoned blocks in the bucket', async () => {
  const telamon = prepare('poisoned-bucket');
  const tenant = join(telamon.bucketDir, 'victim');
  const id = '01M7Y2A3GVXYZ611YX0FB64YE5';
  mkdirSync(join(tenant, id, 'chunks'), { recursive: true });
  const meta = {
    version: 1,
    ulid: '../../attacker/x',
    minTime: 0,
    maxTime: 1e15,
    stats: {},
    compaction: { level: 1, sources: ['..'] },
  };
  writeFileSync(join(tenant, id, 'meta.json'), JSON.stringify(meta));
  writeFileSync(join(tenant, id, 'index'), Buffer.alloc(64, 0xff));
  mkdirSync(join(tenant, '01M7Y2A3HS1C6ZGWNVS1SGPPSC'));
  writeFileSync(join(tenant, '01M7Y2A3HS1C6ZGWNVS1SGPPSC', 'meta.json'), '{"truncated":');
  writeFileSync(join(tenant, 'größe-ünïcode'), 'x');
  writeFileSync(join(tenant, 'x'.repeat(250)), 'x');
  symlinkSync('/etc', join(tenant, '01M7Y2A3JTBZX9SYGTVWXTYJ1P'));
  writeFileSync(join(outside, 'file'), 'x');
  symlinkSync(outside, join(telamon.bucketDir, 'linked-tenant'));
  await telamon.restart();
  const nowMs = Date.now();
  for (const name of ['victim', 'other']) {
    const target = telamonTarget(telamon.metrics, name);
    await pushSeries(target, [{ labels: [['__name__', `of_${name}`]], samples: [[nowMs, 1]] }]);
    const found = await askSeries(target, 'query', { query: '{__name__=~".+"}', time: String(nowMs / 1000) });
    expect(found.map(({ metric }) => metric.__name__)).toEqual([`of_${name}`]);
  }
  telamon.requireRunning();
});
