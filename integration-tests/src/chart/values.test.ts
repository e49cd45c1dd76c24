import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHART, findHelms, type Helm, VALUE_SETS } from './helm.ts';
import { leavesOf, otherValue, type SchemaNode, schemaAt } from './value-leaves.ts';

const helms = findHelms();
const values = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Record<string, unknown>;
const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as SchemaNode;

/** What the schema must refuse, with a word that tells where. */
const NEGATIVES: readonly (readonly [string, object, RegExp])[] = [
  ['a misspelt mode', { mode: 'distribted' }, /mode/],
  ['negative replicas', { distributor: { replicas: -1 } }, /replicas/],
  ['replicas in words', { distributor: { replicas: 'three' } }, /replicas/],
  ['an unknown key at the top', { ingesters: {} }, /ingesters/],
  ['an unknown key below', { querier: { replicass: 2 } }, /replicass/],
  ['an unknown key far below', { objectStore: { s3: { sse: { kind: 'x' } } } }, /kind/],
  ['s3 without a bucket', { objectStore: { type: 's3', s3: { bucket: '' } } }, /bucket/],
  [
    'a filesystem for several processes',
    { mode: 'single', single: { replicas: 2 }, objectStore: { type: 'filesystem' } },
    /objectStore/,
  ],
  ['distributed without s3', { mode: 'distributed', objectStore: { type: 'filesystem' } }, /objectStore/],
  [
    'fewer zones than copies',
    { zoneAware: { enabled: true, zones: [{ name: 'a' }, { name: 'b' }] }, ring: { replicationFactor: 3 } },
    /zones/,
  ],
  ['a ring in process for several', { mode: 'single', single: { replicas: 3 }, ring: { type: 'inprocess' } }, /ring/],
  ['a ring in process when distributed', { ring: { type: 'inprocess' } }, /ring/],
  ['TLS of the gateway without a certificate', { gateway: { tls: { enabled: true } } }, /existingSecret|certManager/],
  ['TLS between roles without a certificate', { tls: { internal: { enabled: true } } }, /existingSecret|certManager/],
  ['cert-manager without an issuer', { gateway: { tls: { enabled: true, certManager: { enabled: true } } } }, /issuerRef|name/],
  ['keda without an address', { querier: { autoscaling: { type: 'keda' } } }, /prometheusAddress/],
  ['an Ingress without a host', { ingress: { enabled: true } }, /hosts/],
  ['an empty host', { ingress: { enabled: true, hosts: [''] } }, /hosts/],
  ['an HTTPRoute without a gateway', { httpRoute: { enabled: true } }, /parentRefs/],
  ['an Ingress before no gateway', { gateway: { enabled: false }, ingress: { enabled: true, hosts: ['a.example'] } }, /gateway/],
  ['resources in words', { querier: { resources: 'large' } }, /resources/],
  ['memory in words', { querier: { resources: { limits: { memory: 'large' } } } }, /memory/],
  ['a volume without a unit', { ingester: { persistence: { size: '10' } } }, /size/],
  ['no memory limit', { componentDefaults: { resources: { limits: { memory: null } } } }, /memory/],
  ['retention in words', { retention: 'ten days' }, /retention/],
  ['a NATS address with a wrong scheme', { ring: { nats: { urls: ['http://nats:4222'] } } }, /urls/],
  ['a misspelt pull policy', { image: { pullPolicy: 'ifNotPresent' } }, /pullPolicy/],
  [
    'a budget with both numbers',
    { querier: { podDisruptionBudget: { maxUnavailable: 1, minAvailable: 1 } } },
    /podDisruptionBudget/,
  ],
  ['a tag that moves', { image: { tag: 'latest' } }, /tag/],
  ['two monitors', { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } }, /not/i],
  ['two configurations', { existingConfigMap: 'a', existingConfigSecret: 'b' }, /not/i],
  ['the ruler, which does not exist yet', { ruler: { enabled: true } }, /ruler/],
  ['zones in one process', { mode: 'single', zoneAware: { enabled: true } }, /mode/],
  ['a cluster name with a slash', { ring: { cluster: 'a/b' } }, /cluster/],
  ['an even number of copies', { ring: { replicationFactor: 2 } }, /replicationFactor/],
];

for (const { name, helm } of helms) {
  describe.skipIf(helm === undefined)(`values that ${name} refuses`, () => {
    it.each(NEGATIVES)('%s', async (_, wrong, where) => {
      const { code, stdout, stderr } = await helm!.run(['lint', CHART, ...helm!.valueArgs({ values: wrong })]);
      expect(code, 'lint accepts it').not.toBe(0);
      expect(stdout + stderr).toMatch(where);
    });
  });
}

