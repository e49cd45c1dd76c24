import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterMember } from '../cluster/cluster-member.ts';
import { post } from '../harness/http-exchange.ts';
import { ledgerBatch } from '../harness/ledger.ts';
import { pushSeries, telamonTarget } from '../harness/telamon-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type FaultRig, type FaultRow, MAY_REFUSE, READS_MAY_STUMBLE, UNNOTICED } from './fault-row.ts';
import { restart } from './zero-loss.ts';

async function killAndRestart({ wait }: FaultRig, members: readonly ClusterMember[], downMs: number): Promise<void> {
  await Promise.all(members.map((member) => member.kill()));
  await wait(downMs);
  await restart(members);
}

/** Acknowledgements go on: a bound on how long a writer may hang. */
async function acknowledgementsGoOn({ load }: FaultRig, withinMs: number): Promise<void> {
  const before = load.report.acknowledged;
  await waitUntil('writes to be acknowledged', () => load.report.acknowledged > before + 5, { timeoutMs: withinMs });
}

/** Newest file of the write-ahead log of a member, of any tenant. */
function newestSegment(member: ClusterMember): string {
  const root = join(member.dataDir, 'wal', 'metrics');
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^\d+$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0]!;
}

/**
 * Leaves of what no sync covered a part of any length, and behind it what a torn write may leave: the beginning of a record, copied
 * from earlier in the segment, or zeros.
 */
function tearTail(member: ClusterMember, random: () => number): void {
  const path = newestSegment(member);
  const bytes = readFileSync(path);
  const synced = Math.min(bytes.length, member.syncedSize(path));
  const kept = synced + Math.floor(random() * (bytes.length - synced + 1));
  const from = Math.floor(random() * bytes.length);
  const torn =
    random() < 0.5 ? bytes.subarray(from, from + Math.floor(random() * 4096)) : Buffer.alloc(Math.floor(random() * 4096));
  writeFileSync(path, Buffer.concat([bytes.subarray(0, kept), torn]));
}

