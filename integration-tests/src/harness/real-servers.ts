import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChildServer, freePort, type Usage } from './child-server.ts';
import { exchange } from './http-exchange.ts';
import { scratchFolder } from './repository.ts';
import { waitUntil } from './wait-until.ts';

/** A real server on a port of its own with a scratch folder. */
export class RealServer {
  /** `http://127.0.0.1:port`. */
  readonly base: string;
  readonly folder: string;
  readonly #server: ChildServer;

  constructor(base: string, folder: string, server: ChildServer) {
    this.base = base;
    this.folder = folder;
    this.#server = server;
  }

  /** Waits until `path` is answered with 200 by a process that is still ours. */
  async ready(path: string): Promise<this> {
    const attempt = async (): Promise<boolean> => {
      this.#server.requireRunning();
      return (await exchange({ base: this.base, path, timeoutMs: 2000 })).status === 200;
    };
    await waitUntil(`${this.base}${path}`, attempt, { timeoutMs: 60_000 });
    this.#server.requireRunning();
    return this;
  }

  usage(): Usage {
    return this.#server.usage();
  }

  logTail(): string {
    return this.#server.logTail();
  }

  /** Ends it in order, so that it writes what it holds; the folder stays. */
  async stop(): Promise<void> {
    await this.#server.end('SIGTERM');
  }

  /** Ends it at once and removes its folder. */
  async dispose(): Promise<void> {
    await this.#server.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Starts Prometheus with a configuration (YAML) and more flags; receiving remote write is on. */
export async function startPrometheus(program: string, config: string, flags: readonly string[] = []): Promise<RealServer> {
  const folder = scratchFolder('prometheus');
  const port = await freePort();
  writeFileSync(join(folder, 'prometheus.yml'), config.replaceAll('SELF', `127.0.0.1:${port}`));
  const own = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-remote-write-receiver',
    '--web.enable-admin-api',
  ];
  const server = new ChildServer({ program, args: [...own, ...flags], logPath: join(folder, 'log'), cwd: folder });
  return await new RealServer(`http://127.0.0.1:${port}`, folder, server).ready('/-/ready');
}

/** Starts a node-exporter. */
export async function startNodeExporter(program: string): Promise<RealServer> {
  const folder = scratchFolder('node-exporter');
  const port = await freePort();
  const server = new ChildServer({
    program,
    args: [`--web.listen-address=127.0.0.1:${port}`],
    logPath: join(folder, 'log'),
    cwd: folder,
  });
  return await new RealServer(`http://127.0.0.1:${port}`, folder, server).ready('/metrics');
}

/** Starts a single VictoriaMetrics that keeps data of any age. */
export async function startVictoriaMetrics(program: string): Promise<RealServer> {
  const folder = scratchFolder('victoria-metrics');
  const port = await freePort();
  const args = [
    `-httpListenAddr=127.0.0.1:${port}`,
    `-storageDataPath=${join(folder, 'data')}`,
    '-retentionPeriod=100y',
    '-search.latencyOffset=0',
  ];
  const server = new ChildServer({ program, args, logPath: join(folder, 'log'), cwd: folder });
  return await new RealServer(`http://127.0.0.1:${port}`, folder, server).ready('/health');
}

/** An access key of the S3 server. */
export interface S3Key {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Credentials of the S3 server. */
export const S3_CREDENTIALS: S3Key = { accessKey: 'telamon-test', secretKey: 'telamon-test-secret' };

/** Others that it takes as well, to change to. */
export const S3_NEXT_CREDENTIALS: S3Key = { accessKey: 'telamon-next', secretKey: 'telamon-next-secret' };

/** Starts SeaweedFS with its S3 face; its base is the S3 endpoint. */
export async function startSeaweedFs(program: string): Promise<RealServer> {
  const folder = scratchFolder('seaweedfs');
  const identities = join(folder, 'ids.json');
  const credentials = [S3_CREDENTIALS, S3_NEXT_CREDENTIALS];
  writeFileSync(
    identities,
    JSON.stringify({ identities: [{ name: 'test', credentials, actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'] }] }),
  );
  mkdirSync(join(folder, 'data'));
  const ports: number[] = [];
  for (let i = 0; i < 8; i++) ports.push(await freePort());
  const args = [
    '-v=-1',
    'server',
    `-dir=${join(folder, 'data')}`,
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    '-master.telemetry=false',
    ...['master', 'volume', 'filer', 's3'].flatMap((part, index) => [
      `-${part}.port=${ports[index * 2]}`,
      `-${part}.port.grpc=${ports[index * 2 + 1]}`,
    ]),
    '-s3',
    `-s3.config=${identities}`,
    '-s3.port.iceberg=0',
    '-s3.port.lance=0',
    '-s3.iam=false',
    '-volume.max=20',
    '-master.volumeSizeLimitMB=128',
  ];
  const server = new ChildServer({ program, args, logPath: join(folder, 'log'), cwd: folder });
  return await new RealServer(`http://127.0.0.1:${ports[6]}`, folder, server).ready('/healthz');
}
