import { exchange } from '../harness/http-exchange.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type FaultRow, MAY_REFUSE, READS_MAY_STUMBLE } from './fault-row.ts';
import { restart } from './zero-loss.ts';

/** Faults of disks. They are played in the process under test, below its data directory, as no privilege is needed for that. */
export const DISK_FAULTS: readonly FaultRow[] = [
  {
    id: 'F39',
    title: 'the disk of an ingester is full',
    isQuick: true,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const member = rig.cluster.member('ingester-a-0');
      const before = rig.load.report.acknowledged;
      member.failDisk('ENOSPC');
      await rig.wait(120_000);
      await waitUntil('writes with a full disk', () => rig.load.report.acknowledged > before + 10);
      member.failDisk(undefined);
      await rig.wait(60_000);
      // Twice: what its log says after it was full at the moment of death, and after it had space again.
      for (const isFull of [false, true]) {
        if (isFull) member.failDisk('ENOSPC');
        if (isFull) await rig.wait(60_000);
        await member.kill();
        member.failDisk(undefined);
        await restart([member]);
      }
    },
  },
  {
    id: 'F40',
    title: 'the disks of all ingesters are full',
    isQuick: false,
    tolerance: { writes: [503], queryErrorShare: 0 },
    run: async (rig) => {
      const ingesters = rig.cluster.ofRole('ingester');
      for (const member of ingesters) member.failDisk('ENOSPC');
      const before = rig.load.report.refusals.get(503) ?? 0;
      await waitUntil('writes to be refused', () => (rig.load.report.refusals.get(503) ?? 0) > before);
      await rig.wait(60_000);
      rig.cluster.heal();
      const { acknowledged } = rig.load.report;
      await waitUntil('writes after there is space', () => rig.load.report.acknowledged > acknowledged + 5);
    },
  },
  {
    id: 'F41',
    title: 'the disk of an ingester fails (EIO), then can only be read',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const member = rig.cluster.member('ingester-b-0');
      for (const code of ['EIO', 'EROFS'] as const) {
        member.failDisk(code);
        await rig.wait(60_000);
        const ready = await exchange({ base: member.url('metrics'), path: '/ready' });
        rig.say(`with ${code} its /ready answers ${ready.status}: ${ready.text.trim()}`);
        if (ready.status !== 503 || !ready.text.includes(code)) throw new Error(`/ready does not tell of ${code}`);
        member.failDisk(undefined);
        await member.ready();
      }
    },
  },
  {
    id: 'F61',
    title: 'the power fails: everything dies at once, and only what was synced is left',
    isQuick: false,
    tolerance: MAY_REFUSE,
    run: async (rig) => {
      const all = [...rig.cluster.members.values()];
      await Promise.all(all.map((member) => member.kill()));
      await rig.cluster.nats.killAll();
      for (const member of all) member.loseUnsynced();
      await rig.cluster.nats.startAll();
      await restart(all);
      const { acknowledged } = rig.load.report;
      await waitUntil('writes', () => rig.load.report.acknowledged > acknowledged + 5, { timeoutMs: 60_000 });
    },
  },
];
