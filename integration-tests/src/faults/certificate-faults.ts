import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Cluster } from '../cluster/cluster.ts';
import { ClusterLoad } from '../cluster/cluster-load.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { complaintsOf, type FaultRow, UNNOTICED } from './fault-row.ts';
import { TestCertificates } from './test-certificates.ts';
import { differencesOf } from './zero-loss.ts';

/** Serial number of the certificate that a member shows to who connects now. */
function shownSerial(cluster: Cluster, name: string, certificates: TestCertificates): Promise<string> {
  const [ca, cert, key] = [certificates.caPath, certificates.certPath, certificates.keyPath].map((path) => readFileSync(path));
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: cluster.proxies.get(name)!.port, ca, cert, key, ALPNProtocols: ['h2'] });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

/** Faults of certificates between members, on a cluster of their own. */
export const CERTIFICATE_FAULTS: readonly FaultRow[] = [
  {
    id: 'F64',
    title: 'the certificates of all members are replaced under load',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      if (!TestCertificates.isPossible()) return rig.say('not run: no openssl to make certificates with');
      const folder = mkdtempSync(join(rig.cluster.folder, 'certificates-'));
      const certificates = new TestCertificates(folder);
      const { caPath, certPath, keyPath } = certificates;
      const cluster = await rig.startAnother([
        `--grpc.tls-ca-file=${caPath}`,
        `--grpc.tls-client-ca-file=${caPath}`,
        `--grpc.tls-cert-file=${certPath}`,
        `--grpc.tls-key-file=${keyPath}`,
      ]);
      try {
        const { writeBase, queryBase } = cluster;
        const load = new ClusterLoad({
          ...{ writeBase, queryBase, folder, tenants: ['f64'], seriesPerTenant: 100, intervalMs: 250, giveUpMs: 60_000 },
        });
        load.start();
        const { report } = load;
        await waitUntil('the load to begin', () => report.acknowledged > 5 && report.rightAnswers > 4);
        const serial = certificates.rotate();
        for (const { name, plan } of cluster.members.values())
          if (plan.role === 'ingester' || plan.role === 'store-gateway')
            await waitUntil(`${name} to show the new certificate`, async () => {
              return (await shownSerial(cluster, name, certificates)) === serial;
            });
        // Connections begin anew, with the new certificates on both ends.
        const [ingester] = cluster.ofRole('ingester', 'a');
        await ingester!.stop();
        ingester!.start();
        await ingester!.ready();
        const { acknowledged } = report;
        await waitUntil('writes', () => report.acknowledged > acknowledged + 10);
        await load.stop();
        const wrong = [...complaintsOf(report, UNNOTICED), ...(await differencesOf([load]))];
        if (wrong.length > 0) throw new Error(wrong.join('\n'));
      } finally {
        await cluster.dispose();
      }
    },
  },
];
