import { Cluster } from '../cluster/cluster.ts';
import { SMALL_LAYOUT } from '../cluster/cluster-layout.ts';
import { findTool } from '../harness/test-tool.ts';

/** The roles of {@link startBenchCluster}. */
export const ROLES: readonly string[] = ['distributor', 'ingester', 'querier', 'query-frontend', 'store-gateway', 'compactor'];

/** So often blocks of the bucket become known, so that a measurement need not wait for minutes. */
const LOOK = '2s';

/**
 * One process of each role and an ingester in each of three zones, so that each of these holds everything; no proxy in between. Ends this
 * process when a server that it needs can't be had.
 */
export async function startBenchCluster(): Promise<Cluster> {
  const [nats, seaweed] = [findTool('nats-server'), findTool('seaweedfs')];
  if (nats.path === undefined || seaweed.path === undefined) {
    process.stderr.write(`nats-server: ${nats.reason ?? 'found'}; SeaweedFS: ${seaweed.reason ?? 'found'}\n`);
    process.exit(1);
  }
  return await Cluster.start({
    name: 'bench',
    natsProgram: nats.path,
    seaweedProgram: seaweed.path,
    isDirect: true,
    layout: SMALL_LAYOUT,
    flags: [
      '--ring.zone-awareness-enabled=true',
      '--ring.min-ready-duration=0s',
      '--blocks-storage.bucket-store.ignore-deletion-marks-while-querying-delay=5s',
      // As it is after hours: who has shipped a block and sees it in every index no longer reads it.
      '--blocks-storage.tsdb.retention-period=5s',
      `--store-gateway.sync-interval=${LOOK}`,
      `--compactor.cleanup-interval=${LOOK}`,
      `--blocks-storage.bucket-store.bucket-index.refresh-interval=${LOOK}`,
    ],
  });
}