describe.skipIf(helms[0]!.helm === undefined)('combinations that never work', () => {
  it.each([
    ['fewer ingesters than copies', { ingester: { replicas: 2 } }, 'fewer than ring.replicationFactor'],
    [
      'an autoscaler from many to few',
      { querier: { autoscaling: { type: 'hpa', minReplicas: 5, maxReplicas: 3 } } },
      'above maxReplicas',
    ],
    ['an autoscaler without an aim', { querier: { autoscaling: { type: 'hpa', targetCPU: 0 } } }, 'targetCPU or targetMemory'],
    ['fewer writers than copies', { mode: 'scalable', write: { replicas: 1 } }, 'fewer than ring.replicationFactor'],
  ])('%s', async (_, wrong, text) => {
    const { code, stderr } = await helms[0]!.helm!.tryRender({ values: wrong });
    expect(code).not.toBe(0);
    expect(stderr).toContain(text);
  });
});

describe('schema', () => {
  it('takes the defaults', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
    expect(validate(values) ? [] : validate.errors).toEqual([]);
  });

  it('knows every key of values.yaml, says what it means, and its default is the value', () => {
    for (const { path, value } of leavesOf(values, schema)) {
      const node = schemaAt(schema, path);
      expect(node, path.join('.')).toBeDefined();
      expect(node!.default ?? value, path.join('.')).toEqual(value);
      expect(node!.description ?? '', path.join('.')).not.toBe('');
    }
  });

  it('has no key that values.yaml does not show', () => {
    const shown = new Set(leavesOf(values, schema).map(({ path }) => path.join('.')));
    const walk = (node: SchemaNode, path: readonly string[]): string[] =>
      Object.entries(node.properties ?? {}).flatMap(([key]) => {
        const here = [...path, key];
        if (shown.has(here.join('.'))) return [];
        const isGeneral = here.length > 1 && shown.has(['componentDefaults', ...here.slice(1)].join('.'));
        if (isGeneral) return [];
        const full = schemaAt(schema, here)!;
        return full.properties === undefined ? [here.join('.')] : walk(full, here);
      });
    expect(walk(schema, [])).toEqual([]);
  });

  it('closes every section whose keys are the chart’s', () => {
    const open: string[] = [];
    const walk = (node: SchemaNode, path: string): void => {
      // What only adds a default to the general section is closed there.
      if (node.properties !== undefined && node.additionalProperties !== false && node.allOf === undefined) open.push(path);
      for (const [key, child] of Object.entries(node.properties ?? {})) walk(child, `${path}.${key}`);
    };
    walk({ properties: schema.properties!, additionalProperties: schema.additionalProperties }, '');
    walk(schema.definitions!['component']!, '.component');
    // The product's own keys, which its loader checks.
    expect(open.sort()).toEqual(['.config', '.config.limits']);
  });
});

/** Values under which the ones that only count in company count. */
const COMPANY: readonly { readonly file?: string; readonly values?: object }[] = [
  { file: VALUE_SETS[4]!.file },
  { values: { storeGateway: { replicas: 3 } } },
  { file: VALUE_SETS[1]!.file },
  { values: { mode: 'single', ring: { replicationFactor: 1 } } },
  { values: { zoneAware: { enabled: true }, storeGateway: { replicas: 3 } } },
  { file: VALUE_SETS[5]!.file },
  { values: { componentDefaults: { autoscaling: { type: 'hpa' } } } },
  { values: { gateway: { upstreams: { distributor: ['a.example:80'], queryFrontend: ['b.example:80'] } } } },
];

describe.skipIf(helms[0]!.helm === undefined)('unused values', () => {
  it('there are none: every leaf changes something, or is refused by name', async () => {
    const helm = helms[0]!.helm!;
    let left = leavesOf(values, schema).map(({ path }) => path);
    expect(left.length).toBeGreaterThan(150);
    for (const company of COMPANY) left = await unusedOf(helm, { company, left });
    // Says that a change is wanted; only an upgrade in a cluster asks for it, which the tests of releases do.
    expect(left.map((path) => path.join('.'))).toEqual(['allowLayoutChange', 'ruler.enabled']);
  });
});

/** Calls of helm at a time. */
const CONCURRENCY = 3;

interface Search {
  readonly company: (typeof COMPANY)[number];
  readonly left: readonly (readonly string[])[];
}

