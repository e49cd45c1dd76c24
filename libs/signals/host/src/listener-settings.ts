import { Regexp } from '@telamon/algo';
import type { LoadedConfig } from '@telamon/config';
import { corsPolicy, createHttpObserver, type HttpListenerOptions, ListenerSecurity } from '@telamon/rpc';
import type { MetricRegistry, RootLogger } from '@telamon/telemetry';
import { Cluster } from './cluster.ts';
import type { ListenerName } from './listeners.ts';
import { ADMIN, HTTP, OTLP, PROCESS, TENANT_FEDERATION } from './options.ts';

/** How long a member of a cluster that stops still takes what proxies have just sent, ms. */
const LAME_DUCK_MS = 1000;

/** How each listener is made, from the options. TelamonError when the web-config file is wrong. */
export async function listenerSettings(
  config: LoadedConfig,
  logger: RootLogger,
  registry: MetricRegistry,
): Promise<(name: ListenerName) => HttpListenerOptions> {
  const http = config.of(HTTP);
  const otlp = config.of(OTLP);
  const admin = config.of(ADMIN);
  const log = logger.child('listener');
  const security = http.webConfigFile === '' ? undefined : await ListenerSecurity.load({ file: http.webConfigFile, log });
  const shared = {
    tenants: {
      isMultitenant: config.of(PROCESS).multitenancyEnabled,
      isFederated: config.of(TENANT_FEDERATION).enabled,
      maxTenants: config.of(TENANT_FEDERATION).maxTenants,
    },
    log,
    security,
    observer: createHttpObserver(registry),
    limits: {
      maxConnections: http.maxConnections,
      headersTimeoutMs: http.readHeaderTimeoutMs,
      requestTimeoutMs: http.readTimeoutMs,
      socketIdleTimeoutMs: http.socketIdleTimeoutMs,
    },
  };
  const cors = corsPolicy(http.corsOrigin, (anchored) => Regexp.compile(anchored));
  // Without others there is nobody that a proxy could have chosen instead.
  const drained = Cluster.isWanted(config) ? { lameDuckMs: LAME_DUCK_MS } : {};
  const places = {
    metrics: {
      port: http.metricsListenPort,
      portOption: '--http.metrics-listen-port',
      address: http.listenAddress,
      cors,
      ...drained,
    },
    'otlp-grpc': { port: otlp.grpcListenPort, portOption: '--otlp.grpc-listen-port', address: http.listenAddress, ...drained },
    'otlp-http': { port: otlp.httpListenPort, portOption: '--otlp.http-listen-port', address: http.listenAddress, ...drained },
    admin: { port: admin.listenPort, portOption: '--admin.listen-port', address: admin.listenAddress },
  };
  return (name) => ({ ...shared, ...places[name], name });
}
