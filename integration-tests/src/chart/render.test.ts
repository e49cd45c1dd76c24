import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, scratchFolder } from '../harness/repository.ts';
import { CHART, findHelms, VALUE_SETS } from './helm.ts';
import { idOf, parseObjects } from './kube-object.ts';

const GOLDEN = join(ROOT, 'integration-tests/src/chart/testdata/golden');
const [helm4, helm3] = findHelms();

for (const { name, helm } of [helm4!, helm3!]) {
  describe.skipIf(helm === undefined)(`chart with ${name}`, () => {
    it.each(VALUE_SETS)('lints $name strictly, without a warning', async ({ file }) => {
      const { code, stdout, stderr } = await helm!.run(['lint', '--strict', CHART, '--values', file]);
      expect({ code, stderr: stderr.trim() }, stdout).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
    });

    it.each(VALUE_SETS)('renders $name twice to the same bytes, without a word on stderr, in less than 3 s', async ({ file }) => {
      const startedAtMs = performance.now();
      const first = await helm!.tryRender({ files: [file] });
      expect(performance.now() - startedAtMs).toBeLessThan(3000);
      expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
      expect(await helm!.render({ files: [file] })).toBe(first.stdout);
    });

    it('renders a packaged chart as it renders the folder', async () => {
      const folder = scratchFolder('chart-package');
      const { code, stderr } = await helm!.run(['package', CHART, '--destination', folder]);
      expect(code, stderr).toBe(0);
      const version = /^version: (.*)$/m.exec(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'))?.[1];
      const archive = join(folder, `telamon-${version}.tgz`);
      const listed = execFileSync('tar', ['-tzf', archive]).toString();
      expect(listed).toContain('telamon/values.schema.json');
      expect(listed).not.toContain('telamon/ci/');
      for (const { file } of VALUE_SETS)
        expect(await helm!.render({ chart: archive, files: [file] })).toBe(await helm!.render({ files: [file] }));
    });
  });
}

describe.skipIf(helm4!.helm === undefined || helm3!.helm === undefined)('chart with both helms', () => {
  it.each(VALUE_SETS)('renders the same objects of $name', async ({ file }) => {
    const [by4, by3] = await Promise.all([helm4!, helm3!].map(({ helm }) => helm!.render({ files: [file] })));
    const byId = (text: string): Record<string, unknown> => Object.fromEntries(parseObjects(text).map((o) => [idOf(o), o]));
    expect(byId(by3!)).toEqual(byId(by4!));
  });
});

describe.skipIf(helm4!.helm === undefined)('golden manifests', () => {
  it.each(VALUE_SETS)('$name is as reviewed; UPDATE_GOLDEN=1 writes a new one', async ({ name, file }) => {
    const path = join(GOLDEN, `${name}.yaml`);
    const text = await helm4!.helm!.render({ files: [file], release: 'telamon', namespace: 'telamon' });
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(path, text);
    }
    expect(existsSync(path), `${path} is missing`).toBe(true);
    expect(text).toBe(readFileSync(path, 'utf8'));
  });
});

describe.skipIf(helm4!.helm === undefined)('notes', () => {
  const notesOf = async (args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await helm4!.helm!.run([
      'install',
      'rel',
      CHART,
      '--namespace',
      'ns',
      '--dry-run=client',
      ...args,
    ]);
    expect(code, stderr).toBe(0);
    return stdout.slice(stdout.indexOf('\nNOTES:'));
  };

  it('name the address of each way in and warn of what to replace', async () => {
    const notes = await notesOf([]);
    for (const text of [
      'http://rel-telamon-gateway.ns.svc.cluster.local:8080/api/v1/push',
      'rel-telamon-gateway.ns.svc.cluster.local:4317',
      'http://rel-telamon-gateway.ns.svc.cluster.local:8080/otlp/v1/metrics',
      'http://rel-telamon-gateway.ns.svc.cluster.local:8080/prometheus ',
      'helm test rel --namespace ns',
      'development MinIO',
      'bundled NATS',
    ])
      expect(notes).toContain(text);
  });

  it('name the hosts of Ingress and HTTPRoute, and no address that is off', async () => {
    const notes = await notesOf(['--values', VALUE_SETS[4]!.file]);
    expect(notes).toContain('https://metrics.example.com/');
    expect(notes).toMatch(/HTTPRoute +metrics\.example\.com/);
    expect(notes).not.toContain('asks nobody');
    expect(await notesOf(['--set', 'gateway.enabled=false'])).not.toMatch(/-gateway|helm test/);
  });

  it('warn of one copy, of a way in without a password, and of missing policies', async () => {
    expect(await notesOf(['--values', VALUE_SETS[3]!.file])).toContain('the loss of one ingester loses');
    expect(await notesOf(['--set', 'gateway.service.type=LoadBalancer'])).toContain('asks nobody who they are');
    expect(await notesOf(['--set', 'networkPolicy.enabled=false'])).toContain('without network policies');
    expect(await notesOf(['--set', 'mode=single'])).not.toContain('MinIO');
  });
});

it('schema and table of values are in sync with values.yaml', () => {
  const run = (): unknown =>
    execFileSync(process.execPath, [join(ROOT, 'charts/generate.mjs'), '--check'], { stdio: ['ignore', 'ignore', 'pipe'] });
  expect(run).not.toThrow();
});
