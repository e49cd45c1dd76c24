import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterMember, MemberStart } from '../cluster/cluster-member.ts';
import { post } from '../harness/http-exchange.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type FaultRig, type FaultRow, READS_MAY_STUMBLE, UNNOTICED } from './fault-row.ts';

/** How long queriers of the runner's cluster use a bucket index, ms. */
const INDEX_REFRESH_MS = 1000;
/** A querier as it was before there were features. */
const PREVIOUS_VERSION: MemberStart = { flags: ['--querier.disabled-features=query-shard'] };
const ZONES = ['a', 'b', 'c'];
const OTHER_ROLES = ['distributor', 'querier', 'query-frontend', 'store-gateway', 'compactor'];

/** Restarts members, group after group. */
async function roll(groups: readonly (readonly ClusterMember[])[], start: MemberStart): Promise<void> {
  for (const group of groups) {
    await Promise.all(group.map((member) => member.stop()));
    for (const member of group) member.start(start);
    await Promise.all(group.map((member) => member.ready()));
  }
}

/** The ingesters, zone by zone. */
function zones({ cluster }: FaultRig): ClusterMember[][] {
  return ZONES.map((zone) => cluster.ofRole('ingester', zone));
}

/** All but the ingesters: the first of every role, then the second, so that one of each goes on. */
function others({ cluster }: FaultRig): ClusterMember[][] {
  const byRole = OTHER_ROLES.map((role) => cluster.ofRole(role));
  return byRole[0]!.map((_member, i) => byRole.map((members) => members[i]!));
}

/** The seventh to ninth ingester, started if they are not there. */
async function extraIngesters({ cluster }: FaultRig): Promise<ClusterMember[]> {
  return await Promise.all(
    ZONES.map(async (zone) => {
      const name = `ingester-${zone}-2`;
      return cluster.members.get(name) ?? (await cluster.add(name, 'ingester', zone));
    }),
  );
}

/** Waits until queriers know of every block that is in the bucket now. */
async function untilListed({ bucket, tenants }: FaultRig): Promise<void> {
  for (const tenant of tenants) {
    const live = await bucket.liveBlocks(tenant);
    await waitUntil(`the bucket index to list the blocks of ${tenant}`, async () => {
      const listed = await bucket.indexedBlocks(tenant).catch(() => new Set());
      return live.every(({ ulid }) => listed.has(ulid));
    });
  }
  await delay(3 * INDEX_REFRESH_MS);
}

/** Faults of growing, shrinking and versions. */
export const SCALE_FAULTS: readonly FaultRow[] = [
  {
    id: 'F48',
    title: 'from six ingesters to nine under load',
    isQuick: true,
    tolerance: UNNOTICED,
    run: async (rig) => {
      await extraIngesters(rig);
      await rig.wait(60_000);
    },
  },
  {
    id: 'F49',
    title: 'from nine ingesters back to six, prepared',
    isQuick: true,
    tolerance: UNNOTICED,
    run: async (rig) => {
      for (const member of await extraIngesters(rig)) {
        const code = await rig.cluster.remove(member);
        if (code !== 0) throw new Error(`${member.name} ended with ${code}`);
      }
      await rig.wait(60_000);
    },
  },
  {
    id: 'F50',
    title: 'an ingester of nine is gone without preparation, and is forgotten',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const { cluster } = rig;
      const [lost, ...others] = await extraIngesters(rig);
      await rig.wait(60_000);
      await lost!.kill();
      await rig.wait(60_000);
      // Its data reaches the bucket by the other replicas, and queriers are told.
      for (const member of cluster.ofRole('ingester')) if (member !== lost) await post(member.url('admin'), '/ingester/flush');
      await untilListed(rig);
      const distributor = cluster.member('distributor-0');
      await post(distributor.url('admin'), `/ingester/ring?forget=${lost!.name}`);
      await waitUntil('the ring to be without it', async () => {
        const page = await fetch(`${distributor.url('metrics')}/ingester/ring`, { headers: { accept: 'application/json' } });
        return !(await page.text()).includes(lost!.name);
      });
      await cluster.drop(lost!);
      for (const member of others) {
        const code = await cluster.remove(member);
        if (code !== 0) throw new Error(`${member.name} ended with ${code}: it may not have shipped what it held`);
      }
    },
  },
  {
    id: 'F51',
    title:
      'three versions mixed: one without features, this one, one with fields that are not known, in messages and in the ring',
    isQuick: true,
    // A request that comes in the moment in which a distributor closes its connections is sent again.
    tolerance: { writes: [502, 503], queryErrorShare: 0.1 },
    run: async (rig) => {
      const { report } = rig.load;
      const [older] = rig.cluster.ofRole('querier');
      await roll([[older!]], PREVIOUS_VERSION);
      const before = report.rightAnswers;
      await waitUntil('answers with a querier of before', () => report.rightAnswers > before + 10);
      await roll(others(rig), { isNextVersion: true });
      const { rightAnswers } = report;
      await waitUntil('answers from old ingesters', () => report.rightAnswers > rightAnswers + 10);
      await roll(zones(rig), { isNextVersion: true });
      await roll(others(rig), {});
      const later = report.rightAnswers;
      await waitUntil('answers from new ingesters', () => report.rightAnswers > later + 10);
      await roll(zones(rig), {});
    },
  },
];
