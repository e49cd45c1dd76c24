import type { Cluster } from '../cluster/cluster.ts';
import { telamonTarget } from '../harness/telamon-client.ts';
import { type RoleCosts, roleCosts } from './role-costs.ts';
import type { ScrapeLoad } from './scrape-load.ts';
import { sendLoad } from './send-load.ts';

/** Costs of the roles at three moments. */
export interface LoadedCosts {
  /** Before anything was sent. */
  readonly idle: readonly RoleCosts[];
  /** After the first scrapes, in which series are made and code is compiled. */
  readonly warm: readonly RoleCosts[];
  /** After everything. */
  readonly loaded: readonly RoleCosts[];
}

/** Sends a load into a cluster, its first `warmScrapes` apart. */
export async function loadCluster(cluster: Cluster, load: ScrapeLoad, warmScrapes: number): Promise<LoadedCosts> {
  const contender = { target: telamonTarget(cluster.ofRole('distributor')[0]!.url('metrics')), usage: () => cluster.usage() };
  const idle = roleCosts(cluster);
  await sendLoad(contender, load, { from: 0, to: warmScrapes });
  const warm = roleCosts(cluster);
  await sendLoad(contender, load, { from: warmScrapes, to: load.size.scrapeCount });
  return { idle, warm, loaded: roleCosts(cluster) };
}
