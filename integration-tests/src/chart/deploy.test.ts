import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, scratchFolder } from '../harness/repository.ts';
import { findChartTool, findHelms } from './helm.ts';
import { one, parseObjects } from './kube-object.ts';

const DEPLOY = join(ROOT, 'deploy');
const { helm } = findHelms()[0]!;
const promtool = findChartTool('promtool');

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly read_only?: boolean;
}

const compose = parse(readFileSync(join(DEPLOY, 'compose.yaml'), 'utf8'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
  volumes: Readonly<Record<string, unknown>>;
};
const roles = Object.entries(compose.services).filter(([, { image }]) => image.includes('telamon'));

describe('compose', () => {
  it('runs every role, and three ingesters for the three copies', () => {
    const targets = roles.map(([, { command }]) => command!.find((arg) => arg.startsWith('--target='))!.slice(9));
    expect(targets.sort()).toEqual(
      ['compactor', 'distributor', 'ingester', 'ingester', 'ingester', 'querier', 'query-frontend', 'store-gateway'].sort(),
    );
    for (const [name, { read_only }] of roles) expect(read_only, name).toBe(true);
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(['gateway', 'nats', 'minio', 'prometheus', 'grafana']));
  });

  it('mounts files and volumes that are there, depends on services that are there, and opens loopback only', () => {
    for (const [name, { volumes = [], ports = [], depends_on = [], image }] of Object.entries(compose.services)) {
      for (const volume of volumes) {
        const source = volume.split(':')[0]!;
        if (source.startsWith('.')) expect(existsSync(join(DEPLOY, source)), `${name}: ${source}`).toBe(true);
        else expect(Object.keys(compose.volumes), name).toContain(source);
      }
      for (const other of Array.isArray(depends_on) ? depends_on : Object.keys(depends_on))
        expect(Object.keys(compose.services), name).toContain(other);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      expect(image, name).toMatch(/:[^:/]*\d[^:/]*$/);
    }
  });

  it('its configuration is one that the product takes, for every role', async () => {
    const blocker = join(scratchFolder('deploy-config'), 'file');
    writeFileSync(blocker, '');
    for (const [name, { command, environment }] of roles) {
      if (/-[23]$/.test(name)) continue;
      const args = [join(ROOT, 'services/all/dist/main.js'), ...command!, `--config.file=${join(DEPLOY, 'telamon.yaml')}`];
      const said = await new Promise<string>((resolve) => {
        const env = { PATH: process.env['PATH'] ?? '', ...environment };
        execFile(process.execPath, [...args, `--data-dir=${blocker}/data`], { env, timeout: 30_000 }, (_, out, err) =>
          resolve(out + err),
        );
      });
      expect(said, name).not.toMatch(/The configuration has|level=warn/);
      // It came as far as the data directory.
      expect(said, name).toMatch(/ENOTDIR/);
    }
  });

  it.skipIf(helm === undefined)('its gateway is the chart’s; UPDATE_GOLDEN=1 writes it', async () => {
    const upstreams = {
      distributor: ['distributor:9009'],
      distributorOtlpGrpc: ['distributor:4317'],
      queryFrontend: ['query-frontend:9009'],
      resolve: true,
    };
    const objects = parseObjects(await helm!.render({ values: { gateway: { upstreams } } }));
    const path = join(DEPLOY, 'nginx.conf');
    const text = `# Rendered from charts/telamon/templates/_nginx.tpl; do not edit.\n${one(objects, 'ConfigMap', 'rel-telamon-gateway').data!['nginx.conf']!}`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.skipIf(promtool.path === undefined)('its Prometheus scrapes every role and writes to the gateway', () => {
    const text = readFileSync(join(DEPLOY, 'prometheus.yml'), 'utf8');
    const folder = scratchFolder('deploy-prometheus');
    const rules = join(folder, 'alerts.yaml');
    writeFileSync(rules, readFileSync(join(ROOT, 'charts/telamon/files/alerts.yaml')));
    writeFileSync(join(folder, 'prometheus.yml'), text.replace('/etc/prometheus/alerts.yaml', rules));
    expect(execFileSync(promtool.path!, ['check', 'config', join(folder, 'prometheus.yml')]).toString()).toContain('SUCCESS');
    for (const [name] of roles) expect(text).toContain(`"${name}:9009"`);
    expect((parse(text) as { remote_write: { url: string }[] }).remote_write[0]!.url).toBe('http://gateway:8080/api/v1/push');
  });

  it('its Grafana asks the gateway and has the chart’s dashboards', () => {
    const source = parse(readFileSync(join(DEPLOY, 'grafana/datasources/telamon.yaml'), 'utf8')) as { datasources: object[] };
    expect(source.datasources[0]).toMatchObject({
      type: 'prometheus',
      url: 'http://gateway:8080/prometheus',
      jsonData: { prometheusType: 'Mimir' },
    });
    const provider = parse(readFileSync(join(DEPLOY, 'grafana/dashboards/telamon.yaml'), 'utf8')) as {
      providers: { options: { path: string } }[];
    };
    const mounts = compose.services['grafana']!.volumes!.map((volume) => volume.split(':')[1]);
    expect(mounts).toContain(provider.providers[0]!.options.path);
  });
});

describe('image', () => {
  const dockerfile = readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8');

  it('runs without root, from the folder and with the paths that the chart expects', () => {
    expect(dockerfile).toMatch(/^USER 10001:10001$/m);
    expect(dockerfile).toMatch(/^WORKDIR \/app$/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["node", "services\/all\/dist\/main\.js"\]$/m);
    expect(dockerfile).not.toMatch(/:latest/);
    expect(dockerfile.match(/^FROM /gm)).toHaveLength(2);
    expect(dockerfile).not.toMatch(/TELAMON_ADMIN/);
  });
});