/** Faults of ingesters: death, pauses, slowness, and what happens to their logs. */
export const INGESTER_FAULTS: readonly FaultRow[] = [
  {
    id: 'F01',
    title: 'kill -9 of one ingester',
    isQuick: true,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      await killAndRestart(rig, [rig.cluster.member('ingester-a-0')], 60_000);
    },
  },
  {
    id: 'F02',
    title: 'kill -9 of a whole zone',
    isQuick: true,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      await killAndRestart(rig, rig.cluster.ofRole('ingester', 'a'), 60_000);
    },
  },
  {
    id: 'F03',
    title: 'kill -9 of one ingester in each of two zones',
    isQuick: false,
    tolerance: MAY_REFUSE,
    run: async (rig) => {
      await killAndRestart(rig, [rig.cluster.member('ingester-a-0'), rig.cluster.member('ingester-b-0')], 60_000);
    },
  },
  {
    id: 'F04',
    title: 'kill -9 of all ingesters',
    isQuick: true,
    tolerance: MAY_REFUSE,
    run: async (rig) => {
      await killAndRestart(rig, rig.cluster.ofRole('ingester'), 60_000);
      await acknowledgementsGoOn(rig, 30_000);
    },
  },
  {
    id: 'F05',
    title: 'rolling restart of all ingesters, zone by zone',
    isQuick: true,
    tolerance: UNNOTICED,
    run: async ({ cluster }) => {
      for (const zone of ['a', 'b', 'c']) {
        const members = cluster.ofRole('ingester', zone);
        const codes = await Promise.all(members.map((member) => member.stop()));
        if (codes.some((code) => code !== 0)) throw new Error(`ingesters of zone ${zone} ended with ${codes.join(', ')}`);
        await restart(members);
      }
    },
  },
  {
    id: 'F13',
    title: 'an ingester pauses for 30 s',
    isQuick: true,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const member = rig.cluster.member('ingester-b-0');
      member.setPaused(true);
      await rig.wait(30_000);
      // Long enough for the others to take it for dead.
      await delay(rig.heartbeatTimeoutMs);
      await acknowledgementsGoOn(rig, 10_000);
      member.setPaused(false);
      await member.ready();
    },
  },
  {
    id: 'F14',
    title: 'an ingester answers 2 s late',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      rig.cluster.proxies.get('ingester-c-0')!.fail({ latencyMs: 2000 });
      await rig.wait(60_000);
      rig.cluster.heal();
    },
  },
  {
    id: 'F15',
    title: 'an ingester is connected and nothing passes',
    isQuick: true,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      rig.cluster.proxies.get('ingester-c-1')!.fail({ isBlackhole: true });
      await rig.wait(120_000);
      await acknowledgementsGoOn(rig, 10_000);
      rig.cluster.heal();
    },
  },
  {
    id: 'F16',
    title: 'one piece of data in a hundred cuts its connection to an ingester off',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      for (const { name } of rig.cluster.ofRole('ingester')) rig.cluster.proxies.get(name)!.fail({ resetChance: 0.01 });
      await rig.wait(60_000);
      rig.cluster.heal();
    },
  },
  {
    id: 'F17',
    title: 'zone c is cut off from everyone',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      for (const { name } of rig.cluster.ofRole('ingester', 'c')) rig.cluster.proxies.get(name)!.fail({ isBlackhole: true });
      await rig.wait(120_000);
      rig.cluster.heal();
    },
  },
  {
    id: 'F18',
    title: 'one distributor cannot reach zones a and b',
    isQuick: false,
    tolerance: { writes: [503], queryErrorShare: 0 },
    run: async (rig) => {
      for (const zone of ['a', 'b'])
        for (const { name } of rig.cluster.ofRole('ingester', zone))
          rig.cluster.proxies.get(name)!.fail({ isRefused: true }, 'distributor-0');
      const cutOff = telamonTarget(rig.cluster.member('distributor-0').url('metrics'), 'f18');
      const said = await pushSeries(cutOff, ledgerBatch(0, 1, Date.now())).then(() => 'nothing', String);
      if (!said.includes('refused with 503')) throw new Error(`the distributor that is cut off said: ${said}`);
      await rig.wait(60_000);
      await acknowledgementsGoOn(rig, 20_000);
      const refused = [...rig.load.report.refusals.values()].reduce((sum, count) => sum + count, 0);
      rig.say(`${refused} writes were refused (${rig.cluster.gatewayNote})`);
      if (rig.cluster.hasGateway && refused > 0) throw new Error('writes were not given to the other distributor');
      rig.cluster.heal();
    },
  },
  {
    id: 'F33',
    title: 'the last write to a log is torn anywhere',
    isQuick: true,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const member = rig.cluster.member('ingester-a-1');
      const rounds = Math.max(2, Math.round(rig.scaled(100)));
      for (let i = 0; i < rounds; i++) {
        await member.kill();
        tearTail(member, rig.random);
        await restart([member]);
      }
    },
  },
  {
    id: 'F35',
    title: 'the log of an ingester is deleted',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const member = rig.cluster.member('ingester-b-1');
      await member.kill();
      for (const part of ['wal', 'head']) rmSync(join(member.dataDir, part), { recursive: true, force: true });
      await restart([member]);
    },
  },
  {
    id: 'F36',
    title: 'kill -9 during the replay, five times',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const member = rig.cluster.member('ingester-b-0');
      for (let i = 0; i < 5; i++) {
        await member.kill();
        member.start();
        await waitUntil('the process to begin', () => member.logTail().length > 0);
      }
      await member.kill();
      await restart([member]);
    },
  },
  {
    id: 'F34',
    title: 'a byte in the middle of the log of an ingester is another',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const member = rig.cluster.member('ingester-a-1');
      await member.kill();
      const path = newestSegment(member);
      const bytes = readFileSync(path);
      bytes[Math.floor(bytes.length / 2)]! ^= 0x55;
      writeFileSync(path, bytes);
      await restart([member]);
    },
  },
  {
    id: 'F37',
    title: 'kill -9 while blocks are cut and the log is cut off',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const member = rig.cluster.member('ingester-c-0');
      for (let i = 0; i < 5; i++) {
        const flushed = post(member.url('admin'), '/ingester/flush').catch(() => undefined);
        await delay(Math.floor(rig.random() * 400));
        await member.kill();
        await flushed;
        await restart([member]);
      }
    },
  },
  {
    id: 'F38',
    title: 'a log of four times the heap is replayed',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const member = rig.cluster.member('ingester-b-1');
      const target = telamonTarget(rig.cluster.writeBase, 'f38');
      const requests = Math.max(40, Math.round(rig.scaled(4000)));
      const startMs = Date.now() - requests * 1000;
      for (let i = 0; i < requests; i++) await pushSeries(target, ledgerBatch(0, 5000, startMs + i * 1000));
      const logBytes = sizeOfLog(member);
      await member.kill();
      member.start({ heapMiB: Math.max(MIN_HEAP_MIB, Math.floor(logBytes / 4 / 2 ** 20)) });
      // It is alive as long as it runs; `ready` fails at once when it ends.
      await member.ready(600_000);
      const rss = member.usage().residentBytes;
      rig.say(`${Math.round(logBytes / 2 ** 20)} MiB of log replayed, ${Math.round(rss / 2 ** 20)} MiB resident`);
      await member.stop();
      await restart([member]);
    },
  },
];

/** Less does not hold the program itself, MiB. */
const MIN_HEAP_MIB = 96;

/** Bytes of all segments of all tenants' logs. */
function sizeOfLog(member: ClusterMember): number {
  const root = join(member.dataDir, 'wal', 'metrics');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
