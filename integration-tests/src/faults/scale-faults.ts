import type { FaultRow } from './fault-row.ts';
import { UNNOTICED } from './fault-row.ts';

/** Faults of rolling, growing and shrinking. */
export const SCALE_FAULTS: readonly FaultRow[] = [
  {
    id: 'F48',
    title: 'from six ingesters to nine under load',
    isQuick: true,
    tolerance: UNNOTICED,
    run: async ({ cluster, wait }) => {
      for (const zone of ['a', 'b', 'c']) await cluster.add(`ingester-${zone}-2`, 'ingester', zone);
      await wait(60_000);
    },
  },
  {
    id: 'F49',
    title: 'from nine ingesters back to six, prepared',
    isQuick: true,
    tolerance: UNNOTICED,
    run: async ({ cluster, wait }) => {
      for (const zone of ['a', 'b', 'c']) {
        const name = `ingester-${zone}-2`;
        const member = cluster.members.get(name) ?? (await cluster.add(name, 'ingester', zone));
        const code = await cluster.remove(member);
        if (code !== 0) throw new Error(`${name} ended with ${code}`);
      }
      await wait(60_000);
    },
  },
];
