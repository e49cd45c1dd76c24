import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../harness/repository.ts';
import { ask, pushSeries, telamonTarget } from '../harness/telamon-client.ts';
import { findTool } from '../harness/test-tool.ts';
import { waitUntil } from '../harness/wait-until.ts';

const exec = promisify(execFile);
const TAG = 'telamon:test';
/** Third parties' images that only watch are left out. */
const NOT_STARTED = ['prometheus', 'grafana'];
const docker = findTool('docker');
const isAsked = process.env['TELAMON_TEST_IMAGE'] === '1';
const missing = docker.reason ?? (isAsked ? undefined : 'TELAMON_TEST_IMAGE=1 is not set');
const NETWORK = 'telamon-test_default';

async function run(args: readonly string[], timeoutMs = 60_000): Promise<string> {
  const env = { ...process.env, DOCKER_BUILDKIT: '1', TELAMON_IMAGE: TAG };
  const { stdout, stderr } = await exec(docker.path!, [...args], { timeout: timeoutMs, env, cwd: ROOT });
  return stdout + stderr;
}

function titleOf(what: string, reason: string | undefined): string {
  return reason === undefined ? what : `${what} (${reason})`;
}

function hasCompose(): boolean {
  if (docker.path === undefined) return false;
  try {
    execFileSync(docker.path, ['compose', 'version'], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** The engine's proxy may take a connection and keep it before the process listens. */
async function isReady(base: string): Promise<boolean> {
  return (await fetch(`${base}/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
}

async function write(base: string, value: number, timeMs = Date.now()): Promise<true> {
  const labels = [['__name__', 'image_test']] as const;
  await pushSeries(telamonTarget(base), [{ labels, samples: [[timeMs, value]] }]);
  return true;
}

async function read(base: string): Promise<string | undefined> {
  const { data } = await ask(telamonTarget(base), 'query', { query: 'sum(sum_over_time(image_test[1h]))' });
  return data.result[0]?.value?.[1];
}

beforeAll(async () => {
  if (missing === undefined) await run(['build', '--quiet', '--file', 'deploy/Dockerfile', '--tag', TAG, '.'], 800_000);
}, 900_000);

describe.skipIf(missing !== undefined)(titleOf('the image', missing), () => {
  const name = `telamon-test-${process.pid}`;

  afterAll(async () => {
    await run(['rm', '--force', '--volumes', name]).catch(() => undefined);
    await run(['volume', 'rm', name]).catch(() => undefined);
  });

  it('says what it is', async () => {
    expect(await run(['run', '--rm', '--read-only', '--tmpfs', '/tmp', TAG, '--version'])).toMatch(/^telamon \d/);
  });

  it('runs as one process without root on a read-only file system, and keeps samples over a stop', {
    timeout: 120_000,
  }, async () => {
    const port = ['--publish', '127.0.0.1::9009'];
    await run(['run', '--detach', '--name', name, '--read-only', '--tmpfs', '/tmp', '--volume', `${name}:/data`, ...port, TAG]);
    const baseOf = async (): Promise<string> => `http://${(await run(['port', name, '9009/tcp'])).trim().split('\n')[0]!}`;
    let base = await baseOf();
    await waitUntil('the process', () => isReady(base));
    await write(base, 42);
    expect(await read(base)).toBe('42');
    await run(['stop', '--time', '30', name]);
    expect((await run(['inspect', name, '--format', '{{.State.ExitCode}} {{.Config.User}}'])).trim()).toBe('0 10001:10001');
    await run(['start', name]);
    base = await baseOf();
    await waitUntil('the process again', () => isReady(base));
    expect(await read(base)).toBe('42');
    expect(await run(['logs', name])).not.toMatch(/level=(warn|error)/);
  });
});

const missingForCompose = missing ?? (hasCompose() ? undefined : 'no docker compose');

describe.skipIf(missingForCompose !== undefined)(titleOf('the compose file', missingForCompose), () => {
  const GATEWAY = 'http://127.0.0.1:8080';
  const FILLER = `telamon-test-filler-${process.pid}`;
  const compose = (args: readonly string[], timeoutMs?: number): Promise<string> =>
    run(['compose', '--project-name', 'telamon-test', '--file', 'deploy/compose.yaml', ...args], timeoutMs);

  afterAll(async () => {
    await run(['rm', '--force', FILLER]).catch(() => undefined);
    await compose(['down', '--volumes', '--timeout', '20'], 120_000).catch(() => undefined);
  }, 150_000);

  it('starts every role, takes a sample and gives it back', { timeout: 300_000 }, async () => {
    const services = (await compose(['config', '--services'])).trim().split('\n');
    const started = services.filter((service) => !NOT_STARTED.includes(service));
    expect(started).toContain('gateway');
    await compose(['up', '--detach', '--wait', '--wait-timeout', '200', ...started], 250_000);
    await waitUntil('the gateway', () => isReady(GATEWAY));
    await write(GATEWAY, 1);
    await waitUntil('the sample', async () => (await read(GATEWAY)) === '1');
  });

  it('follows a distributor that is made again with another address', { timeout: 180_000 }, async () => {
    await compose(['rm', '--stop', '--force', 'distributor']);
    // Takes the address that has become free.
    await run(['run', '--detach', '--name', FILLER, '--network', NETWORK, '--entrypoint', 'sleep', TAG, '600']);
    await compose(['up', '--detach', '--wait', '--wait-timeout', '100', 'distributor'], 120_000);
    // Sent again after a refusal it must be the same sample.
    const timeMs = Date.now();
    await waitUntil('a write', () => write(GATEWAY, 2, timeMs));
    await waitUntil('both samples', async () => (await read(GATEWAY)) === '3');
  });

  it('ships blocks to MinIO, and answers when an ingester and NATS are killed', { timeout: 180_000 }, async () => {
    const flush = "fetch('http://127.0.0.1:9096/ingester/flush',{method:'POST'}).then((r)=>process.exit(r.status===204?0:1))";
    for (const ingester of ['ingester-1', 'ingester-2', 'ingester-3'])
      await compose(['exec', '-T', ingester, 'node', '--eval', flush], 100_000);
    const found = await compose(['exec', '-T', 'minio', 'ls', '-R', '/data/telamon-metrics']);
    expect(found.match(/meta\.json/g)!.length).toBeGreaterThanOrEqual(1);
    await compose(['kill', 'ingester-2', 'nats']);
    await waitUntil('the answer', async () => (await read(GATEWAY)) === '3');
    await compose(['up', '--detach', '--wait', '--wait-timeout', '100', 'nats', 'ingester-2'], 120_000);
    await write(GATEWAY, 4);
    await waitUntil('all samples', async () => (await read(GATEWAY)) === '7');
  });
});
