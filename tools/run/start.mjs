/** `npm start`: installs and builds what is missing, runs the whole product in one process, prints how to use it. */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build, install, ROOT, say } from './steps.mjs';

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

await install();
if (!(await build())) {
  process.stderr.write('The build failed; see the messages above.\n');
  process.exit(1);
}

const args = process.argv.slice(2);
const dataDir = resolve(ROOT, optionValue(args, 'data-dir') ?? process.env.TELAMON_DATA_DIR ?? 'data');
const main = join(ROOT, 'services', 'all', 'dist', 'main.js');
const own = hasOption(args, 'data-dir') ? [] : [`--data-dir=${dataDir}`];
say('starting');
const spawnedAtMs = Date.now();
const server = spawn(process.execPath, [main, ...own, ...args], { cwd: process.cwd(), stdio: 'inherit' });

// A terminal sends ^C to the whole group and a supervisor only to us, so every signal is passed on once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));

const listeners = await waitForListeners();
if (listeners !== undefined) printGuide(listeners);

/** Value of `--name=value` or `--name value`. */
function optionValue(list, name) {
  const at = list.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  if (at < 0) return undefined;
  return list[at].includes('=') ? list[at].slice(list[at].indexOf('=') + 1) : list[at + 1];
}

function hasOption(list, name) {
  return list.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
}

/** Waits until the server has told its addresses and answers ready; undefined when it does not within the time. */
async function waitForListeners() {
  const path = join(dataDir, 'listeners.json');
  while (Date.now() - spawnedAtMs < READY_TIMEOUT_MS) {
    const found = readFresh(path);
    if (found !== undefined && (await isReady(found.metrics))) return found;
    await delay(POLL_MS);
  }
  process.stderr.write(`Not ready after ${READY_TIMEOUT_MS / 1000} s; the log above tells why.\n`);
  return undefined;
}

function readFresh(path) {
  try {
    if (statSync(path).mtimeMs < spawnedAtMs - 1000) return undefined;
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function isReady(url) {
  try {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

function printGuide(found) {
  const meaning = {
    metrics: 'Prometheus API, remote write, /metrics',
    'otlp-grpc': 'OTLP, gRPC or HTTP',
    'otlp-http': 'OTLP, HTTP or gRPC',
    admin: 'flush, shutdown, profiles',
  };
  const rows = Object.entries(found).map(
    ([name, url]) => `  ${name.padEnd(10)} ${String(url).padEnd(24)} ${meaning[name] ?? ''}`,
  );
  const otlp = found['otlp-http'] ?? found['otlp-grpc'];
  const sample =
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"hello","gauge":{"dataPoints":[' +
    `{"timeUnixNano":"'$(date +%s)'000000000","asDouble":42}]}}]}]}]}`;
  process.stdout.write(
    `
Telamon is ready (${((Date.now() - spawnedAtMs) / 1000).toFixed(1)} s).

${rows.join('\n')}
  data       ${relative(process.cwd(), dataDir) || '.'}

Push a sample, ask for it, and point a Prometheus here (Grafana: a Prometheus data source at ${found.metrics}/prometheus):

  curl -s ${otlp}/v1/metrics -H 'Content-Type: application/json' -d '${sample}'
  curl -s '${found.metrics}/prometheus/api/v1/query?query=hello'
  echo 'remote_write: [{url: "${found.metrics}/api/v1/push"}]' >> prometheus.yml

`,
  );
}
