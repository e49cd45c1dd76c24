import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findHelms, renderValueSets, VALUE_SETS } from './helm.ts';
import {
  containersOf,
  idOf,
  type KubeObject,
  ofKind,
  one,
  parseObjects,
  podMakers,
  selects,
  type TextMap,
} from './kube-object.ts';

const { helm } = findHelms()[0]!;
let rendered: ReadonlyMap<string, readonly KubeObject[]>;
const sets = VALUE_SETS.map(({ name }) => ({ name }));

/** Objects that the user makes, by value set: the chart only refers to them. */
const EXTERNAL: Readonly<Record<string, readonly string[]>> = {
  'v1-single': [],
  'v2-scalable': ['Secret/s3-credentials', 'ConfigMap/s3-ca', 'Secret/nats-credentials', 'Secret/nats-ca'],
  'v3-zones': [],
  'v4-minimal': [],
  // cert-manager writes the two of TLS.
  'v5-everything': [
    'Secret/registry',
    'ConfigMap/proxy-settings',
    'Secret/gateway-users',
    'Secret/rel-telamon-gateway-tls',
    'Secret/rel-telamon-internal-tls',
  ],
  'v6-hardened': [
    'Secret/s3-credentials',
    'Secret/internal-tls',
    'Secret/gateway-users',
    'Secret/gateway-tls',
    'ServiceAccount/metrics',
  ],
};

beforeAll(async () => {
  rendered = await renderValueSets(helm);
});

const objectsOf = (name: string): readonly KubeObject[] => rendered.get(name)!;
const render = async (values: object, file?: string): Promise<KubeObject[]> =>
  parseObjects(await helm!.render({ values, files: file === undefined ? [] : [file] }));
const podLabels = (object: KubeObject): TextMap => object.spec!.template!.metadata.labels!;
const argsOf = (object: KubeObject): readonly string[] => containersOf(object)[0]!.args ?? [];

describe.skipIf(helm === undefined)('names and labels', () => {
  it.each([...sets, { name: 'v3 with the longest release name' }])('$name: are short and valid', async ({ name }) => {
    const release = 'a2345678901234567890123456789012345678901234567890123';
    expect(release).toHaveLength(53);
    const objects =
      name in EXTERNAL ? objectsOf(name) : parseObjects(await helm!.render({ release, files: [VALUE_SETS[2]!.file] }));
    for (const object of objects) {
      // A StatefulSet's pods carry its name and a hash of eleven characters in a label of at most 63.
      expect(object.metadata.name.length, idOf(object)).toBeLessThanOrEqual(object.kind === 'StatefulSet' ? 52 : 63);
      expect(object.metadata.name).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
      for (const [key, value] of Object.entries({ ...object.metadata.labels, ...object.spec?.template?.metadata.labels })) {
        expect(key).toMatch(/^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/);
        expect(value).toMatch(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/);
      }
    }
  });

  it('two long release names that begin alike do not share names', async () => {
    const start = 'a-release-name-that-goes-on-and-on';
    const namesOf = async (release: string): Promise<string[]> => parseObjects(await helm!.render({ release })).map(idOf);
    const [one, other] = [await namesOf(`${start}-one`), await namesOf(`${start}-two`)];
    expect(one.filter((id) => other.includes(id))).toEqual([]);
  });

  it('no object has the name of another', () => {
    for (const { name } of sets) {
      const ids = objectsOf(name).map(idOf);
      expect(
        ids.filter((id, at) => ids.indexOf(id) !== at),
        name,
      ).toEqual([]);
    }
  });

  it('selectors of a workload are the same in every value set', () => {
    const seen = new Map<string, string>();
    for (const { name } of sets) {
      if (name === 'v6-hardened') continue; // Has other names on purpose.
      for (const object of ofKind(objectsOf(name), 'Deployment', 'StatefulSet')) {
        const text = JSON.stringify(object.spec!.selector);
        expect(seen.get(idOf(object)) ?? text, `${name} ${idOf(object)}`).toBe(text);
        seen.set(idOf(object), text);
        expect(selects(object.spec!.selector!.matchLabels, podLabels(object))).toBe(true);
      }
    }
    expect(seen.size).toBeGreaterThan(15);
  });
});

