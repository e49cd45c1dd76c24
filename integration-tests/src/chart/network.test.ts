import { beforeAll, describe, expect, it } from 'vitest';
import { findHelms, renderValueSets, VALUE_SETS } from './helm.ts';
import {
  type KubeNetworkRule,
  type KubeObject,
  type KubePeer,
  ofKind,
  parseObjects,
  podMakers,
  selects,
  type TextMap,
} from './kube-object.ts';

const { helm } = findHelms()[0]!;
let rendered: ReadonlyMap<string, readonly KubeObject[]>;

beforeAll(async () => {
  rendered = await renderValueSets(helm);
});

/** Somebody who may open or take a connection: a pod of the release, another pod of the cluster, or an address outside. */
interface Party {
  readonly name: string;
  readonly labels?: TextMap;
  readonly namespace?: string;
  readonly address?: string;
}

const ELSEWHERE: Party = { name: 'another pod', labels: { app: 'other' }, namespace: 'other' };
const MONITORING: Party = { name: 'prometheus', labels: { app: 'prometheus' }, namespace: 'monitoring' };
const OPERATOR: Party = { name: 'rollout-operator', labels: { 'app.kubernetes.io/name': 'rollout-operator' }, namespace: 'ns' };
const INTERNET: Party = { name: 'internet', address: '203.0.113.9' };
const PORTS = [53, 443, 4222, 4317, 4318, 6222, 8080, 9000, 9009, 9095, 9096];

/** What the policies of a value set allow, worked out as Kubernetes does: a pod that a policy selects may do what some policy allows. */
class PolicyMatrix {
  readonly #policies: readonly KubeObject[];
  readonly pods: readonly Party[];

  constructor(objects: readonly KubeObject[]) {
    this.#policies = ofKind(objects, 'NetworkPolicy');
    this.pods = podMakers(objects).map(({ spec }) => {
      const labels = spec!.template!.metadata.labels!;
      return { name: labels['app.kubernetes.io/component']!, labels, namespace: 'ns' };
    });
  }

  pod(name: string): Party {
    const found = this.pods.find((pod) => pod.name === name);
    if (found === undefined) throw new Error(`no pod ${name}`);
    return found;
  }

  allows(from: Party, to: Party, port: number): boolean {
    return this.#permits(from, to, port, 'egress') && this.#permits(to, from, port, 'ingress');
  }

  /** `name:port` of everybody whom a pod may call. */
  reach(from: Party): string[] {
    const others = [...new Map(this.pods.map((pod) => [pod.name, pod])).values(), INTERNET, ELSEWHERE];
    return others.flatMap((to) => PORTS.filter((port) => this.allows(from, to, port)).map((port) => `${to.name}:${port}`)).sort();
  }

  #permits(pod: Party, peer: Party, port: number, side: 'egress' | 'ingress'): boolean {
    if (pod.namespace !== 'ns' || pod.labels === undefined) return true;
    const mine = this.#policies.filter(({ spec }) => selects(spec!.podSelector!.matchLabels, pod.labels));
    if (mine.length === 0) return true;
    return mine.some(({ spec }) => (spec![side] ?? []).some((rule) => ruleAllows(rule, peer, port)));
  }
}

function ruleAllows(rule: KubeNetworkRule, peer: Party, port: number): boolean {
  if (rule.ports !== undefined && !rule.ports.some((each) => each.port === port)) return false;
  const peers = rule.from ?? rule.to;
  return peers === undefined || peers.some((each) => peerIs(each, peer));
}

function peerIs({ podSelector, namespaceSelector, ipBlock }: KubePeer, party: Party): boolean {
  if (ipBlock !== undefined) return party.address !== undefined && ipBlock.cidr === '0.0.0.0/0';
  if (party.labels === undefined) return false;
  const inNamespace =
    namespaceSelector === undefined
      ? party.namespace === 'ns'
      : selects(namespaceSelector.matchLabels, { 'kubernetes.io/metadata.name': party.namespace! });
  return inNamespace && (podSelector === undefined || selects(podSelector.matchLabels, party.labels));
}

const matrixOf = (name: string): PolicyMatrix => new PolicyMatrix(rendered.get(name)!);
const withoutDns = (reached: readonly string[]): string[] => reached.filter((each) => !each.endsWith(':53'));

