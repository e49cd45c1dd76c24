import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { waitUntil } from '../harness/wait-until.ts';
import { type FaultRig, type FaultRow, UNNOTICED } from './fault-row.ts';
import { limitTenants, metricOf } from './runtime-limits.ts';

/** Waits until every member says whether its runtime file could be read. */
async function untilReload({ cluster }: FaultRig, isGood: boolean): Promise<void> {
  for (const member of cluster.members.values())
    await waitUntil(
      `${member.name} to have read the runtime file`,
      async () => (await metricOf(member.url('metrics'), 'telamon_runtime_config_last_reload_successful')) === (isGood ? 1 : 0),
    );
}

/** Faults of configuration and of what the system gives. */
export const CONFIG_FAULTS: readonly FaultRow[] = [
  {
    id: 'F63',
    title: 'the runtime file is broken',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const pids = [...rig.cluster.members.values()].map(({ pid }) => pid).join();
      await limitTenants(rig, { f63: { ingestion_rate: 400 } });
      writeFileSync(rig.runtimeFile, 'overrides: [not: {a mapping');
      await untilReload(rig, false);
      await rig.wait(60_000);
      await limitTenants(rig, { 'f63-after': { ingestion_rate: 400 } });
      await untilReload(rig, true);
      if ([...rig.cluster.members.values()].map(({ pid }) => pid).join() !== pids) throw new Error('a process was restarted');
    },
  },
  {
    id: 'F65',
    title: 'a distributor has few descriptors, and a thousand idle connections come',
    isQuick: false,
    tolerance: { writes: [0, 502, 503], queryErrorShare: 0 },
    run: async (rig) => {
      const member = rig.cluster.member('distributor-0');
      await member.stop();
      member.start({ maxFiles: 256 });
      await member.ready();
      const port = Number(new URL(member.url('metrics')).port);
      const idle: Socket[] = [];
      for (let i = 0; i < 1000; i++) idle.push(connect(port, '127.0.0.1').on('error', () => {}));
      await rig.wait(60_000);
      const { acknowledged } = rig.load.report;
      await waitUntil('writes meanwhile', () => rig.load.report.acknowledged > acknowledged + 10);
      for (const socket of idle) socket.destroy();
      await member.ready();
      await member.stop();
      member.start();
      await member.ready();
    },
  },
];
