import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BucketHand } from '../cluster/bucket-hand.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterLoad } from '../cluster/cluster-load.ts';
import type { ClusterMember } from '../cluster/cluster-member.ts';
import { post } from '../harness/http-exchange.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** What is wrong for so long is taken for lost, ms. */
const STILL_WRONG_MS = 60_000;
/** What queriers may need to find what is new in the bucket, ms. */
const SOON_MS = 30_000;

/** A cluster and what was written into it. */
export interface WrittenCluster {
  readonly cluster: Cluster;
  readonly bucket: BucketHand;
  readonly loads: readonly ClusterLoad[];
}

/** What the zero-loss check finds with the cluster as it is, in words. */
export async function differencesOf(loads: readonly ClusterLoad[]): Promise<string[]> {
  const found: string[] = [];
  for (const load of loads) {
    for (const [tenant, { missing, doubled, wrong, examples }] of await load.differences()) {
      if (missing + doubled + wrong > 0)
        found.push(`${tenant}: ${missing} missing, ${doubled} doubled, ${wrong} wrong: ${examples.join('; ')}`);
    }
  }
  return found;
}

/** As {@link differencesOf}; of what is found it is told whether it passes, because an answer that was short for a while is no loss. */
export async function lastingDifferencesOf(loads: readonly ClusterLoad[]): Promise<string[]> {
  const found = await differencesOf(loads);
  if (found.length === 0) return found;
  const startMs = performance.now();
  const last = await differencesAfter(loads, STILL_WRONG_MS);
  const seconds = Math.round((performance.now() - startMs) / 1000);
  return [...found, last.length === 0 ? `right ${seconds} s later` : `${seconds} s later: ${last.join('; ')}`];
}

/** Cuts and ships what the ingesters hold, of some tenants or ('') of all. */
export async function flushAll(cluster: Cluster, tenants: readonly string[] = ['']): Promise<void> {
  const flush = async (member: ClusterMember): Promise<void> => {
    for (const tenant of tenants) await post(member.url('admin'), `/ingester/flush?tenant=${tenant}`);
  };
  await Promise.all(cluster.ofRole('ingester').map(flush));
}

/** Starts members that are down and waits until they serve. */
export async function restart(members: readonly ClusterMember[]): Promise<void> {
  for (const member of members) member.start();
  await Promise.all(members.map((member) => member.ready()));
}

/** Form (b): everything is shipped, the ingesters lose their disks, and all must still be there. */
export async function comparedWithoutIngesters({ cluster, loads }: WrittenCluster): Promise<string[]> {
  await flushAll(cluster);
  const ingesters = cluster.ofRole('ingester');
  await Promise.all(ingesters.map((member) => member.kill()));
  for (const { dataDir } of ingesters) {
    for (const name of readdirSync(dataDir))
      if (!name.endsWith('-tokens.json')) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
  await restart(ingesters);
  return (await compareSoon(loads)).map((text) => `from the bucket alone: ${text}`);
}

/** Form (c): the compactors have nothing more to merge, and all must still be there. */
export async function comparedAfterCompaction({ bucket, loads }: WrittenCluster): Promise<string[]> {
  const tenants = loads.flatMap(({ tenants: some }) => some);
  for (const tenant of tenants) await compacted(bucket, tenant);
  return (await compareSoon(loads)).map((text) => `after compaction: ${text}`);
}

/** Waits until no two live blocks of a tenant cover the same time. */
export async function compacted(bucket: BucketHand, tenant: string, timeoutMs = 120_000): Promise<void> {
  await waitUntil(
    `the blocks of ${tenant} to be merged`,
    async () => {
      const blocks = (await bucket.liveBlocks(tenant)).sort((a, b) => a.minTime - b.minTime);
      return blocks.length > 0 && blocks.every((block, i) => i === 0 || blocks[i - 1]!.maxTime <= block.minTime);
    },
    { timeoutMs, pollMs: 500 },
  );
}

/** The bucket index and the store-gateways need a moment; what is still missing then stays missing. */
async function compareSoon(loads: readonly ClusterLoad[]): Promise<string[]> {
  const all: string[] = [];
  for (const load of loads) all.push(...(await differencesAfter([load], SOON_MS)));
  return all;
}

/** What is still wrong after so long; nothing as soon as nothing is. */
async function differencesAfter(loads: readonly ClusterLoad[], timeoutMs: number): Promise<string[]> {
  let last: string[] | undefined;
  const isRight = async (): Promise<boolean> => {
    last = undefined;
    last = await differencesOf(loads);
    return last.length === 0;
  };
  return await waitUntil('all samples', isRight, { timeoutMs, pollMs: 1000 }).then(
    () => [],
    (error: unknown) => last ?? [String(error)],
  );
}
