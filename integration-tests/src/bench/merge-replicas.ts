import type { Cluster } from '../cluster/cluster.ts';
import { exchange } from '../harness/http-exchange.ts';
import { waitUntil } from '../harness/wait-until.ts';

const MERGES = /^telamon_compactor_merges_total (\d+)$/m;

/** Starts the compactor anew, to look for work every second, and waits until it merged the blocks that the ingesters shipped. */
export async function mergeReplicas(cluster: Cluster): Promise<void> {
  const compactor = cluster.ofRole('compactor')[0]!;
  await compactor.stop();
  compactor.start({ flags: ['--compactor.compaction-interval=1s'] });
  await compactor.ready();
  const merged = async (): Promise<boolean> => {
    const { text } = await exchange({ base: compactor.url('metrics'), path: '/metrics', timeoutMs: 5000 });
    return Number(MERGES.exec(text)?.[1] ?? 0) > 0;
  };
  await waitUntil('the compactor to merge', merged, { timeoutMs: 60_000 });
}
