import type { S3Request, S3Rule } from '../cluster/s3-fault-proxy.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type FaultRig, type FaultRow, UNNOTICED } from './fault-row.ts';
import { checkStoreTenant, copyStoreTenant, makeStoreTenant, type StoreTenant, untilRight } from './store-tenant.ts';
import { compacted, restart } from './zero-loss.ts';

/** A request of a compactor at which it is killed, before the bucket hears of it or after. */
interface Point {
  readonly name: string;
  readonly method: string;
  readonly key: RegExp;
}

const POINTS: readonly Point[] = [
  { name: 'download of chunks', method: 'GET', key: /chunks\/\d+$/ },
  { name: 'download of an index', method: 'GET', key: /\/index$/ },
  { name: 'upload of chunks', method: 'PUT', key: /chunks\/\d+$/ },
  { name: 'upload of an index', method: 'PUT', key: /\/index$/ },
  { name: 'upload of meta.json', method: 'PUT', key: /meta\.json$/ },
  { name: 'mark of a source', method: 'PUT', key: /deletion-mark\.json$/ },
];
const WHENS = ['before', 'after'] as const;

/** Kills every compactor at a point of the work on a tenant, starts them again, and waits for one block that answers the same. */
async function killAtPoint(
  rig: FaultRig,
  source: StoreTenant,
  point: Point & { readonly when: 'before' | 'after' },
): Promise<void> {
  const { cluster, bucket } = rig;
  const tenant = `f10-${point.when}-${POINTS.findIndex(({ name }) => name === point.name)}`;
  const compactors = cluster.ofRole('compactor');
  let killed: Promise<unknown> | undefined;
  const strike = async (): Promise<'drop'> => {
    killed ??= Promise.all(compactors.map((compactor) => compactor.kill()));
    await killed;
    return 'drop';
  };
  const rule: S3Rule = {
    matches: ({ method, key }: S3Request) => method === point.method && key.startsWith(`${tenant}/`) && point.key.test(key),
    [point.when]: strike,
  };
  cluster.s3.add(rule);
  const copy = await copyStoreTenant(rig, source, tenant);
  await waitUntil(`a compactor to reach the ${point.name}`, () => killed !== undefined, { timeoutMs: 60_000 });
  await killed;
  cluster.s3.heal();
  await restart(compactors);
  await compacted(bucket, tenant);
  const [block] = await bucket.liveBlocks(tenant);
  if (block!.compaction.level < 2) throw new Error(`${tenant} has a block that was never merged`);
  await untilRight(copy);
}

/** Faults of compactors. */
export const COMPACTOR_FAULTS: readonly FaultRow[] = [
  {
    id: 'F10',
    title: 'kill -9 of the compactors at marked points of a merge',
    isQuick: true,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const source = await makeStoreTenant(rig, 'f10-source');
      const all = WHENS.flatMap((when) => POINTS.map((point) => ({ ...point, when })));
      // A run with short times has time for some of them, others each time.
      const count = rig.scaled(12) < 1 ? 4 : all.length;
      const chosen = all.map((point) => ({ point, at: rig.random() })).sort((a, b) => a.at - b.at);
      for (const { point } of chosen.slice(0, count)) {
        await killAtPoint(rig, source, point);
        rig.say(`${point.when} the ${point.name}`);
      }
      await checkStoreTenant(source, { mayFail: false });
    },
  },
  {
    id: 'F11',
    title: 'two compactors take the same merge for theirs',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const { cluster, bucket } = rig;
      const source = await makeStoreTenant(rig, 'f11-source');
      let isHeld = false;
      let release = (): void => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      cluster.s3.add({
        matches: ({ method, key }) => method === 'PUT' && key.startsWith('f11/') && key.endsWith('/index'),
        times: 1,
        before: async () => {
          isHeld = true;
          await released;
          return 'pass';
        },
      });
      const tenant = await copyStoreTenant(rig, source, 'f11');
      await waitUntil('a merge to begin', () => isHeld, { timeoutMs: 60_000 });
      // The one that merges is silent until the other has taken its place and done the same.
      for (const compactor of cluster.ofRole('compactor')) {
        compactor.setPaused(true);
        const isTaken = await compacted(bucket, 'f11', rig.heartbeatTimeoutMs * 2 + rig.scaled(60_000)).then(
          () => true,
          () => false,
        );
        compactor.setPaused(false);
        if (isTaken) rig.say(`${compactor.name} was paused in the middle of a merge, and the other one did it`);
        if (isTaken) break;
      }
      release();
      cluster.s3.heal();
      await compacted(bucket, 'f11', 120_000);
      await untilRight(tenant);
    },
  },
];
