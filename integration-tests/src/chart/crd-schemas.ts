import type { AnySchemaObject } from 'ajv';

/**
 * The custom resources that the chart makes, as far as it uses them, written after their published API references (Prometheus
 * operator v1, KEDA 2, Gateway API v1, cert-manager v1). A field that the chart does not use yet is unknown here: add it with the
 * field.
 */

const TEXT = { type: 'string', minLength: 1 };
const DURATION = {
  type: 'string',
  pattern: '^(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?$',
};
const TEXTS = { type: 'object', additionalProperties: { type: 'string' } };
const DNS_NAMES = { type: 'array', items: { type: 'string', pattern: '^(\\*\\.)?[a-z0-9.-]+$', maxLength: 253 } };

/** An object with these fields and no others. */
function closed(properties: Record<string, AnySchemaObject>, required: readonly string[] = []): AnySchemaObject {
  return { type: 'object', additionalProperties: false, properties, required };
}

const SELECTOR = closed({
  matchLabels: TEXTS,
  matchExpressions: {
    type: 'array',
    items: closed({ key: TEXT, operator: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] }, values: { type: 'array' } }, [
      'key',
      'operator',
    ]),
  },
});
const RELABELINGS = {
  type: 'array',
  items: closed({
    action: { type: 'string', pattern: '^([Rr]eplace|[Kk]eep|[Dd]rop|[Ll]abel([Mm]ap|[Dd]rop|[Kk]eep))$' },
    sourceLabels: { type: 'array', items: { type: 'string', pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' } },
    targetLabel: TEXT,
    regex: { type: 'string' },
    replacement: { type: 'string' },
    separator: { type: 'string' },
  }),
};
const ENDPOINT = closed({
  port: TEXT,
  path: { type: 'string', pattern: '^/' },
  interval: DURATION,
  scrapeTimeout: DURATION,
  relabelings: RELABELINGS,
  metricRelabelings: RELABELINGS,
});
const NAMESPACES = closed({ any: { type: 'boolean' }, matchNames: { type: 'array', items: TEXT } });
const BACKEND = closed(
  { name: TEXT, namespace: TEXT, port: { type: 'integer', minimum: 1, maximum: 65535 }, weight: { type: 'integer' } },
  ['name', 'port'],
);

const SPECS: Readonly<Record<string, AnySchemaObject>> = {
  'monitoring.coreos.com/v1/ServiceMonitor': closed(
    {
      namespaceSelector: NAMESPACES,
      selector: SELECTOR,
      endpoints: { type: 'array', minItems: 1, items: ENDPOINT },
      jobLabel: TEXT,
    },
    ['selector', 'endpoints'],
  ),
  'monitoring.coreos.com/v1/PodMonitor': closed(
    { namespaceSelector: NAMESPACES, selector: SELECTOR, podMetricsEndpoints: { type: 'array', minItems: 1, items: ENDPOINT } },
    ['selector', 'podMetricsEndpoints'],
  ),
  'monitoring.coreos.com/v1/PrometheusRule': closed(
    {
      groups: {
        type: 'array',
        items: closed(
          {
            name: TEXT,
            interval: DURATION,
            rules: {
              type: 'array',
              items: closed({ alert: TEXT, expr: TEXT, for: DURATION, labels: TEXTS, annotations: TEXTS }, ['alert', 'expr']),
            },
          },
          ['name', 'rules'],
        ),
      },
    },
    ['groups'],
  ),
  'keda.sh/v1alpha1/ScaledObject': closed(
    {
      scaleTargetRef: closed({ apiVersion: TEXT, kind: TEXT, name: TEXT }, ['name']),
      minReplicaCount: { type: 'integer', minimum: 0 },
      maxReplicaCount: { type: 'integer', minimum: 1 },
      pollingInterval: { type: 'integer', minimum: 1 },
      cooldownPeriod: { type: 'integer', minimum: 0 },
      advanced: closed({ horizontalPodAutoscalerConfig: closed({ behavior: { type: 'object' } }) }),
      triggers: {
        type: 'array',
        minItems: 1,
        items: closed(
          {
            type: { const: 'prometheus' },
            metadata: {
              ...closed({ serverAddress: TEXT, query: TEXT, threshold: { type: 'string', pattern: '^[0-9.]+$' } }, [
                'serverAddress',
                'query',
                'threshold',
              ]),
            },
          },
          ['type', 'metadata'],
        ),
      },
    },
    ['scaleTargetRef', 'triggers'],
  ),
  'gateway.networking.k8s.io/v1/HTTPRoute': closed(
    {
      parentRefs: {
        type: 'array',
        minItems: 1,
        items: closed(
          { name: TEXT, namespace: TEXT, sectionName: TEXT, port: { type: 'integer' }, kind: TEXT, group: { type: 'string' } },
          ['name'],
        ),
      },
      hostnames: DNS_NAMES,
      rules: {
        type: 'array',
        maxItems: 16,
        items: closed({
          matches: {
            type: 'array',
            items: closed({
              path: closed({
                type: { enum: ['Exact', 'PathPrefix', 'RegularExpression'] },
                value: { type: 'string', pattern: '^/', maxLength: 1024 },
              }),
            }),
          },
          backendRefs: { type: 'array', items: BACKEND },
        }),
      },
    },
    ['parentRefs', 'rules'],
  ),
  'cert-manager.io/v1/Certificate': closed(
    {
      secretName: TEXT,
      issuerRef: closed({ name: TEXT, kind: TEXT, group: TEXT }, ['name']),
      privateKey: closed({
        algorithm: { enum: ['RSA', 'ECDSA', 'Ed25519'] },
        size: { enum: [256, 384, 521, 2048, 4096, 8192] },
        rotationPolicy: { enum: ['Never', 'Always'] },
      }),
      usages: { type: 'array', items: { enum: ['server auth', 'client auth', 'digital signature', 'key encipherment'] } },
      dnsNames: { ...DNS_NAMES, minItems: 1 },
    },
    ['secretName', 'issuerRef'],
  ),
};

/** Schema of a custom resource of the chart by `apiVersion/kind`; undefined for a kind that nobody described. */
export function crdSchema(apiVersion: string, kind: string): AnySchemaObject | undefined {
  const spec = SPECS[`${apiVersion}/${kind}`];
  if (spec === undefined) return undefined;
  const metadata = closed({ name: TEXT, namespace: TEXT, labels: TEXTS, annotations: TEXTS }, ['name']);
  return closed({ apiVersion: { const: apiVersion }, kind: { const: kind }, metadata, spec }, [
    'apiVersion',
    'kind',
    'metadata',
    'spec',
  ]);
}

/** Kinds that {@link crdSchema} knows. */
export const CRD_KINDS: readonly string[] = Object.keys(SPECS).map((name) => name.slice(name.lastIndexOf('/') + 1));
