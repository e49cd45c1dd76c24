/** A node of a chart's schema as far as the checks look at it. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: unknown;
  readonly items?: SchemaNode;
  readonly allOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

/** The node of a path, references followed and merged, or undefined where the schema has no such key. */
export function schemaAt(root: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const key of path) node = node === undefined ? undefined : resolved(root, node.properties?.[key]);
  return node;
}

function resolved(root: SchemaNode, node: SchemaNode | undefined): SchemaNode | undefined {
  if (node === undefined) return undefined;
  const { allOf = [], $ref, ...own } = node;
  const parts = [...($ref === undefined ? [] : [pointer(root, $ref)]), ...allOf].map((part) => resolved(root, part) ?? {});
  const sections = [...parts, own].flatMap(({ properties }) => (properties === undefined ? [] : [properties]));
  const keys = new Set(sections.flatMap((section) => Object.keys(section)));
  const properties = Object.fromEntries(
    [...keys].map((key) => [key, { allOf: sections.flatMap((section) => (section[key] === undefined ? [] : [section[key]])) }]),
  );
  return Object.assign({}, ...parts, own, sections.length === 0 ? {} : { properties }) as SchemaNode;
}

function pointer(root: SchemaNode, reference: string): SchemaNode {
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], root) as SchemaNode;
}

/** One value of values.yaml that is not a section. */
export interface ValueLeaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** All leaves of the values: scalars, lists, and mappings whose keys are the user's. */
export function leavesOf(values: Readonly<Record<string, unknown>>, schema: SchemaNode): ValueLeaf[] {
  const leaves: ValueLeaf[] = [];
  const visit = (value: unknown, path: readonly string[]): void => {
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    const node = schemaAt(schema, path);
    const isSection = isMapping && node?.properties !== undefined && !LEAF_MAPPINGS.test(path.join('.'));
    if (!isSection) leaves.push({ path, value });
    else for (const [key, child] of Object.entries(value as object)) visit(child, [...path, key]);
  };
  for (const [key, value] of Object.entries(values)) visit(value, [key]);
  return leaves;
}

/** Mappings that are one value although the schema knows their keys. */
const LEAF_MAPPINGS = /\.(resources|issuerRef)$/;

/** Another value of a leaf's type, such that something must change where it is used. */
export function otherValue(value: unknown, node: SchemaNode, path: string): unknown {
  const special = OTHERS[path] ?? OTHERS[path.replace(/^\w+\./, 'componentDefaults.')];
  if (special !== undefined) return special;
  if (node.enum !== undefined) return node.enum.find((each) => each !== value);
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (Array.isArray(value)) return node.items?.type === 'object' ? [{ name: 'other', value: 'x' }] : ['other:1234'];
  if (typeof value === 'object') return { 'example.com/other': 'x' };
  return `${String(value)}other`;
}

/** Where any other value would not do. */
const OTHERS: Readonly<Record<string, unknown>> = {
  mode: 'scalable',
  retention: '90d',
  'objectStore.type': 's3',
  'ring.type': 'nats',
  'ring.replicationFactor': 1,
  'ring.nats.urls': ['nats://other:4333'],
  'componentDefaults.resources': { requests: { cpu: '7', memory: '7Gi' }, limits: { memory: '7Gi' } },
  'componentDefaults.replicas': 6,
  'zoneAware.zones': [{ name: 'other' }],
  'componentDefaults.extraEnvFrom': [{ configMapRef: { name: 'other' } }],
  'global.extraEnvFrom': [{ configMapRef: { name: 'other' } }],
  'networkPolicy.objectStorePorts': [8443],
  extraObjects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } }],
};
