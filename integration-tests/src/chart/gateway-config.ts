import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../harness/repository.ts';

/** `host:port` of the servers behind the gateway, as the chart's `gateway.upstreams` has them. */
export interface GatewayUpstreams {
  readonly distributor: readonly string[];
  readonly distributorOtlpGrpc: readonly string[];
  readonly queryFrontend: readonly string[];
}

/** Where a gateway on this machine listens, on the loopback address, and keeps its files. */
export interface GatewayPlaces {
  readonly httpPort: number;
  readonly otlpGrpcPort: number;
  readonly otlpHttpPort: number;
  readonly folder: string;
}

/** A rendered configuration of the gateway, changed so that nginx runs with it on this machine beside others. */
export function localGatewayConfig(rendered: string, { httpPort, otlpGrpcPort, otlpHttpPort, folder }: GatewayPlaces): string {
  return rendered
    .replace('listen 8080', `listen 127.0.0.1:${httpPort}`)
    .replace('listen 4317', `listen 127.0.0.1:${otlpGrpcPort}`)
    .replace('listen 4318', `listen 127.0.0.1:${otlpHttpPort}`)
    .replaceAll('/tmp/', `${folder}/`)
    .replaceAll('/etc/telamon/', `${folder}/`)
    .replace('worker_processes auto', 'worker_processes 1');
}

/**
 * The configuration as the chart renders it for these upstreams, without helm: from deploy/nginx.conf, which a test keeps equal to what
 * helm renders.
 */
export function committedGatewayConfig({ distributor, distributorOtlpGrpc, queryFrontend }: GatewayUpstreams): string {
  const servers = (addresses: readonly string[]): string => addresses.map((address) => `server ${address};`).join('\n    ');
  return readFileSync(join(ROOT, 'deploy', 'nginx.conf'), 'utf8')
    .replace(/^#.*\n/, '')
    .replace('server distributor:9009;', servers(distributor))
    .replace('server distributor:4317;', servers(distributorOtlpGrpc))
    .replace('server query-frontend:9009;', servers(queryFrontend));
}

/** Arguments of nginx for a configuration in a folder; it stays in the foreground and writes there alone. */
export function nginxArgs(folder: string): string[] {
  // As root nginx would give itself a user that may not read a scratch folder.
  return ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf'), '-g', 'daemon off; user root root;'];
}
