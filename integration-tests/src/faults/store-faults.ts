import { post } from '../harness/http-exchange.ts';
import { type FaultRig, type FaultRow, READS_MAY_STUMBLE, UNNOTICED } from './fault-row.ts';

/** Cuts and ships everything that the ingesters hold. */
async function flushAll({ cluster }: FaultRig): Promise<void> {
  await Promise.all(cluster.ofRole('ingester').map((member) => post(member.url('admin'), '/ingester/flush')));
}

/** Faults of NATS and of the bucket. */
export const STORE_FAULTS: readonly FaultRow[] = [
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
    title: 'all NATS servers are down for 5 minutes',
    isQuick: true,
    tolerance: UNNOTICED,
    run: async (rig) => {
      await rig.cluster.nats.killAll();
      await rig.wait(300_000);
      await rig.cluster.nats.startAll();
      for (const member of rig.cluster.members.values()) await member.ready();
    },
  },
  {
    id: 'F23',
    title: 'the bucket is down for 30 minutes',
    isQuick: true,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      rig.cluster.proxies.get('s3')!.fail({ isRefused: true });
      const flushed = flushAll(rig).then(
        () => 'done',
        () => 'failed',
      );
      await rig.wait(30 * 60_000);
      rig.cluster.heal();
      rig.say(`a flush during the outage: ${await flushed}`);
      await flushAll(rig);
    },
  },
];
