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
  close(): Promise<void>;
}

/** Starts it; `values` are merged over those that point the gateway to the servers. Needs nginx and helm. */
export async function startGateway(nginx: string, helm: Helm, values: { gateway?: object }): Promise<RunningGateway> {
  const distributor = await echoServer('distributor');
  const frontend = await echoServer('query-frontend');
  const otlp = await echoGrpcServer();
  const upstreams = {
    distributor: [addressOf(distributor)],
    distributorOtlpGrpc: [addressOf(otlp)],
    queryFrontend: [addressOf(frontend)],
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
    return (await fetch(`${url}/ready`).catch(() => undefined))?.status === 200;
  });
  return {
    url,
    otlpGrpcUrl: `http://127.0.0.1:${ports[1]}`,
    otlpHttpUrl: `http://127.0.0.1:${ports[2]}`,
    close: async () => {
      await server.end('SIGTERM');
      for (const each of [distributor, frontend, otlp]) each.close();
    },
  };
}

/** Answers every request with its name, the method, the path and the headers that matter. */
async function echoServer(name: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { 'x-scope-orgid': tenant = '', authorization = '' } = request.headers;
    response.setHeader('Content-Type', 'application/json');
    request.resume();
    request.on('end', () =>
      response.end(JSON.stringify({ name, method: request.method, path: request.url, tenant, authorization })),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
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
