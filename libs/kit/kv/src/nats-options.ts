import { type ConfigOf, type OptionGroup, options } from '@telamon/config';

const NATS_ENTRIES = {
  url: {
    type: 'list',
    default: ['nats://127.0.0.1:4222'],
    description: 'Servers of the NATS cluster that keeps the rings, e.g. nats://nats-0:4222,nats://nats-1:4222.',
  },
  credentialsFile: {
    type: 'string',
    default: '',
    description: 'Credentials file (JWT and seed) for NATS; read again at every connection, so it may be rotated.',
  },
  tlsCaFile: {
    type: 'string',
    default: '',
    description: "PEM file of the authorities that signed the NATS servers' certificates.",
  },
  tlsCertFile: { type: 'string', default: '', description: 'PEM file of the certificate to show to NATS.' },
  tlsKeyFile: { type: 'string', default: '', description: 'PEM file of the key of that certificate.' },
  replicas: {
    type: 'int',
    default: 1,
    min: 1,
    max: 5,
    description:
      'Servers that keep a copy of the bucket, when this process creates it. Use 3 with a NATS cluster. Always 1 with NATS before 2.9.21, whose replicated buckets lose conditional writes.',
  },
  bucket: {
    type: 'string',
    default: 'telamon',
    description: 'Name of the JetStream key-value bucket. With a cluster label the name is LABEL-BUCKET.',
  },
  timeoutMs: {
    type: 'durationMs',
    default: '1500ms',
    minMs: 50,
    maxMs: 30_000,
    description: 'Longest wait for one answer of NATS; calls are tried again within their own deadline.',
    category: 'advanced',
  },
} as const;

/** Options of the connection to NATS. */
export const NATS: OptionGroup<typeof NATS_ENTRIES> = options('nats', NATS_ENTRIES, {
  title: 'NATS',
  validate: (config) => checkNats(config),
});

/** Parsed options of {@link NATS}. */
export type NatsConfig = ConfigOf<typeof NATS_ENTRIES>;

function checkNats(config: NatsConfig): string[] {
  const wrong: string[] = [];
  if (config.url.length === 0) wrong.push('nats.url names no server');
  if ((config.tlsCertFile === '') !== (config.tlsKeyFile === '')) {
    wrong.push('nats.tls-cert-file and nats.tls-key-file must be given together');
  }
  if (!isValidBucketName(config.bucket)) wrong.push('nats.bucket must be 1 to 64 letters, digits, _ or -');
  return wrong;
}

/** Whether JetStream and a file system take it as a part of a name. */
export function isValidBucketName(name: string): boolean {
  return /^[a-zA-Z0-9_-]{1,64}$/.test(name);
}
