import { waitUntil } from '../harness/wait-until.ts';
import { type FaultRig, type FaultRow, MAY_REFUSE, READS_MAY_STUMBLE, UNNOTICED } from './fault-row.ts';
import { restart } from './zero-loss.ts';

/** Faults of NATS, where the rings are. */
export const RING_FAULTS: readonly FaultRow[] = [
  {
    id: 'F19',
    title: 'one NATS server is down',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      await rig.cluster.nats.killOne(0);
      await rig.wait(60_000);
      await rig.cluster.nats.startOne(0);
    },
  },
  {
    id: 'F20',
    title: 'all NATS servers are down for 5 minutes, after all but one were',
    isQuick: true,
    tolerance: UNNOTICED,
    run: async ({ cluster, wait }) => {
      // Connections stand, but nothing can be written: nobody's heartbeat comes.
      await Promise.all([cluster.nats.killOne(0), cluster.nats.killOne(1)]);
      await wait(120_000);
      await cluster.nats.killOne(2);
      await wait(300_000);
      await cluster.nats.startAll();
      for (const member of cluster.members.values()) await member.ready();
    },
  },
  {
    id: 'F21',
    title: 'the bucket of the rings is wiped',
    isQuick: false,
    tolerance: MAY_REFUSE,
    run: async (rig) => {
      const { cluster } = rig;
      const before = await tokensOf(rig);
      await cluster.nats.killAll();
      cluster.nats.wipe();
      await cluster.nats.startAll();
      // What a process knows that was not there before.
      const witness = cluster.member('distributor-0');
      await witness.stop();
      await restart([witness]);
      await waitUntil('all to be in the ring again with their tokens', async () => (await tokensOf(rig)) === before, {
        timeoutMs: 60_000,
      });
      for (const member of cluster.members.values()) await member.ready();
    },
  },
  {
    id: 'F22',
    title: 'news of the rings comes late, and an ingester leaves meanwhile',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const { cluster } = rig;
      for (const i of cluster.nats.ports.keys())
        for (const role of ['distributor', 'querier'])
          for (const { name } of cluster.ofRole(role)) cluster.proxies.get(`nats-${i}`)!.fail({ isBlackhole: true }, name);
      const member = cluster.member('ingester-a-1');
      await member.stop();
      await rig.wait(60_000);
      await restart([member]);
      cluster.heal();
    },
  },
];

/** Who holds which tokens, as a distributor knows the ring of ingesters. */
async function tokensOf({ cluster }: FaultRig): Promise<string> {
  const distributor = cluster.member('distributor-0');
  const page = await fetch(`${distributor.url('metrics')}/ingester/ring`, { headers: { accept: 'application/json' } });
  const { shards } = (await page.json()) as { readonly shards: readonly { readonly id: string; readonly tokens: unknown }[] };
  return JSON.stringify(shards.map(({ id, tokens }) => [id, tokens]).sort());
}
