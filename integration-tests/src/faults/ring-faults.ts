import { type FaultRow, UNNOTICED } from './fault-row.ts';

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
];
