import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Helm } from '../chart/helm.ts';
import { one, parseObjects } from '../chart/kube-object.ts';
import { ChildServer, freePort } from '../harness/child-server.ts';
import { exchange } from '../harness/http-exchange.ts';
import { findTool } from '../harness/test-tool.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** What a gateway stands before. */
export interface GatewayUpstreams {
  /** Ports on 127.0.0.1 that lead to distributors. */
  readonly distributors: readonly number[];
  readonly queryFrontends: readonly number[];
}

/** nginx with the configuration that the chart renders, on loopback. */
export class Gateway {
  readonly port: number;
  readonly #server: ChildServer;

  private constructor(port: number, server: ChildServer) {
    this.port = port;
    this.#server = server;
  }

  /** Starts it in a folder of its own; gives the reason when there is no nginx or no helm to render with. */
  static async start(upstreams: GatewayUpstreams, folder: string): Promise<Gateway | string> {
    const nginx = findTool('nginx');
    if (nginx.path === undefined) return `no nginx: ${nginx.reason}`;
    const helm = [findTool('helm4'), findTool('helm3')].find(({ path }) => path !== undefined);
    if (helm?.path === undefined) return 'no helm to render the configuration of nginx';
    const port = await freePort();
    mkdirSync(folder, { recursive: true });
    const conf = join(folder, 'nginx.conf');
    writeFileSync(conf, localized(await renderedConfig(new Helm(helm.name, helm.path), upstreams), port, folder));
    // As root nginx would give itself a user that may not read the folder.
    const user = process.getuid?.() === 0 ? ' user root root;' : '';
    const args = ['-p', folder, '-e', join(folder, 'error.log'), '-c', conf, '-g', `daemon off;${user}`];
    const server = new ChildServer({ program: nginx.path, args, logPath: join(folder, 'log'), isShielded: true });
    await waitUntil('nginx', async () => {
      server.requireRunning();
      return (await exchange({ base: `http://127.0.0.1:${port}`, path: '/ready' })).status === 200;
    });
    return new Gateway(port, server);
  }

  /** Lets what it serves come to its end. */
  async stop(): Promise<void> {
    await this.#server.end('SIGQUIT');
  }

  async kill(): Promise<void> {
    await this.#server.end('SIGTERM');
  }
}

async function renderedConfig(helm: Helm, { distributors, queryFrontends }: GatewayUpstreams): Promise<string> {
  const addresses = (ports: readonly number[]): string[] => ports.map((port) => `127.0.0.1:${port}`);
  const upstreams = { distributor: addresses(distributors), queryFrontend: addresses(queryFrontends) };
  const objects = parseObjects(await helm.render({ values: { gateway: { upstreams } } }));
  return one(objects, 'ConfigMap', 'rel-telamon-gateway').data!['nginx.conf']!;
}

/** The configuration with this machine's port and folder; listeners for OTLP, which nobody uses here, get ports that are free. */
function localized(config: string, port: number, folder: string): string {
  return config
    .replaceAll('/tmp/', `${folder}/`)
    .replace(/listen 8080\b/, `listen 127.0.0.1:${port}`)
    .replace(/listen (4317|4318)\b/g, (_all, otlp: string) => `listen unix:${join(folder, `${otlp}.sock`)}`)
    .replace('worker_processes auto', 'worker_processes 1');
}
