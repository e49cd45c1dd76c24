import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ChildServer, freePort } from '../harness/child-server.ts';
import { scratchFolder } from '../harness/repository.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { localGatewayConfig, nginxArgs } from './gateway-config.ts';
import type { Helm } from './helm.ts';
import { one, parseObjects } from './kube-object.ts';

/** A running nginx with the gateway's rendered configuration, in front of servers that say who they are and what they got. */
export interface RunningGateway {
  /** Root URL of writes and queries. */
  readonly url: string;
  readonly otlpHttpUrl: string;
  readonly otlpGrpcUrl: string;
  /** Two, which take turns. */
  readonly distributors: readonly StandIn[];
  readonly frontend: StandIn;
  close(): Promise<void>;
}

/** A server that says what it got, unless it is told to answer otherwise. */
export interface StandIn {
  /** Bodies that came, in order; of requests that it answered either way. */
  readonly bodies: Buffer[];
  /** What it answers from now on; `hang-up`: nothing, the connection ends. */
  answer: { readonly status: number; readonly text: string } | 'hang-up' | undefined;
  /** Ends it: connections are refused from then on. */
  close(): void;
  readonly address: string;
}

/** Starts it; `values` are merged over those that point the gateway to the servers. Needs nginx and helm. */
export async function startGateway(nginx: string, helm: Helm, values: { gateway?: object }): Promise<RunningGateway> {
  const distributors = [await standIn('distributor'), await standIn('distributor')];
  const frontend = await standIn('query-frontend');
  const otlp = await echoGrpcServer();
  const upstreams = {
    distributor: distributors.map(({ address }) => address),
    distributorOtlpGrpc: [addressOf(otlp)],
    queryFrontend: [frontend.address],
  };
  const objects = parseObjects(await helm.render({ values: { ...values, gateway: { ...values.gateway, upstreams } } }));
  const ports = [await freePort(), await freePort(), await freePort()];
  const folder = scratchFolder('chart-gateway');
  mkdirSync(join(folder, 'htpasswd'));
  // secret, as `openssl passwd` and htpasswd -s write it.
  writeFileSync(join(folder, 'htpasswd/.htpasswd'), 'team-a:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n');
  const rendered = one(objects, 'ConfigMap', 'rel-telamon-gateway').data!['nginx.conf']!;
  const [httpPort, otlpGrpcPort, otlpHttpPort] = ports as [number, number, number];
  writeFileSync(join(folder, 'nginx.conf'), localGatewayConfig(rendered, { httpPort, otlpGrpcPort, otlpHttpPort, folder }));
  const server = new ChildServer({ program: nginx, args: nginxArgs(folder), logPath: join(folder, 'log') });
  const url = `http://127.0.0.1:${ports[0]}`;
  await waitUntil('nginx answers', async () => {
    server.requireRunning();
    return (await fetch(`${url}/live`).catch(() => undefined))?.status === 200;
  });
  return {
    url,
    otlpGrpcUrl: `http://127.0.0.1:${ports[1]}`,
    otlpHttpUrl: `http://127.0.0.1:${ports[2]}`,
    distributors,
    frontend,
    close: async () => {
      await server.end('SIGTERM');
      for (const each of [...distributors, frontend, otlp]) each.close();
    },
  };
}

/** Answers every request with its name, the method, the path and the headers that matter. */
async function standIn(name: string): Promise<StandIn> {
  const server = createServer((request, response) => {
    const { 'x-scope-orgid': tenant = '', authorization = '' } = request.headers;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { answer } = self;
      self.bodies.push(Buffer.concat(parts));
      if (answer === 'hang-up') request.socket.destroy();
      else if (answer !== undefined) response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.text);
      else {
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ name, method: request.method, path: request.url, tenant, authorization }));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const self: StandIn = {
    bodies: [],
    answer: undefined,
    address: addressOf(server),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return self;
}

/** Answers a gRPC call with status 0 and the tenant in a trailer. */
async function echoGrpcServer(): Promise<Http2Server> {
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () =>
      stream.sendTrailers({
        'grpc-status': '0',
        'x-path': String(headers[':path']),
        'x-tenant': String(headers['x-scope-orgid'] ?? ''),
      }),
    );
    stream.resume();
    stream.end(Buffer.alloc(5));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function addressOf(server: Server | Http2Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