/** Leaves that change nothing. Those with objects of their own are changed together: each must change its own objects. */
async function unusedOf(helm: Helm, { company, left }: Search): Promise<(readonly string[])[]> {
  const base = await objectsById(helm, company, {});
  if (base === undefined) throw new Error('helm refuses values that others are tried with');
  const batches = batchesOf(left);
  const unused = async (batch: readonly (readonly string[])[]): Promise<(readonly string[])[]> => {
    const objects = await objectsById(helm, company, overlayOf(batch));
    // A refusal may be due to any of them, and says nothing about a single one.
    if (objects === undefined)
      return batch.length === 1 ? [...batch] : (await Promise.all(batch.map((path) => unused([path])))).flat();
    const ids = [...new Set([...base.keys(), ...objects.keys()])];
    return batch.filter(([first]) => {
      const own = OWN_OBJECTS[first!];
      return ids.every((id) => base.get(id) === objects.get(id) || own?.test(id) === false);
    });
  };
  const found = new Set<readonly string[]>();
  const work = async (): Promise<void> => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop())
      for (const path of await unused(batch)) found.add(path);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return left.filter((path) => found.has(path));
}

/** Groups of leaves of which no two share a section, and only those whose sections have objects of their own are grouped. */
function batchesOf(paths: readonly (readonly string[])[]): (readonly string[])[][] {
  const batches: (readonly string[])[][] = [];
  const groups = new Map<string, (readonly string[])[]>();
  for (const path of paths) {
    if (OWN_OBJECTS[path[0]!] === undefined || FAR_REACHING.has(path.join('.'))) batches.push([path]);
    else groups.set(path[0]!, [...(groups.get(path[0]!) ?? []), path]);
  }
  const longest = Math.max(0, ...[...groups.values()].map((group) => group.length));
  for (let at = 0; at < longest; at++) batches.push([...groups.values()].flatMap((group) => group.slice(at, at + 1)));
  return batches;
}

const component = (name: string): RegExp => new RegExp(`^(?!NetworkPolicy)\\w+/(rel-telamon|metrics)-${name}(-|$)`);

/** Ids of the objects that a section is about. A change of others may come from another leaf of the same rendering. */
const OWN_OBJECTS: Readonly<Record<string, RegExp>> = {
  single: component('single'),
  write: component('write'),
  read: component('read'),
  backend: component('backend'),
  distributor: component('distributor'),
  ingester: component('ingester'),
  querier: component('querier'),
  queryFrontend: component('query-frontend'),
  storeGateway: component('store-gateway'),
  compactor: component('compactor'),
  gateway: component('gateway'),
  nats: component('nats'),
  minioDev: component('minio'),
  smokeTest: /-smoke-test$/,
  grafanaDatasource: /-datasource$/,
  ingress: /^Ingress\//,
  httpRoute: /^HTTPRoute\//,
  networkPolicy: /^NetworkPolicy\//,
  serviceMonitor: /^ServiceMonitor\//,
  podMonitor: /^PodMonitor\//,
  prometheusRule: /^PrometheusRule\//,
  dashboards: /-dashboard-/,
};

/** Leaves of such sections that change what other components are given, too. */
const FAR_REACHING: ReadonlySet<string> = new Set([
  'minioDev.enabled',
  'minioDev.existingSecret',
  'nats.replicas',
  'gateway.enabled',
]);

function overlayOf(paths: readonly (readonly string[])[]): object {
  const overlay: Record<string, unknown> = {};
  for (const path of paths) {
    let at = overlay;
    for (const key of path.slice(0, -1)) {
      const next = (at[key] ?? {}) as Record<string, unknown>;
      at[key] = next;
      at = next;
    }
    const leaf = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], values);
    at[path.at(-1)!] = otherValue(leaf, schemaAt(schema, path)!, path.join('.'));
  }
  return overlay;
}

/** Rendered objects by id, or undefined when helm refuses the values. The schema is left out: it has tests of its own. */
async function objectsById(
  helm: Helm,
  { file, values: base = {} }: (typeof COMPANY)[number],
  overlay: object,
): Promise<ReadonlyMap<string, string> | undefined> {
  const files = [...(file === undefined ? [] : [file]), ...helm.valueArgs({ values: base }).filter((arg) => arg !== '--values')];
  const { code, stdout } = await helm.tryRender({ files, values: overlay, extraArgs: ['--skip-schema-validation'] });
  return code === 0 ? textById(stdout) : undefined;
}

/** The text of each object by `Kind/name`, without parsing all of it. */
function textById(manifest: string): ReadonlyMap<string, string> {
  return new Map(
    manifest.split(/^---$/m).map((text) => [`${/^kind: (\w+)$/m.exec(text)?.[1]}/${/^ {2}name: (\S+)$/m.exec(text)?.[1]}`, text]),
  );
}
