import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, scratchFolder } from '../harness/repository.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { findHelms, renderValueSets, VALUE_SETS } from './helm.ts';
import { containersOf, type KubeContainer, type KubeObject, ofKind, parseObjects } from './kube-object.ts';

const MAIN = join(ROOT, 'services/all/dist/main.js');
const { helm } = findHelms()[0]!;
let rendered: ReadonlyMap<string, readonly KubeObject[]>;

beforeAll(async () => {
  rendered = await renderValueSets(helm);
});

/** The product's containers of a value set by their target. */
function processesOf(objects: readonly KubeObject[]): Map<string, KubeContainer> {
  const containers = ofKind(objects, 'Deployment', 'StatefulSet').flatMap((maker) => containersOf(maker));
  const ours = containers.filter(({ name }) => name === 'telamon');
  return new Map(ours.map((container) => [container.args!.find((arg) => arg.startsWith('--target='))!.slice(9), container]));
}

/** The ConfigMap whose name ends so. */
function configMapOf(objects: readonly KubeObject[], suffix: string): KubeObject {
  return ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name.endsWith(suffix))!;
}

/** The text of a key of that ConfigMap. */
function configText(objects: readonly KubeObject[], suffix: string, key: string): string {
  return configMapOf(objects, suffix).data![key]!;
}

interface Start {
  readonly code: number;
  readonly said: string;
}

/**
 * Starts the product with a container's command line, variables and files, but a data directory that can't be, so that it ends once it
 * has read and checked everything. Files of Secrets are left out: they are read later.
 */
function startOf(container: KubeContainer, objects: readonly KubeObject[], overrides?: string): Promise<Start> {
  const folder = scratchFolder('chart-config');
  for (const part of ['config', 'runtime']) mkdirSync(join(folder, part));
  const config = configText(objects, '-config', 'config.yaml').replaceAll('/etc/telamon/', `${folder}/`);
  writeFileSync(join(folder, 'config/config.yaml'), config);
  writeFileSync(join(folder, 'runtime/overrides.yaml'), overrides ?? configText(objects, '-runtime', 'overrides.yaml'));
  const variables: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    POD_NAME: 'rel-telamon-ingester-0',
    POD_IP: '10.1.2.3',
  };
  for (const { name, value } of container.env ?? []) variables[name] ??= value ?? 'from-a-secret';
  const args = container.args!.map((arg) =>
    arg.replaceAll('/etc/telamon/', `${folder}/`).replaceAll(/\$\((\w+)\)/g, (_, name: string) => variables[name]!),
  );
  const blocker = join(folder, 'file');
  writeFileSync(blocker, '');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...args, `--data-dir=${blocker}/data`],
      { env: variables, timeout: 30_000 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), said: stdout + stderr }),
    );
  });
}

describe.skipIf(helm === undefined)('configuration', () => {
  it.each(VALUE_SETS)('the product takes that of $name, every process its own flags', async ({ name }) => {
    const objects = rendered.get(name)!;
    const processes = processesOf(objects);
    expect(processes.size).toBe(name === 'v1-single' ? 1 : name === 'v2-scalable' ? 3 : 6);
    // Of one set all, because a start costs half a second of CPU; the others differ by the file that all processes share.
    const tried = name === 'v3-zones' ? [...processes] : [...processes].filter(([target]) => /ingester|all/.test(target));
    for (const [target, container] of tried) {
      const { code, said } = await startOf(container, objects);
      expect(said, `${target}: ${said}`).not.toMatch(/The configuration has|level=warn|unknown|"level":"warn"/);
      // It came as far as the data directory.
      expect({ code, isDataDir: /cannot start.*ENOTDIR|ENOTDIR.*cannot start/s.test(said) }, `${target}: ${said}`).toEqual({
        code: 1,
        isDataDir: true,
      });
    }
  });

  it('would not pass with a key or a flag that the product does not know', async () => {
    const objects = parseObjects(await helm!.render({ values: { config: { limits: { ingestion_rte: 1 } } } }));
    const said = await startOf(processesOf(objects).get('ingester')!, objects);
    expect(said.said).toContain('unknown key limits.ingestion_rte');
    const flagged = parseObjects(await helm!.render({ values: { ingester: { extraArgs: ['--ring.zoen=a'] } } }));
    expect((await startOf(processesOf(flagged).get('ingester')!, flagged)).said).toContain('ring.zoen');
  });

  it('says what the values say', () => {
    const config = parse(configText(rendered.get('v2-scalable')!, '-config', 'config.yaml')) as Record<string, unknown>;
    expect(config).toMatchObject({
      multitenancy_enabled: true,
      http: { listen_address: '0.0.0.0' },
      admin: { listen_address: '127.0.0.1' },
      grpc: { listen_address: '0.0.0.0', listen_port: 9095 },
      ring: { store: 'nats', cluster: 'prod-a', replication_factor: 3, zone_awareness_enabled: false },
      nats: {
        url: ['tls://nats-0.nats.infra:4222', 'tls://nats-1.nats.infra:4222'],
        replicas: 3,
        credentials_file: '/etc/telamon/nats-credentials/user.creds',
        tls_ca_file: '/etc/telamon/nats-tls/ca.crt',
      },
      limits: { compactor_blocks_retention_period: '90d', ingestion_rate: 10000 },
      blocks_storage: {
        backend: 's3',
        storage_prefix: 'prod',
        s3: {
          bucket_name: 'acme-metrics',
          endpoint: 's3.example.com',
          insecure: false,
          sse: { type: 'SSE-KMS', kms_key_id: 'key-1' },
        },
      },
    });
    const alone = parse(configText(rendered.get('v1-single')!, '-config', 'config.yaml')) as Record<string, unknown>;
    expect(alone).toMatchObject({
      ring: { store: 'inprocess', replication_factor: 1 },
      blocks_storage: { backend: 'filesystem' },
    });
    expect(alone).not.toHaveProperty('nats');
    const zones = parse(configText(rendered.get('v3-zones')!, '-config', 'config.yaml')) as Record<string, unknown>;
    expect(zones).toMatchObject({ ring: { zone_awareness_enabled: true }, nats: { replicas: 3 } });
  });

  it('names a cluster that fits, however long namespace and release are', async () => {
    for (const [release, namespace] of [
      ['a'.repeat(53), 'b'.repeat(63)],
      ['rel.v1', 'ns'],
    ] as const) {
      const objects = parseObjects(await helm!.render({ release, namespace }));
      const { ring } = parse(configText(objects, '-config', 'config.yaml')) as { ring: { cluster: string } };
      expect(ring.cluster).toMatch(/^[A-Za-z0-9_-]{1,40}$/);
    }
  });

  it('merges the user’s over the chart’s, or leaves all to the user', async () => {
    const merged = parseObjects(
      await helm!.render({ values: { config: { ring: { tokens: 128 }, querier: { timeout: '30s' } } } }),
    );
    expect(parse(configText(merged, '-config', 'config.yaml'))).toMatchObject({
      ring: { tokens: 128, store: 'nats' },
      querier: { timeout: '30s' },
    });
    const own = parseObjects(await helm!.render({ values: { existingConfigSecret: 'mine' } }));
    expect(own.some(({ metadata }) => metadata.name === 'rel-telamon-config')).toBe(false);
    const volumes = own.find(({ metadata, kind }) => kind === 'Deployment' && metadata.name === 'rel-telamon-querier')!.spec!
      .template!.spec.volumes!;
    expect(volumes.find(({ name }) => name === 'config')).toEqual({ name: 'config', secret: { secretName: 'mine' } });
  });

  it('the names of options stand in one template', () => {
    const folder = join(ROOT, 'charts/telamon/templates');
    const others = ['_container-telamon.tpl', '_pod.tpl', 'workloads.yaml', 'configmaps.yaml', 'services.yaml'];
    for (const file of others)
      expect(readFileSync(join(folder, file), 'utf8'), file).not.toMatch(/--(ring|nats|grpc|target|config)|TELAMON_[A-Z]/);
  });
});

