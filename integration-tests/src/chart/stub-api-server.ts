import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'yaml';
import { type Json, mergePatch, strategicMergePatch } from './kube-patch.ts';
import { decodeKubeProtobuf } from './kube-protobuf.ts';
import { KubeStore, type Selection, type StoredObject } from './kube-store.ts';

/** Kinds that the server has: by group and version, the plural of each and its kind. */
const KINDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  v1: {
    configmaps: 'ConfigMap',
    pods: 'Pod',
    secrets: 'Secret',
    serviceaccounts: 'ServiceAccount',
    services: 'Service',
    events: 'Event',
  },
  'apps/v1': { deployments: 'Deployment', replicasets: 'ReplicaSet', statefulsets: 'StatefulSet' },
  'autoscaling/v2': { horizontalpodautoscalers: 'HorizontalPodAutoscaler' },
  'batch/v1': { jobs: 'Job' },
  'cert-manager.io/v1': { certificates: 'Certificate' },
  'gateway.networking.k8s.io/v1': { httproutes: 'HTTPRoute' },
  'keda.sh/v1alpha1': { scaledobjects: 'ScaledObject' },
  'monitoring.coreos.com/v1': { podmonitors: 'PodMonitor', prometheusrules: 'PrometheusRule', servicemonitors: 'ServiceMonitor' },
  'networking.k8s.io/v1': { ingresses: 'Ingress', networkpolicies: 'NetworkPolicy' },
  'policy/v1': { poddisruptionbudgets: 'PodDisruptionBudget' },
};

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** Where a request's path points: a collection when there is no name. */
interface Place {
  readonly resource: string;
  readonly groupVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What runs a Job: resolves to whether it went well. */
export type JobRunner = (job: StoredObject, store: KubeStore) => Promise<boolean>;

/**
 * As much of Kubernetes' API as helm needs to install, upgrade, roll back, test and uninstall: discovery, objects with versions, merge,
 * strategic and apply patches, lists and watches. Nothing is scheduled; a Job is handed to the runner and ends as that says.
 */
export class StubApiServer {
  readonly store: KubeStore = new KubeStore();
  /** `METHOD path` of every request, for assertions. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #runJob: JobRunner;

  private constructor(runJob: JobRunner) {
    this.#runJob = runJob;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Listens on a free port of the loopback address. */
  static async start(runJob: JobRunner = async () => true): Promise<StubApiServer> {
    const stub = new StubApiServer(runJob);
    stub.#server.listen(0, '127.0.0.1');
    await once(stub.#server, 'listening');
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends watches and connections. */
  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method} ${url.pathname}`);
    try {
      const body = await readBody(request);
      const discovered = discover(url.pathname);
      const place = placeOf(url.pathname);
      if (discovered !== undefined) reply(response, 200, discovered);
      else if (place === undefined) reply(response, 404, status(404, 'NotFound', `no such path ${url.pathname}`));
      else if (request.method === 'GET' && place.name === '') this.#list(place, url.searchParams, response);
      else this.#serve({ place, method: request.method ?? 'GET', type: request.headers['content-type'] ?? '', body }, response);
    } catch (error) {
      reply(response, 500, status(500, 'InternalError', String(error)));
    }
  }

  #list(place: Place, query: URLSearchParams, response: ServerResponse): void {
    const selection: Selection = {
      resource: place.resource,
      namespace: place.namespace,
      labels: query.get('labelSelector') ?? '',
      fields: query.get('fieldSelector') ?? '',
    };
    if (['true', '1'].includes(query.get('watch') ?? '')) this.#watch(place, selection, { query, response });
    else {
      const metadata = { resourceVersion: this.store.version };
      const items = this.store.list(selection);
      reply(response, 200, { apiVersion: place.groupVersion, kind: `${place.kind}List`, metadata, items });
    }
  }

  /** Tells what is newer than the version that the client knows, then every change until it goes away. */
  #watch(place: Place, selection: Selection, { query, response }: WatchRequest): void {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    const write = (type: string, object: Json): unknown => response.write(`${JSON.stringify({ type, object })}\n`);
    const since = Number(query.get('resourceVersion') ?? 0);
    for (const item of this.store.list(selection)) if (Number(item.metadata.resourceVersion) > since) write('ADDED', item);
    if (query.get('sendInitialEvents') === 'true') {
      const metadata = { resourceVersion: this.store.version, annotations: { 'k8s.io/initial-events-end': 'true' } };
      write('BOOKMARK', { apiVersion: place.groupVersion, kind: place.kind, metadata });
    }
    response.flushHeaders();
    response.on(
      'close',
      this.store.watch(selection, ({ type, object }) => write(type, object)),
    );
  }

  #serve({ place, method, type, body }: ObjectRequest, response: ServerResponse): void {
    const { resource, namespace } = place;
    const existing = this.store.get(resource, namespace, place.name);
    if (method === 'POST') {
      const object = decode(type, body);
      const { name } = object['metadata'] as { name: string };
      if (this.store.get(resource, namespace, name) === undefined) reply(response, 201, this.#keep(place, object));
      else reply(response, 409, status(409, 'AlreadyExists', `${resource} "${name}" already exists`));
    } else if (method === 'PATCH' && type.startsWith('application/apply-patch')) {
      // One manager applies, so what it applies is what is; the state is the server's.
      const state = existing?.['status'] === undefined ? {} : { status: existing['status'] };
      reply(response, existing === undefined ? 201 : 200, this.#keep(place, { ...decode(type, body), ...state }));
    } else if (existing === undefined) reply(response, 404, status(404, 'NotFound', `${resource} "${place.name}" not found`));
    else if (method === 'GET') reply(response, 200, existing);
    else if (method === 'PUT') reply(response, 200, this.#keep(place, decode(type, body)));
    else if (method === 'PATCH') {
      const patch = type.startsWith('application/strategic-merge-patch') ? strategicMergePatch : mergePatch;
      reply(response, 200, this.#keep(place, patch(existing, decode(type, body)) as Json));
    } else if (method === 'DELETE') {
      this.store.delete(resource, namespace, place.name);
      reply(response, 200, { ...status(200, '', ''), status: 'Success' });
    } else reply(response, 405, status(405, 'MethodNotAllowed', method));
  }

  #keep(place: Place, object: Json): StoredObject {
    const kept = this.store.put(place.resource, place.namespace, { apiVersion: place.groupVersion, kind: place.kind, ...object });
    if (place.kind === 'Job' && kept['status'] === undefined) void this.#run(place, kept);
    return kept;
  }

  async #run(place: Place, job: StoredObject): Promise<void> {
    const isFine = await this.#runJob(job, this.store).catch(() => false);
    const condition = {
      type: isFine ? 'Complete' : 'Failed',
      status: 'True',
      reason: isFine ? 'CompletionsReached' : 'BackoffLimitExceeded',
    };
    const state = { startTime: new Date().toISOString(), [isFine ? 'succeeded' : 'failed']: 1, conditions: [condition] };
    if (this.store.get(place.resource, place.namespace, job.metadata.name) === undefined) return;
    this.store.put(place.resource, place.namespace, { ...job, status: state });
  }
}

interface WatchRequest {
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

interface ObjectRequest {
  readonly place: Place;
  readonly method: string;
  readonly type: string;
  readonly body: Buffer;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > BODY_BYTES_MAX) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function decode(type: string, body: Buffer): Json {
  if (type.startsWith('application/vnd.kubernetes.protobuf')) return decodeKubeProtobuf(body);
  return (type.includes('yaml') ? parse(body.toString()) : JSON.parse(body.toString())) as Json;
}

function reply(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function status(code: number, reason: string, message: string): Json {
  return { apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', code, reason, message };
}

/** Answers of the discovery API, or undefined for another path. */
function discover(path: string): Json | undefined {
  if (path === '/version') return { major: '1', minor: '34', gitVersion: 'v1.34.0', platform: 'linux/amd64' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    const groups = Object.keys(KINDS)
      .filter((each) => each !== 'v1')
      .map((groupVersion) => {
        const [name, version] = groupVersion.split('/');
        return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
      });
    return { apiVersion: 'v1', kind: 'APIGroupList', groups };
  }
  if (path.startsWith('/openapi/v3')) return describeApi(path.slice('/openapi/v3'.length));
  const groupVersion = /^\/apis?\/(.+)$/.exec(path)?.[1] ?? '';
  const kinds = KINDS[groupVersion];
  if (kinds === undefined) return undefined;
  const resources = Object.entries(kinds).map(([name, kind]) => ({
    name,
    singularName: kind.toLowerCase(),
    namespaced: true,
    kind,
    verbs: VERBS,
  }));
  return { apiVersion: 'v1', kind: 'APIResourceList', groupVersion, resources };
}

/** OpenAPI as far as helm asks: which kinds the server checks by itself, which is said to be all. */
function describeApi(path: string): Json | undefined {
  const rootOf = (groupVersion: string): string => (groupVersion === 'v1' ? 'api/v1' : `apis/${groupVersion}`);
  if (path === '') {
    const paths = Object.keys(KINDS).map((each) => [rootOf(each), { serverRelativeURL: `/openapi/v3/${rootOf(each)}` }]);
    return { paths: Object.fromEntries(paths) };
  }
  const [groupVersion, kinds] = Object.entries(KINDS).find(([each]) => path === `/${rootOf(each)}`) ?? [];
  if (groupVersion === undefined || kinds === undefined) return undefined;
  const [version, group = ''] = groupVersion.split('/').reverse();
  const paths = Object.entries(kinds).map(([plural, kind]) => [
    `/${rootOf(groupVersion)}/namespaces/{namespace}/${plural}/{name}`,
    {
      patch: {
        parameters: [{ name: 'fieldValidation', in: 'query' }],
        'x-kubernetes-group-version-kind': { group, version, kind },
      },
    },
  ]);
  return { openapi: '3.0.0', info: { title: 'stub', version: '1' }, paths: Object.fromEntries(paths) };
}

function placeOf(path: string): Place | undefined {
  if (path === '/api/v1/namespaces') return undefined;
  const match = /^\/(?:api|apis)\/((?:[^/]+\/)?v[^/]+)\/(?:namespaces\/([^/]+)\/)?([^/]+)(?:\/([^/]+))?$/.exec(path);
  const [, groupVersion = '', namespace = '', plural = '', name = ''] = match ?? [];
  const kind = KINDS[groupVersion]?.[plural];
  return kind === undefined
    ? undefined
    : { resource: `${groupVersion}/${plural}`, groupVersion, kind, namespace, name: decodeURIComponent(name) };
}
