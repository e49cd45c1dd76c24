import { type ConfigOf, type OptionGroup, options } from '@telamon/config';
import type { BucketSettings, S3Settings } from './store/open-bucket.ts';

const STORAGE_ENTRIES = {
  backend: {
    type: 'choice',
    choices: ['filesystem', 's3', 'memory'],
    default: 'filesystem',
    description: 'Where blocks are kept; memory forgets them when the process ends.',
    yaml: 'backend',
  },
  filesystemDir: {
    type: 'string',
    default: '',
    description: 'Folder of the filesystem backend; empty means bucket/metrics in the data directory.',
    flag: 'blocks-storage.filesystem.dir',
    yaml: 'filesystem.dir',
  },
  s3Bucket: {
    type: 'string',
    default: '',
    description: 'Name of the S3 bucket. It is never created.',
    flag: 'blocks-storage.s3.bucket-name',
    yaml: 's3.bucket_name',
  },
  s3Prefix: {
    type: 'string',
    default: '',
    description: 'Prefix of the blocks of metrics within the bucket.',
    flag: 'blocks-storage.storage-prefix',
    yaml: 'storage_prefix',
  },
  s3Endpoint: {
    type: 'string',
    default: '',
    description: 'Host and port, or URL, of an S3-compatible server; empty means AWS.',
    flag: 'blocks-storage.s3.endpoint',
    yaml: 's3.endpoint',
  },
  s3Region: {
    type: 'string',
    default: '',
    description: 'Region of the bucket.',
    flag: 'blocks-storage.s3.region',
    yaml: 's3.region',
  },
  s3AccessKeyId: {
    type: 'string',
    default: '',
    description: "Access key; empty, and without a path to credentials, means the SDK's chain of credentials.",
    flag: 'blocks-storage.s3.access-key-id',
    yaml: 's3.access_key_id',
  },
  s3SecretAccessKey: {
    type: 'secret',
    default: '',
    description: 'Secret of the access key.',
    flag: 'blocks-storage.s3.secret-access-key',
    yaml: 's3.secret_access_key',
  },
  s3SessionToken: {
    type: 'secret',
    default: '',
    description: 'Session token of temporary credentials.',
    flag: 'blocks-storage.s3.session-token',
    yaml: 's3.session_token',
  },
  s3CredentialsPath: {
    type: 'string',
    default: '',
    description:
      'Instead of an access key: a shared credentials file of AWS, or a folder with files access-key-id, secret-access-key and, if there is one, session-token. Read again when the store refuses them.',
    flag: 'blocks-storage.s3.credentials-path',
    yaml: 's3.credentials_path',
  },
  s3Insecure: {
    type: 'boolean',
    default: false,
    description: 'Speak plain HTTP with an endpoint that names no scheme.',
    flag: 'blocks-storage.s3.insecure',
    yaml: 's3.insecure',
  },
  s3BucketLookupType: {
    type: 'choice',
    choices: ['auto', 'path', 'virtual-hosted'],
    default: 'auto',
    description: 'Whether the bucket stands in the path or in the host name; auto: in the path when an endpoint is given.',
    category: 'advanced',
    flag: 'blocks-storage.s3.bucket-lookup-type',
    yaml: 's3.bucket_lookup_type',
  },
  s3HedgeAfterMs: {
    type: 'durationMs',
    default: '500ms',
    description:
      'A read that was not answered within this time is sent once more, and the first answer counts; of all reads at most one in twenty. 0 turns it off.',
    category: 'advanced',
    flag: 'blocks-storage.s3.hedge-requests-at',
    yaml: 's3.hedge_requests_at',
  },
  s3CaFile: {
    type: 'string',
    default: '',
    description: "PEM file of the authorities that sign the endpoint's certificate.",
    category: 'advanced',
    flag: 'blocks-storage.s3.http.tls-ca-path',
    yaml: 's3.http.tls_ca_path',
  },
  s3SseType: {
    type: 'choice',
    choices: ['', 'SSE-S3', 'SSE-KMS'],
    default: '',
    description: 'Encryption that the server is asked for.',
    category: 'advanced',
    flag: 'blocks-storage.s3.sse.type',
    yaml: 's3.sse.type',
  },
  s3SseKmsKeyId: {
    type: 'string',
    default: '',
    description: 'Id of the key that SSE-KMS encrypts with.',
    category: 'advanced',
    flag: 'blocks-storage.s3.sse.kms-key-id',
    yaml: 's3.sse.kms_key_id',
  },
} as const;

/** Where the blocks of metrics are. */
export const METRICS_STORAGE: OptionGroup<typeof STORAGE_ENTRIES> = options('blocks-storage', STORAGE_ENTRIES, {
  title: 'Bucket of metrics',
  validate: (config) => [
    ...(config.backend === 's3' && config.s3Bucket === ''
      ? ['--blocks-storage.s3.bucket-name is needed with --blocks-storage.backend=s3']
      : []),
    ...(config.s3CredentialsPath !== '' && config.s3AccessKeyId !== ''
      ? ['--blocks-storage.s3.credentials-path and --blocks-storage.s3.access-key-id exclude each other']
      : []),
    ...(config.s3SseType === 'SSE-KMS' && config.s3SseKmsKeyId === ''
      ? ['--blocks-storage.s3.sse.kms-key-id is needed with SSE-KMS']
      : []),
  ],
});

/** Parsed values of {@link METRICS_STORAGE}. */
export type MetricsStorageConfig = ConfigOf<typeof STORAGE_ENTRIES>;

/** The settings of the bucket as plain data, secrets included: for opening it, never for showing. */
export function bucketSettingsOf(config: MetricsStorageConfig, defaultFolder: string): BucketSettings {
  if (config.backend === 'filesystem') {
    return { kind: 'filesystem', path: config.filesystemDir === '' ? defaultFolder : config.filesystemDir };
  }
  return config.backend === 'memory' ? { kind: 'memory' } : { kind: 's3', ...s3SettingsOf(config) };
}

function s3SettingsOf(config: MetricsStorageConfig): S3Settings {
  const lookup = config.s3BucketLookupType;
  return {
    bucket: config.s3Bucket,
    prefix: config.s3Prefix,
    hedgeAfterMs: config.s3HedgeAfterMs,
    isInsecure: config.s3Insecure,
    ...(config.s3Endpoint === '' ? {} : { endpoint: config.s3Endpoint }),
    ...(config.s3Region === '' ? {} : { region: config.s3Region }),
    ...(config.s3AccessKeyId === '' ? {} : { accessKeyId: config.s3AccessKeyId }),
    ...(config.s3SecretAccessKey.reveal() === '' ? {} : { secretAccessKey: config.s3SecretAccessKey.reveal() }),
    ...(config.s3SessionToken.reveal() === '' ? {} : { sessionToken: config.s3SessionToken.reveal() }),
    ...(config.s3CredentialsPath === '' ? {} : { credentialsPath: config.s3CredentialsPath }),
    ...(lookup === 'auto' ? {} : { isPathStyle: lookup === 'path' }),
    ...(config.s3CaFile === '' ? {} : { caFile: config.s3CaFile }),
    ...(config.s3SseType === '' ? {} : { sse: sseOf(config) }),
  };
}

function sseOf(config: MetricsStorageConfig): NonNullable<S3Settings['sse']> {
  return config.s3SseType === 'SSE-KMS' ? { type: 'SSE-KMS', keyId: config.s3SseKmsKeyId } : { type: 'SSE-S3' };
}
