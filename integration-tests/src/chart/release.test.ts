import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../harness/repository.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { CHART, findHelms, type HelmOutcome } from './helm.ts';
import { containersOf, type KubeObject } from './kube-object.ts';
import type { JobRunner } from './stub-api-server.ts';
import { StubApiServer } from './stub-api-server.ts';

let telamon: TelamonProcess;
beforeAll(async () => {
  telamon = await TelamonProcess.start({ name: 'chart-release', isMultitenant: true });
});
afterAll(() => telamon?.stop());

/** Runs the command of helm test's Job, script and variables as installed, but against a process on this machine. */
const runSmokeTest: JobRunner = async (job, store) => {
  const container = containersOf(job as unknown as KubeObject)[0]!;
  const script = store.get('v1/configmaps', 'ns', job.metadata.name)!['data'] as Record<string, string>;
  const path = join(scratchFolder('chart-job'), 'smoke-test.mjs');
  writeFileSync(path, script['smoke-test.mjs']!);
  const env = Object.fromEntries(container.env!.map(({ name, value }) => [name, value!]));
  expect(container.command).toEqual(['node', '/smoke-test/smoke-test.mjs']);
  expect(env['ROOT_URL']).toBe('http://rel-telamon-gateway.ns.svc.cluster.local:8080');
  return new Promise((resolve) => {
    execFile(process.execPath, [path], { env: { ...env, ROOT_URL: telamon.metrics }, timeout: 60_000 }, (error) =>
      resolve(error === null),
    );
  });
};

for (const { name, helm } of findHelms()) {
  describe.skipIf(helm === undefined)(`a release with ${name}`, () => {
    let api: StubApiServer;
    let runJob: JobRunner = runSmokeTest;
    beforeAll(async () => {
      api = await StubApiServer.start((job, store) => runJob(job, store));
    });
    afterAll(() => api?.close());

    const run = (command: string, ...args: string[]): Promise<HelmOutcome> =>
      helm!.run([command, ...args, '--kube-apiserver', api.url, '--namespace', 'ns']);
    const mustRun = async (command: string, ...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await run(command, ...args);
      expect(code, `${command}: ${stdout}${stderr}`).toBe(0);
      return stdout;
    };
    const live = (resource: string, object: string): KubeObject | undefined =>
      api.store.get(resource, 'ns', object) as unknown as KubeObject | undefined;
    const change = (command: 'install' | 'upgrade', ...args: string[]): [string, ...string[]] => [command, 'rel', CHART, ...args];

    it('installs every object that the chart renders', async () => {
      await mustRun(...change('install'));
      expect(live('apps/v1/statefulsets', 'rel-telamon-ingester')!.spec!.replicas).toBe(3);
      expect(live('apps/v1/deployments', 'rel-telamon-query-frontend')).toBeDefined();
      expect(live('v1/configmaps', 'rel-telamon-runtime')!.metadata.annotations).toMatchObject({
        'telamon/layout': 'distributed',
      });
      // The test's objects wait for helm test.
      expect(live('batch/v1/jobs', 'rel-telamon-smoke-test')).toBeUndefined();
      expect(JSON.parse(await mustRun('list', '--output', 'json'))).toMatchObject([
        { name: 'rel', revision: '1', status: 'deployed' },
      ]);
    });

    it('upgrades in place: what changed changes, restarts included', async () => {
      const checksum = (): string =>
        live('apps/v1/deployments', 'rel-telamon-querier')!.spec!.template!.metadata.annotations!['checksum/config']!;
      const before = { checksum: checksum(), uid: uidOf(live('apps/v1/deployments', 'rel-telamon-querier')) };
      await mustRun(...change('upgrade', '--set', 'querier.replicas=5,log.level=debug,gateway.maxBodySize=7m'));
      const querier = live('apps/v1/deployments', 'rel-telamon-querier')!;
      expect(querier.spec!.replicas).toBe(5);
      expect(uidOf(querier)).toBe(before.uid);
      expect(checksum()).not.toBe(before.checksum);
      expect(live('v1/configmaps', 'rel-telamon-config')!.data!['config.yaml']).toContain('level: debug');
      expect(containersOf(querier)[0]!.args).toContain('--target=querier');
    });

    it('rolls back to what was', async () => {
      await mustRun('rollback', 'rel', '1');
      expect(live('apps/v1/deployments', 'rel-telamon-querier')!.spec!.replicas).toBe(2);
      expect(live('v1/configmaps', 'rel-telamon-config')!.data!['config.yaml']).toContain('level: info');
      const history = JSON.parse(await mustRun('history', 'rel', '--output', 'json')) as { revision: number; status: string }[];
      expect(history.map(({ revision, status }) => [revision, status])).toEqual([
        [1, 'superseded'],
        [2, 'superseded'],
        [3, 'deployed'],
      ]);
    });

    it('helm test runs the Job, and says when it fails', { timeout: 120_000 }, async () => {
      expect(await mustRun('test', 'rel', '--timeout', '60s')).toMatch(/Phase: +Succeeded/);
      expect(live('batch/v1/jobs', 'rel-telamon-smoke-test')).toBeUndefined();
      runJob = async () => false;
      const { code, stdout } = await run('test', 'rel', '--timeout', '20s');
      expect(code).not.toBe(0);
      expect(stdout).toMatch(/Phase: +Failed/);
    });

    it('refuses another mode until that is said to be wanted', async () => {
      const { code, stderr } = await run(...change('upgrade', '--set', 'zoneAware.enabled=true,storeGateway.replicas=3'));
      expect(code).not.toBe(0);
      expect(stderr).toContain('the release runs as distributed and would become distributed-zones');
      expect(live('apps/v1/statefulsets', 'rel-telamon-ingester')).toBeDefined();
      await mustRun(...change('upgrade', '--set', 'zoneAware.enabled=true,storeGateway.replicas=3,allowLayoutChange=true'));
      expect(live('apps/v1/statefulsets', 'rel-telamon-ingester')).toBeUndefined();
      expect(live('apps/v1/statefulsets', 'rel-telamon-ingester-zone-c')!.spec!.replicas).toBe(1);
      // From then on the new one is what runs.
      await mustRun(...change('upgrade', '--set', 'zoneAware.enabled=true,storeGateway.replicas=3'));
    });

    it('uninstalls everything', async () => {
      await mustRun('uninstall', 'rel');
      const resources = ['apps/v1/deployments', 'apps/v1/statefulsets', 'v1/services', 'v1/configmaps', 'v1/secrets'];
      const left = resources.flatMap((resource) => api.store.list({ resource, namespace: 'ns' }));
      // Of the test that failed something may stay for a look; the next test removes it.
      expect(left.map(({ metadata }) => metadata.name).filter((each) => each !== 'rel-telamon-smoke-test')).toEqual([]);
    });
  });
}

function uidOf(object: KubeObject | undefined): unknown {
  return (object?.metadata as unknown as Record<string, unknown>)?.['uid'];
}