describe.skipIf(helm === undefined)('references', () => {
  it.each(sets)('$name: every Service has pods, with the ports that it names', ({ name }) => {
    const makers = podMakers(objectsOf(name));
    for (const service of ofKind(objectsOf(name), 'Service')) {
      const pods = makers.filter((maker) => selects(service.spec!.selector as TextMap, podLabels(maker)));
      expect(pods.length, idOf(service)).toBeGreaterThan(0);
      for (const pod of pods) {
        const ports = containersOf(pod).flatMap((container) => container.ports ?? []);
        for (const port of service.spec!.ports!)
          expect(
            ports.map((each) => each.name),
            `${idOf(service)} ${idOf(pod)}`,
          ).toContain(port.targetPort);
      }
    }
    for (const set of ofKind(objectsOf(name), 'StatefulSet'))
      expect(one(objectsOf(name), 'Service', set.spec!.serviceName!).spec!.clusterIP).toBe('None');
  });

  it('monitors select what has the port of metrics', () => {
    const [serviceMonitor] = ofKind(objectsOf('v5-everything'), 'ServiceMonitor');
    const services = ofKind(objectsOf('v5-everything'), 'Service').filter((service) =>
      selects(serviceMonitor!.spec!.selector!.matchLabels, service.metadata.labels),
    );
    expect(services.map(({ metadata }) => metadata.name.replace('rel-telamon-', '')).sort()).toEqual([
      'compactor',
      'distributor',
      'ingester',
      'querier',
      'query-frontend',
      'store-gateway',
    ]);
    const port = serviceMonitor!.spec!.endpoints![0]!.port;
    for (const service of services) expect(service.spec!.ports!.map(({ name }) => name)).toContain(port);
    const [podMonitor] = ofKind(objectsOf('v2-scalable'), 'PodMonitor');
    const scraped = podMakers(objectsOf('v2-scalable')).filter(
      (maker) =>
        selects(podMonitor!.spec!.selector!.matchLabels, podLabels(maker)) &&
        containersOf(maker).some(({ ports }) =>
          ports?.some(({ name }) => name === podMonitor!.spec!.podMetricsEndpoints![0]!.port),
        ),
    );
    expect(scraped.map(({ metadata }) => metadata.name.replace('rel-telamon-', '')).sort()).toEqual(['backend', 'read', 'write']);
  });

  it.each(sets)(
    '$name: every ConfigMap, Secret, volume and service account that is used is made, or the user makes it',
    ({ name }) => {
      const made = new Set(objectsOf(name).map(idOf));
      const missing = new Set<string>();
      const need = (kind: string, wanted: string | undefined): unknown =>
        wanted !== undefined && !made.has(`${kind}/${wanted}`) && missing.add(`${kind}/${wanted}`);
      for (const maker of podMakers(objectsOf(name))) {
        const pod = maker.spec!.template!.spec;
        need('ServiceAccount', pod.serviceAccountName);
        for (const secret of pod.imagePullSecrets ?? []) need('Secret', secret.name);
        const volumes = [
          ...(pod.volumes ?? []).map((volume) => volume.name),
          ...(maker.spec!.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
        ];
        expect(new Set(volumes).size, `${idOf(maker)} has a volume twice`).toBe(volumes.length);
        for (const volume of pod.volumes ?? []) {
          need('ConfigMap', volume.configMap?.name);
          need('Secret', volume.secret?.secretName);
        }
        for (const container of containersOf(maker)) {
          for (const mount of container.volumeMounts ?? []) expect(volumes, idOf(maker)).toContain(mount.name);
          for (const { valueFrom } of container.env ?? []) {
            need('Secret', valueFrom?.secretKeyRef?.name);
            need('ConfigMap', valueFrom?.configMapKeyRef?.name);
          }
          for (const from of container.envFrom ?? []) {
            need('Secret', from.secretRef?.name);
            need('ConfigMap', from.configMapRef?.name);
          }
        }
      }
      for (const scaler of ofKind(objectsOf(name), 'HorizontalPodAutoscaler', 'ScaledObject')) {
        const { kind, name: target } = scaler.spec!.scaleTargetRef!;
        need(kind, target);
      }
      expect([...missing].sort()).toEqual([...EXTERNAL[name]!].sort());
    },
  );

  it.each(sets)('$name: no secret stands in a ConfigMap, an argument or a variable', ({ name }) => {
    const secrets = ofKind(objectsOf(name), 'Secret').flatMap(({ data }) =>
      Object.values(data ?? {}).map((value) => Buffer.from(value, 'base64').toString()),
    );
    const open = JSON.stringify(objectsOf(name).filter(({ kind }) => kind !== 'Secret'));
    for (const secret of secrets) expect(open).not.toContain(secret);
    for (const maker of podMakers(objectsOf(name))) {
      for (const { name: variable, value } of containersOf(maker).flatMap(({ env }) => env ?? []))
        if (/password|secret|token|access_key/i.test(variable)) expect(value, variable).toBeUndefined();
    }
    for (const { data } of ofKind(objectsOf(name), 'ConfigMap'))
      for (const text of Object.values(data ?? {}))
        expect(text).not.toMatch(/(password|secret_access_key|session_token) *: *\S/i);
  });
});

describe.skipIf(helm === undefined)('pods', () => {
  it.each(sets)('$name: keep to the restricted standard', ({ name }) => {
    for (const maker of podMakers(objectsOf(name))) {
      const pod = maker.spec!.template!.spec;
      const at = idOf(maker);
      expect(pod.securityContext, at).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(pod.securityContext?.runAsUser, at).not.toBe(0);
      expect([pod.hostNetwork, pod.hostPID, pod.hostIPC], at).toEqual([undefined, undefined, undefined]);
      for (const volume of pod.volumes ?? []) expect(volume.hostPath, at).toBeUndefined();
      expect(pod.automountServiceAccountToken, at).toBe(false);
      for (const container of containersOf(maker)) {
        expect(container.securityContext, at).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(container.resources?.requests ?? {}).sort(), at).toEqual(['cpu', 'memory']);
        expect(container.resources?.limits?.['memory'], at).toMatch(/^[0-9.]+[MG]i$/);
        expect(container.image, at).toMatch(/@sha256:[0-9a-f]{64}$|:[A-Za-z0-9][\w.-]*$/);
        expect(container.image, at).not.toMatch(/:latest$/);
      }
    }
  });

  it.each(sets)('$name: live by /live, never by /ready', ({ name }) => {
    for (const maker of ofKind(objectsOf(name), 'Deployment', 'StatefulSet')) {
      const [container] = containersOf(maker);
      const isOurs = ['telamon', 'nginx'].includes(container!.name);
      expect(container!.livenessProbe!.httpGet.path).not.toMatch(/ready/);
      if (isOurs) {
        expect(container!.livenessProbe!.httpGet.path).toBe('/live');
        // The gateway is there even when nobody behind it is, to say when to try again.
        const ready = container!.name === 'nginx' ? '/live' : '/ready';
        for (const probe of [container!.readinessProbe, container!.startupProbe]) expect(probe!.httpGet.path).toBe(ready);
      }
      const names = container!.ports!.map((port) => port.name);
      for (const probe of [container!.livenessProbe, container!.readinessProbe, container!.startupProbe])
        expect(names).toContain(probe!.httpGet.port);
      // The admin port is for the pod itself.
      expect(container!.ports!.map((port) => port.containerPort)).not.toContain(9096);
    }
  });

  it('give the heap a share of the memory limit', () => {
    const command = (name: string): string => containersOf(one(objectsOf('v3-zones'), 'Deployment', name))[0]!.command![1]!;
    expect(command('rel-telamon-querier')).toBe('--max-old-space-size=1536');
    expect(command('rel-telamon-distributor')).toBe('--max-old-space-size=768');
  });

  it('restart for a changed configuration and only for it', async () => {
    const checksums = (objects: readonly KubeObject[]): Record<string, string | undefined> =>
      Object.fromEntries(
        ofKind(objects, 'Deployment', 'StatefulSet').map((o) => [
          o.metadata.name.replace('rel-telamon-', ''),
          o.spec!.template!.metadata.annotations?.['checksum/config'],
        ]),
      );
    const base = checksums(await render({}));
    expect(
      checksums(await render({ distributor: { replicas: 5 }, runtimeConfig: { overrides: { a: { ingestion_rate: 1 } } } })),
    ).toEqual(base);
    const changed = checksums(await render({ log: { level: 'debug' } }));
    const roles = ['compactor', 'distributor', 'ingester', 'querier', 'query-frontend', 'store-gateway'];
    for (const role of Object.keys(base)) expect(changed[role] !== base[role], role).toBe(roles.includes(role));
    const gateway = checksums(await render({ gateway: { maxBodySize: '5m' } }));
    for (const role of Object.keys(base)) expect(gateway[role] !== base[role], role).toBe(role === 'gateway');
  });

  it('OpenShift chooses users and groups', () => {
    for (const maker of podMakers(objectsOf('v6-hardened')))
      expect(maker.spec!.template!.spec.securityContext).toEqual({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
    expect(one(objectsOf('v1-single'), 'StatefulSet', 'rel-telamon-single').spec!.template!.spec.securityContext!.fsGroup).toBe(
      10001,
    );
  });

  it('come from the mirror, by digest, in user namespaces of their own', () => {
    const images = podMakers(objectsOf('v6-hardened')).flatMap((maker) => containersOf(maker).map(({ image }) => image));
    for (const image of images) expect(image).toMatch(/^registry\.example\.com\/mirror\//);
    expect(images.filter((image) => image.startsWith('registry.example.com/mirror/telamon@sha256:')).length).toBeGreaterThan(5);
    for (const maker of ofKind(objectsOf('v6-hardened'), 'Deployment', 'StatefulSet'))
      expect(maker.spec!.template!.spec.hostUsers).toBe(false);
  });
});

describe.skipIf(helm === undefined)('scale', () => {
  it.each(sets)('$name: no budget forbids every disruption', ({ name }) => {
    for (const budget of ofKind(objectsOf(name), 'PodDisruptionBudget')) {
      const wanted = budget.spec!.selector!.matchLabels;
      const makers = ofKind(objectsOf(name), 'Deployment', 'StatefulSet').filter((maker) => selects(wanted, podLabels(maker)));
      const scaler = ofKind(objectsOf(name), 'HorizontalPodAutoscaler').find((s) => s.metadata.name === budget.metadata.name);
      const pods = makers.reduce((sum, maker) => sum + (maker.spec!.replicas ?? scaler?.spec?.minReplicas ?? 2), 0);
      expect(pods, idOf(budget)).toBeGreaterThan(1);
      const { minAvailable, maxUnavailable } = budget.spec!;
      expect([minAvailable, maxUnavailable].filter((value) => value !== undefined)).toHaveLength(1);
      if (maxUnavailable !== undefined) expect(maxUnavailable).toBeGreaterThanOrEqual(1);
      else expect(minAvailable).toBeLessThan(pods);
    }
  });

  it('a lone pod has no budget', () => expect(ofKind(objectsOf('v4-minimal'), 'PodDisruptionBudget')).toEqual([]));

  it('leaves the number of pods to the autoscaler where there is one', () => {
    const objects = objectsOf('v5-everything');
    const scalers = ofKind(objects, 'HorizontalPodAutoscaler', 'ScaledObject');
    expect(scalers.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort()).toEqual([
      'HorizontalPodAutoscaler/rel-telamon-distributor',
      'ScaledObject/rel-telamon-querier',
      'ScaledObject/rel-telamon-query-frontend',
    ]);
    for (const maker of ofKind(objects, 'Deployment', 'StatefulSet')) {
      const isScaled = scalers.some(({ metadata }) => metadata.name === maker.metadata.name);
      expect(maker.spec!.replicas === undefined, idOf(maker)).toBe(isScaled);
    }
  });

  it('never scales what holds samples', async () => {
    const objects = await render({ ingester: { autoscaling: { type: 'hpa' } }, storeGateway: { autoscaling: { type: 'hpa' } } });
    expect(ofKind(objects, 'HorizontalPodAutoscaler')).toEqual([]);
  });
});

describe.skipIf(helm === undefined)('zones', () => {
  const ingesters = (): KubeObject[] =>
    ofKind(objectsOf('v3-zones'), 'StatefulSet').filter(({ metadata }) => metadata.name.includes('-ingester'));

  it('make a StatefulSet each, with equal replicas, nodes and a zone of its own', () => {
    expect(ingesters().map(({ metadata }) => metadata.name)).toEqual(
      ['a', 'b', 'c'].map((zone) => `rel-telamon-ingester-zone-${zone}`),
    );
    for (const set of ingesters()) {
      const zone = set.metadata.labels!['zone']!;
      expect(set.spec!.replicas).toBe(2);
      expect(argsOf(set)).toContain(`--ring.zone=${zone}`);
      expect(set.spec!.selector!.matchLabels).toMatchObject({ zone });
      expect(set.spec!.template!.spec.nodeSelector).toEqual({ 'topology.kubernetes.io/zone': zone.replace('zone-', 'eu-1') });
      const [term] = set.spec!.template!.spec.affinity!.podAntiAffinity!.requiredDuringSchedulingIgnoredDuringExecution!;
      expect(term!.labelSelector.matchExpressions).toEqual([
        { key: 'rollout-group', operator: 'In', values: ['rel-telamon-ingester'] },
        { key: 'zone', operator: 'NotIn', values: [zone] },
      ]);
      expect(podLabels(set)['rollout-group']).toBe('rel-telamon-ingester');
    }
  });

  it('are rolled and scaled in by the rollout-operator', () => {
    for (const set of ingesters()) {
      expect(set.spec!.updateStrategy).toEqual({ type: 'OnDelete' });
      expect(set.metadata.labels).toMatchObject({
        'rollout-group': 'rel-telamon-ingester',
        'grafana.com/prepare-downscale': 'true',
        'grafana.com/min-time-between-zones-downscale': '12h',
      });
      expect(set.metadata.annotations).toEqual({
        'rollout-max-unavailable': '10',
        'grafana.com/prepare-downscale-http-path': 'ingester/prepare-shutdown',
        'grafana.com/prepare-downscale-http-port': '9009',
      });
      expect(podLabels(set)['name']).toBe(set.metadata.name);
    }
    const [budget] = ofKind(objectsOf('v3-zones'), 'PodDisruptionBudget').filter(({ metadata }) =>
      metadata.name.endsWith('-ingester'),
    );
    for (const set of ingesters()) expect(selects(budget!.spec!.selector!.matchLabels, podLabels(set))).toBe(true);
  });

  it('hold store-gateways, too, which may go without being asked', () => {
    const sets = ofKind(objectsOf('v3-zones'), 'StatefulSet').filter(({ metadata }) => metadata.name.includes('-store-gateway'));
    expect(sets.map((set) => argsOf(set).find((arg) => arg.startsWith('--ring.zone')))).toEqual(
      ['a', 'b', 'c'].map((zone) => `--ring.zone=zone-${zone}`),
    );
    for (const set of sets) {
      expect(set.spec!.replicas).toBe(1);
      expect(set.metadata.labels).toMatchObject({ 'rollout-group': 'rel-telamon-store-gateway' });
      expect(
        Object.keys({ ...set.metadata.labels, ...set.metadata.annotations }).filter((key) => key.includes('prepare')),
      ).toEqual([]);
    }
  });

  it('refuse replicas that do not spread evenly', async () => {
    for (const values of [{ ingester: { replicas: 4 } }, { storeGateway: { replicas: 4 } }]) {
      const { code, stderr } = await helm!.tryRender({ files: [VALUE_SETS[2]!.file], values });
      expect(code).not.toBe(0);
      expect(stderr).toContain('multiple of the 3 zones');
    }
  });
});

describe.skipIf(helm === undefined)('addresses', () => {
  it('IPv6: every listener takes it', () => {
    const objects = objectsOf('v6-hardened');
    const config = parse(one(objects, 'ConfigMap', 'metrics-config').data!['config.yaml']!) as Record<
      string,
      Record<string, unknown>
    >;
    expect(config['http']!['listen_address']).toBe('::');
    expect(config['grpc']!['listen_address']).toBe('::');
    expect(config['admin']!['listen_address']).toBe('127.0.0.1');
    const nginx = one(objects, 'ConfigMap', 'metrics-gateway').data!['nginx.conf']!;
    for (const port of [8080, 4317, 4318]) expect(nginx).toContain(`listen [::]:${port}`);
    expect(one(objects, 'ConfigMap', 'metrics-nats').data!['nats.conf']).toContain('"[::]:4222"');
    expect(argsOf(one(objects, 'StatefulSet', 'metrics-ingester'))).toContain('--ring.address=$(POD_IP)');
  });

  it('the domain of the cluster is in every one', () => {
    const text = JSON.stringify(objectsOf('v6-hardened'));
    expect(text).toContain('.svc.corp.example');
    expect(text).not.toContain('cluster.local');
  });

  it('objects of the user are templates', () => {
    expect(one(objectsOf('v5-everything'), 'ConfigMap', 'rel-extra').data).toEqual({ release: 'rel' });
    expect(one(objectsOf('v5-everything'), 'ConfigMap', 'rel-extra-text')).toBeDefined();
  });

  it('the data source asks the address that answers', () => {
    const objects = objectsOf('v5-everything');
    const text = one(objects, 'ConfigMap', 'rel-telamon-datasource').data!['rel-telamon.yaml']!;
    const { datasources } = parse(text) as { datasources: { url: string; type: string; jsonData: Record<string, string> }[] };
    const url = new URL(datasources[0]!.url);
    const service = one(objects, 'Service', url.hostname.split('.')[0]!);
    expect(service.spec!.ports!.map(({ port }) => port)).toContain(Number(url.port));
    expect(url.pathname).toBe('/prometheus');
    expect(datasources[0]).toMatchObject({
      type: 'prometheus',
      jsonData: { prometheusType: 'Mimir', httpHeaderName1: 'X-Scope-OrgID' },
    });
  });

  it('the test is a hook that cleans up after itself', () => {
    const objects = objectsOf('v3-zones');
    for (const kind of ['Job', 'ConfigMap']) {
      expect(one(objects, kind, 'rel-telamon-smoke-test').metadata.annotations).toMatchObject({
        'helm.sh/hook': 'test',
        'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
      });
    }
  });
});
