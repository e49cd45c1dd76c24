import { join } from 'node:path';

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

/** Arguments of nginx for a configuration in a folder; it stays in the foreground and writes there alone. */
export function nginxArgs(folder: string): string[] {
  // As root nginx would give itself a user that may not read a scratch folder.
  return ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf'), '-g', 'daemon off; user root root;'];
}