describe.skipIf(helm === undefined)('a process with what the chart renders', () => {
  let telamon: TelamonProcess;

  beforeAll(async () => {
    // The configuration of one process, with the tenants' limits of another set.
    const folder = scratchFolder('chart-process');
    writeFileSync(join(folder, 'config.yaml'), configText(rendered.get('v1-single')!, '-config', 'config.yaml'));
    const overrides = configText(rendered.get('v3-zones')!, '-runtime', 'overrides.yaml');
    const flags = [
      `--config.file=${join(folder, 'config.yaml')}`,
      '--http.listen-address=127.0.0.1',
      '--ring.min-ready-duration=0s',
    ];
    telamon = await TelamonProcess.start({ name: 'chart-process', isMultitenant: true, overrides, flags });
  });
  afterAll(() => telamon?.stop());

  it('has the limits of the tenants in force', async () => {
    const limitsOf = async (tenant: string): Promise<unknown> =>
      (await fetch(`${telamon.metrics}/api/v1/user_limits`, { headers: { 'X-Scope-OrgID': tenant } })).json();
    expect(await limitsOf('team-a')).toMatchObject({ ingestion_rate: 50000, max_global_series_per_user: 1500000 });
    expect(await limitsOf('team-b')).toMatchObject({ ingestion_rate: 10000, max_global_series_per_user: 150000 });
  });

  it('passes the script of helm test, and fails it where nothing answers', async () => {
    const script = configMapOf(rendered.get('v3-zones')!, 'smoke-test').data!['smoke-test.mjs']!;
    const path = join(scratchFolder('chart-smoke'), 'smoke-test.mjs');
    writeFileSync(path, script);
    const run = (root: string, timeoutSeconds: number): Promise<Start> =>
      new Promise((resolve) => {
        const env = { ROOT_URL: root, TENANT: 'smoke-test', TIMEOUT_SECONDS: String(timeoutSeconds) };
        execFile(process.execPath, [path], { env, timeout: 60_000 }, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? -1), said: stdout + stderr }),
        );
      });
    expect(await run(telamon.metrics, 30)).toMatchObject({ code: 0, said: expect.stringMatching(/^wrote \d+ and read it back/) });
    expect(await run('http://127.0.0.1:1', 0)).toMatchObject({ code: 1, said: expect.stringMatching(/^write failed/) });
  });

  it('knows every target of the chart', async () => {
    const targets = VALUE_SETS.flatMap(({ name }) => [...processesOf(rendered.get(name)!).keys()]).flatMap((target) =>
      target.split(','),
    );
    const { stdout } = await new Promise<{ stdout: string }>((resolve) => {
      const args = [MAIN, '--target=no-such-role', `--data-dir=${scratchFolder('chart-target')}`];
      execFile(process.execPath, args, (_, stdout, stderr) => resolve({ stdout: stdout + stderr }));
    });
    const known = /known targets: ([a-z, -]+)/.exec(stdout)?.[1]?.split(', ') ?? [];
    expect([...new Set(targets)].filter((target) => !known.includes(target))).toEqual([]);
  });
});