describe.skipIf(helm === undefined)('network policies', () => {
  it.each(VALUE_SETS)('$name: every pod is under default deny and can ask for names', ({ name }) => {
    const matrix = matrixOf(name);
    const [deny] = ofKind(rendered.get(name)!, 'NetworkPolicy').filter(({ metadata }) => metadata.name.endsWith('-default-deny'));
    expect(deny!.spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    for (const pod of matrix.pods) {
      expect(selects(deny!.spec!.podSelector!.matchLabels, pod.labels), pod.name).toBe(true);
      expect(matrix.allows(pod, ELSEWHERE, 53), pod.name).toBe(true);
    }
  });

  it('bundled stores: each role reaches what it calls and nothing else', () => {
    const matrix = matrixOf('v3-zones');
    const reach = Object.fromEntries(matrix.pods.map((pod) => [pod.name, withoutDns(matrix.reach(pod))]));
    expect(reach).toEqual({
      gateway: ['distributor:4317', 'distributor:4318', 'distributor:9009', 'query-frontend:9009'],
      distributor: ['ingester:9095', 'nats:4222'],
      ingester: ['minio:9000', 'nats:4222'],
      querier: ['ingester:9095', 'minio:9000', 'nats:4222', 'query-frontend:9095', 'store-gateway:9095'],
      'query-frontend': ['nats:4222'],
      'store-gateway': ['minio:9000', 'nats:4222'],
      compactor: ['minio:9000', 'nats:4222'],
      nats: ['nats:6222'],
      minio: [],
      'smoke-test': ['gateway:8080'],
    });
  });

  it('stores of the user: roles reach them by their ports only', () => {
    const matrix = matrixOf('v2-scalable');
    expect(withoutDns(matrix.reach(matrix.pod('write')))).toEqual([
      'another pod:4222',
      'another pod:443',
      'internet:4222',
      'internet:443',
      'write:9095',
    ]);
    expect(withoutDns(matrix.reach(matrix.pod('backend')))).toEqual([
      'another pod:4222',
      'another pod:443',
      'internet:4222',
      'internet:443',
    ]);
    expect(withoutDns(matrix.reach(matrix.pod('read')))).toContain('backend:9095');
    expect(withoutDns(matrix.reach(matrix.pod('gateway')))).toEqual(['read:9009', 'write:4317', 'write:4318', 'write:9009']);
  });

  it('from outside only the gateway can be called, and metrics be read', () => {
    const matrix = matrixOf('v3-zones');
    for (const pod of matrix.pods) {
      const open = PORTS.filter((port) => matrix.allows(ELSEWHERE, pod, port));
      const isRole = !['gateway', 'nats', 'minio', 'smoke-test'].includes(pod.name);
      expect(open, pod.name).toEqual(pod.name === 'gateway' ? [4317, 4318, 8080] : isRole ? [9009] : []);
      expect(PORTS.filter((port) => matrix.allows(INTERNET, pod, port)).length > 0).toBe(pod.name === 'gateway');
    }
  });

  it('can be narrowed to one ingress and one Prometheus', () => {
    const matrix = matrixOf('v5-everything');
    expect(matrix.allows(MONITORING, matrix.pod('querier'), 9009)).toBe(true);
    expect(matrix.allows(ELSEWHERE, matrix.pod('querier'), 9009)).toBe(false);
    expect(matrix.allows(ELSEWHERE, matrix.pod('gateway'), 8080)).toBe(false);
    expect(matrix.allows({ ...ELSEWHERE, namespace: 'ingress' }, matrix.pod('gateway'), 8080)).toBe(true);
    expect(matrix.allows(matrix.pod('querier'), { name: 'redis', labels: { app: 'redis' }, namespace: 'ns' }, 6379)).toBe(true);
  });

  it('the rollout-operator may ask ingesters in zones to leave', async () => {
    const narrow = { networkPolicy: { metricsFrom: [{ podSelector: { matchLabels: { app: 'prometheus' } } }] } };
    const objects = parseObjects(await helm!.render({ files: [VALUE_SETS[2]!.file], values: narrow }));
    const matrix = new PolicyMatrix(objects);
    expect(matrix.allows(OPERATOR, matrix.pod('ingester'), 9009)).toBe(true);
    expect(matrix.allows(OPERATOR, matrix.pod('querier'), 9009)).toBe(false);
    expect(matrix.allows(ELSEWHERE, matrix.pod('ingester'), 9009)).toBe(false);
  });

  it('can be switched off as a whole', async () => {
    const objects = parseObjects(await helm!.render({ values: { networkPolicy: { enabled: false } } }));
    expect(ofKind(objects, 'NetworkPolicy')).toEqual([]);
  });
});
