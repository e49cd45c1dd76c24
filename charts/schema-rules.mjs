/**
 * What the types of values.yaml do not say: ranges, forms, and which values need others. Keys are paths in values.yaml;
 * those of `componentDefaults` hold for every component block.
 */

const QUANTITY = {
  anyOf: [
    { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$' },
    { type: 'number', minimum: 0 },
  ],
};
const SIZE = { pattern: '^[1-9][0-9]*(\\.[0-9]+)?(M|G|T|P|Mi|Gi|Ti|Pi)$' };
const DURATION = { pattern: '^([0-9]+(ms|s|m|h|d|w|y))+$' };
const TEXT_MAP = { type: 'object', additionalProperties: { type: 'string' } };
const OBJECTS = { items: { type: 'object' } };
const NAMED_OBJECTS = { items: { type: 'object', required: ['name'] } };
const NAMES = { items: { type: 'string', minLength: 1 } };
const DNS_NAME = '^(\\*\\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$';
const HOST_PORTS = { items: { type: 'string', pattern: '^[^/\\s;]+:[0-9]{1,5}$' } };
const ISSUER = {
  type: 'object',
  additionalProperties: false,
  properties: { name: { type: 'string', minLength: 1 }, kind: { enum: ['Issuer', 'ClusterIssuer'] }, group: { type: 'string' } },
};
const DIGEST = { pattern: '^(sha256:[0-9a-f]{64})?$' };
const COUNT_OR_PERCENT = {
  anyOf: [
    { type: 'integer', minimum: 1 },
    { type: 'string', pattern: '^([0-9]{1,2}%)?$' },
  ],
};
const FREE = { type: 'object', additionalProperties: true };

/** Further keywords by path. */
export const RULES = {
  mode: { enum: ['single', 'scalable', 'distributed'] },
  nameOverride: { maxLength: 30 },
  fullnameOverride: { pattern: '^([a-z]([a-z0-9-]*[a-z0-9])?)?$' },
  'global.imagePullSecrets': NAMED_OBJECTS,
  'global.clusterDomain': { pattern: DNS_NAME },
  'global.extraEnv': NAMED_OBJECTS,
  'global.extraEnvFrom': OBJECTS,
  'global.podLabels': TEXT_MAP,
  'global.podAnnotations': TEXT_MAP,
  'image.repository': { minLength: 1 },
  'image.tag': { not: { const: 'latest' } },
  'image.digest': DIGEST,
  'image.pullPolicy': { enum: ['Always', 'IfNotPresent', 'Never'] },
  config: FREE,
  'config.limits': FREE,
  retention: DURATION,
  'runtimeConfig.overrides': { type: 'object', additionalProperties: { type: 'object' } },
  'objectStore.type': { enum: ['auto', 's3', 'filesystem'] },
  'objectStore.s3.bucket': { pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' },
  'objectStore.s3.bucketLookup': { enum: ['auto', 'path', 'virtual-hosted'] },
  'objectStore.s3.accessKeyIdKey': { minLength: 1 },
  'objectStore.s3.secretAccessKeyKey': { minLength: 1 },
  'objectStore.s3.sse.type': { enum: ['', 'SSE-S3', 'SSE-KMS'] },
  'ring.type': { enum: ['auto', 'nats', 'inprocess'] },
  'ring.replicationFactor': { enum: [1, 3, 5] },
  'ring.cluster': { pattern: '^[A-Za-z0-9_-]{0,40}$' },
  'ring.nats.urls': { items: { type: 'string', pattern: '^(nats|tls|ws|wss)://[^/\\s]+$' } },
  'ring.nats.replicas': { enum: [0, 1, 3, 5] },
  'node.heapPercent': { minimum: 10, maximum: 90 },
  'node.threadPoolSize': { minimum: 1, maximum: 1024 },
  'log.level': { enum: ['debug', 'info', 'warn', 'error'] },
  'log.format': { enum: ['logfmt', 'json'] },

  'componentDefaults.replicas': { minimum: 0 },
  'componentDefaults.resources': {
    type: 'object',
    additionalProperties: false,
    properties: {
      requests: { type: 'object', additionalProperties: QUANTITY },
      limits: { type: 'object', additionalProperties: QUANTITY },
    },
  },
  'componentDefaults.autoscaling.type': { enum: ['none', 'hpa', 'keda'] },
  'componentDefaults.autoscaling.minReplicas': { minimum: 1 },
  'componentDefaults.autoscaling.maxReplicas': { minimum: 1 },
  'componentDefaults.autoscaling.targetCPU': { minimum: 0 },
  'componentDefaults.autoscaling.targetMemory': { minimum: 0 },
  'componentDefaults.autoscaling.behavior': FREE,
  'componentDefaults.autoscaling.keda.prometheusAddress': { pattern: '^(https?://.+|\\{\\{.*)?$' },
  'componentDefaults.autoscaling.keda.threshold': { pattern: '^[0-9]+(\\.[0-9]+)?$' },
  'componentDefaults.autoscaling.keda.pollingInterval': { minimum: 1 },
  'componentDefaults.autoscaling.keda.cooldownPeriod': { minimum: 0 },
  'componentDefaults.podDisruptionBudget.maxUnavailable': { type: undefined, ...COUNT_OR_PERCENT },
  'componentDefaults.podDisruptionBudget.minAvailable': { type: undefined, ...COUNT_OR_PERCENT },
  'componentDefaults.podDisruptionBudget': {
    not: {
      required: ['maxUnavailable', 'minAvailable'],
      properties: { maxUnavailable: { not: { const: '' } }, minAvailable: { not: { const: '' } } },
    },
  },
  'componentDefaults.affinity': FREE,
  'componentDefaults.topologySpread.whenUnsatisfiable': { enum: ['ScheduleAnyway', 'DoNotSchedule'] },
  'componentDefaults.topologySpread.topologyKeys': NAMES,
  'componentDefaults.nodeSelector': TEXT_MAP,
  'componentDefaults.tolerations': OBJECTS,
  'componentDefaults.extraArgs': { items: { type: 'string', minLength: 1 } },
  'componentDefaults.extraEnv': NAMED_OBJECTS,
  'componentDefaults.extraEnvFrom': OBJECTS,
  'componentDefaults.extraVolumes': NAMED_OBJECTS,
  'componentDefaults.extraVolumeMounts': NAMED_OBJECTS,
  'componentDefaults.podLabels': TEXT_MAP,
  'componentDefaults.podAnnotations': TEXT_MAP,
  'componentDefaults.terminationGracePeriodSeconds': { minimum: 0 },
  'componentDefaults.preStopSleepSeconds': { minimum: 0 },
  'componentDefaults.startupFailureThreshold': { minimum: 1 },
  'componentDefaults.updateStrategy': FREE,
  'componentDefaults.persistence.size': SIZE,
  'componentDefaults.persistence.whenDeleted': { enum: ['Retain', 'Delete'] },
  'componentDefaults.persistence.whenScaled': { enum: ['Retain', 'Delete'] },

  'zoneAware.maxUnavailable': { minimum: 1 },
  'zoneAware.minTimeBetweenZonesDownscale': DURATION,
  'zoneAware.antiAffinity': { enum: ['required', 'preferred'] },
  'zoneAware.zones': {
    minItems: 1,
    items: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: { name: { type: 'string', pattern: '^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$' }, nodeSelector: TEXT_MAP },
    },
  },
  'ruler.enabled': { const: false },
  'gateway.service.type': { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
  'gateway.service.annotations': TEXT_MAP,
  'gateway.tenant': { pattern: "^[A-Za-z0-9!_.*'()-]{0,150}$" },
  'gateway.tls.certManager.issuerRef': ISSUER,
  'tls.internal.certManager.issuerRef': ISSUER,
  'gateway.tls.certManager.dnsNames': { items: { type: 'string', pattern: DNS_NAME } },
  'gateway.maxBodySize': { pattern: '^[0-9]+[kmg]?$' },
  'gateway.readTimeout': { pattern: '^[0-9]+(ms|s|m|h)$' },
  'gateway.upstreams.distributor': HOST_PORTS,
  'gateway.upstreams.distributorOtlpGrpc': HOST_PORTS,
  'gateway.upstreams.queryFrontend': HOST_PORTS,
  'gateway.image.tag': { not: { const: 'latest' } },
  'gateway.image.digest': DIGEST,
  'nats.image.tag': { not: { const: 'latest' } },
  'nats.image.digest': DIGEST,
  'minioDev.image.tag': { not: { const: 'latest' } },
  'minioDev.image.digest': DIGEST,
  'serviceAccount.annotations': TEXT_MAP,
  'ingress.annotations': TEXT_MAP,
  'ingress.hosts': { items: { type: 'string', pattern: DNS_NAME } },
  'ingress.tls': OBJECTS,
  'httpRoute.parentRefs': NAMED_OBJECTS,
  'httpRoute.hostnames': { items: { type: 'string', pattern: DNS_NAME } },
  'httpRoute.annotations': TEXT_MAP,
  'networkPolicy.gatewayFrom': OBJECTS,
  'networkPolicy.metricsFrom': OBJECTS,
  'networkPolicy.rolloutOperatorFrom': OBJECTS,
  'networkPolicy.objectStoreTo': OBJECTS,
  'networkPolicy.objectStorePorts': { minItems: 1, items: { type: 'integer', minimum: 1, maximum: 65535 } },
  'networkPolicy.natsTo': OBJECTS,
  'networkPolicy.extraEgress': OBJECTS,
  'serviceMonitor.labels': TEXT_MAP,
  'serviceMonitor.interval': DURATION,
  'serviceMonitor.scrapeTimeout': DURATION,
  'serviceMonitor.metricRelabelings': OBJECTS,
  'podMonitor.labels': TEXT_MAP,
  'podMonitor.interval': DURATION,
  'prometheusRule.labels': TEXT_MAP,
  'prometheusRule.alertLabels': TEXT_MAP,
  'dashboards.labels': TEXT_MAP,
  'dashboards.annotations': TEXT_MAP,
  'grafanaDatasource.labels': TEXT_MAP,
  'grafanaDatasource.name': { minLength: 1 },
  'smokeTest.timeoutSeconds': { minimum: 1, maximum: 3600 },
  'smokeTest.tenant': { pattern: "^[A-Za-z0-9!_.*'()-]{1,150}$" },
  extraObjects: { items: { type: ['object', 'string'] } },
};

/** Component blocks, each with the keys that only it has. */
export const COMPONENTS = {
  single: [],
  write: [],
  read: [],
  backend: [],
  distributor: [],
  ingester: [],
  querier: [],
  queryFrontend: [],
  storeGateway: [],
  compactor: [],
  gateway: [
    'enabled',
    'image',
    'service',
    'tenant',
    'basicAuth',
    'tls',
    'maxBodySize',
    'readTimeout',
    'logRequests',
    'upstreams',
  ],
  nats: ['image'],
  minioDev: ['enabled', 'image', 'existingSecret'],
};

/** A schema that holds when the value at a path equals one of `values`. */
function where(path, ...values) {
  return at(path, values.length === 1 ? { const: values[0] } : { enum: values });
}

/** A schema that wants a value at a path, and that it meets `schema`. */
function at(path, schema) {
  return path
    .split('.')
    .reverse()
    .reduce((inner, key) => ({ required: [key], properties: { [key]: inner } }), schema);
}

/** `demanded` must hold where `condition` does. */
function when(condition, demanded) {
  // Written so, because an object with a `then` looks like a promise to linters.
  return Object.fromEntries([
    ['if', condition],
    ['then', demanded],
  ]);
}

const SET = { minLength: 1 };
const FILLED = { minItems: 1 };
const SHARED_STORES = {
  allOf: [at('ring.type', { enum: ['auto', 'nats'] }), at('objectStore.type', { enum: ['auto', 's3'] })],
};

/** What one value demands of others, for the schema's root. */
export const DEMANDS = [
  // The heap is sized by it.
  at('componentDefaults.resources.limits.memory', {}),
  // Several processes share rings and a bucket.
  when(where('mode', 'scalable', 'distributed'), SHARED_STORES),
  when(at('single.replicas', { minimum: 2 }), SHARED_STORES),
  // Every copy of a series lies in a zone of its own.
  ...[3, 5].map((factor) =>
    when(
      { allOf: [where('zoneAware.enabled', true), where('ring.replicationFactor', factor)] },
      at('zoneAware.zones', { minItems: factor }),
    ),
  ),
  when(where('zoneAware.enabled', true), where('mode', 'distributed')),
  { not: { allOf: [at('existingConfigMap', SET), at('existingConfigSecret', SET)] } },
  // Both would scrape every process twice.
  { not: { allOf: [where('serviceMonitor.enabled', true), where('podMonitor.enabled', true)] } },
  when(where('objectStore.s3.sse.type', 'SSE-KMS'), at('objectStore.s3.sse.kmsKeyId', SET)),
  ...['gateway.tls', 'tls.internal'].flatMap((tls) => [
    when(where(`${tls}.enabled`, true), {
      anyOf: [at(`${tls}.existingSecret`, SET), where(`${tls}.certManager.enabled`, true)],
    }),
    when(where(`${tls}.certManager.enabled`, true), at(`${tls}.certManager.issuerRef.name`, SET)),
  ]),
  when(where('ingress.enabled', true), { allOf: [at('ingress.hosts', FILLED), where('gateway.enabled', true)] }),
  when(where('httpRoute.enabled', true), { allOf: [at('httpRoute.parentRefs', FILLED), where('gateway.enabled', true)] }),
  ...['componentDefaults', ...Object.keys(COMPONENTS)].map((block) =>
    when(where(`${block}.autoscaling.type`, 'keda'), {
      anyOf: [
        at(`${block}.autoscaling.keda.prometheusAddress`, SET),
        at('componentDefaults.autoscaling.keda.prometheusAddress', SET),
      ],
    }),
  ),
];
