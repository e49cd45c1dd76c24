import { type ConfigOf, type OptionGroup, options } from '@telamon/config';
import type { MetricRegistry } from '@telamon/telemetry';
import type { RpcLog } from '../rpc-log.ts';
import type { GrpcTransportOptions } from './grpc-transport.ts';
import type { PeerServerOptions } from './peer-server.ts';
import { PeerTls } from './peer-tls.ts';

const GRPC_ENTRIES = {
  listenAddress: {
    type: 'string',
    default: '127.0.0.1',
    description: 'Address that the listener for calls of other processes binds. Not for the public: put mutual TLS before it.',
  },
  listenPort: {
    type: 'int',
    default: 9095,
    min: 0,
    max: 65_535,
    description: 'Port of the listener for calls of other processes; 0 takes a free one.',
  },
  tlsCertFile: {
    type: 'string',
    default: '',
    description:
      'PEM file with the certificate (and its chain) of this process: shown to callers, and to the processes it calls. Read again when it changes.',
  },
  tlsKeyFile: { type: 'string', default: '', description: 'PEM file with the key of the certificate.' },
  tlsClientCaFile: {
    type: 'string',
    default: '',
    description: 'PEM file with the authorities of callers. When set, callers without a certificate of theirs are refused.',
  },
  tlsCaFile: {
    type: 'string',
    default: '',
    description: 'PEM file with the authorities of the processes called. When set, calls go out over TLS.',
  },
  tlsServerName: {
    type: 'string',
    default: '',
    description: 'Name that the certificates of processes called must carry; empty: the host of their address.',
    category: 'advanced',
  },
  maxRecvMessageBytes: {
    type: 'bytes',
    default: '100MiB',
    minBytes: 1024,
    maxBytes: 2_147_483_647,
    description: 'Longest message that is received from another process.',
    category: 'advanced',
  },
  maxSendMessageBytes: {
    type: 'bytes',
    default: '100MiB',
    minBytes: 1024,
    maxBytes: 2_147_483_647,
    description: 'Longest message that is sent to another process.',
    category: 'advanced',
  },
  maxConcurrentStreams: {
    type: 'int',
    default: 1000,
    min: 1,
    max: 2_147_483_647,
    description: 'Most calls that one connection may have open; its caller holds further ones back.',
    category: 'advanced',
  },
  maxConcurrentCalls: {
    type: 'int',
    default: 10_000,
    min: 1,
    description: 'Most calls of other processes in progress; further ones are refused.',
    category: 'advanced',
  },
  maxConnections: {
    type: 'int',
    default: 4096,
    min: 1,
    description: 'Most connections of other processes; further ones are closed at once.',
    category: 'advanced',
  },
  channelsPerPeer: {
    type: 'int',
    default: 2,
    min: 1,
    max: 16,
    description: 'Most connections to one process; a further one is opened when all have calls on them.',
    category: 'advanced',
  },
  keepaliveIntervalMs: {
    type: 'durationMs',
    default: '10s',
    minMs: 100,
    description: 'Time between two questions whether the other end of a connection is still there.',
    category: 'advanced',
  },
  keepaliveTimeoutMs: {
    type: 'durationMs',
    default: '10s',
    minMs: 100,
    description: 'Time for the answer; then the connection is cut.',
    category: 'advanced',
  },
} as const;

/** Options of calls between processes. */
export const GRPC: OptionGroup<typeof GRPC_ENTRIES> = options('grpc', GRPC_ENTRIES, {
  title: 'Calls between processes',
  validate: ({ tlsCertFile, tlsKeyFile, tlsClientCaFile }) => [
    ...((tlsCertFile === '') === (tlsKeyFile === '') ? [] : ['grpc.tls-cert-file and grpc.tls-key-file come together']),
    ...(tlsClientCaFile !== '' && tlsCertFile === '' ? ['grpc.tls-client-ca-file needs grpc.tls-cert-file'] : []),
  ],
});

/** The parsed values of {@link GRPC}. */
export type GrpcConfig = ConfigOf<typeof GRPC_ENTRIES>;

/** What a server and a transport are given beside their options. */
export interface PeerParts {
  readonly log: RpcLog;
  /** Name of the cluster; calls from processes with another name, or with none, are refused. '' takes and sends none. */
  readonly cluster: string;
  readonly registry?: MetricRegistry | undefined;
  /** From {@link loadPeerTls}. */
  readonly tls?: PeerTls | undefined;
}

/** Opens the certificates, if any are named; close them with the process. @throws TelamonError naming the file that is missing or bad. */
export async function loadPeerTls(config: GrpcConfig, log: RpcLog): Promise<PeerTls | undefined> {
  const files = {
    certFile: config.tlsCertFile,
    keyFile: config.tlsKeyFile,
    clientCaFile: config.tlsClientCaFile,
    caFile: config.tlsCaFile,
  };
  return Object.values(files).every((file) => file === '') ? undefined : await PeerTls.load({ files, log });
}

/** Options of the server as configured. */
export function peerServerOptions(config: GrpcConfig, { cluster, ...parts }: PeerParts): PeerServerOptions {
  return {
    ...parts,
    address: config.listenAddress,
    port: config.listenPort,
    cluster,
    limits: {
      maxReceiveBytes: config.maxRecvMessageBytes,
      maxSendBytes: config.maxSendMessageBytes,
      maxStreamsPerConnection: config.maxConcurrentStreams,
      maxCalls: config.maxConcurrentCalls,
      maxConnections: config.maxConnections,
      keepaliveIntervalMs: config.keepaliveIntervalMs,
      keepaliveTimeoutMs: config.keepaliveTimeoutMs,
    },
  };
}

/** Options of the clients as configured. */
export function grpcTransportOptions(config: GrpcConfig, { cluster, tls, registry }: PeerParts): GrpcTransportOptions {
  return {
    tls,
    registry,
    serverName: config.tlsServerName,
    cluster,
    channelsPerPeer: config.channelsPerPeer,
    maxReceiveBytes: config.maxRecvMessageBytes,
    maxSendBytes: config.maxSendMessageBytes,
    keepaliveIntervalMs: config.keepaliveIntervalMs,
    keepaliveTimeoutMs: config.keepaliveTimeoutMs,
  };
}
