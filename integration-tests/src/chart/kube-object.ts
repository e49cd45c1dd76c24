import { parseAllDocuments } from 'yaml';

/** Labels or annotations. */
export type TextMap = Readonly<Record<string, string>>;

/** A reference to a key of a ConfigMap or Secret. */
interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

/** A container as far as the checks look at it. */
export interface KubeContainer {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: KeyRef; readonly configMapKeyRef?: KeyRef };
  }[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe?: KubeProbe;
  readonly readinessProbe?: KubeProbe;
  readonly startupProbe?: KubeProbe;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly resources?: { readonly requests?: TextMap; readonly limits?: TextMap };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly privileged?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
}

interface KubeProbe {
  readonly httpGet: { readonly path: string; readonly port: string | number };
}

/** The `spec` of a pod template. */
export interface KubePodSpec {
  readonly containers: readonly KubeContainer[];
  readonly initContainers?: readonly KubeContainer[];
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly hostUsers?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly nodeSelector?: TextMap;
  readonly terminationGracePeriodSeconds?: number;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly affinity?: {
    readonly podAntiAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly {
        readonly labelSelector: {
          readonly matchExpressions: readonly {
            readonly key: string;
            readonly operator: string;
            readonly values: readonly string[];
          }[];
        };
      }[];
    };
  };
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly fsGroup?: number;
    readonly seccompProfile?: { readonly type: string };
  };
  readonly volumes?: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: { readonly secretName: string };
    readonly emptyDir?: object;
    readonly hostPath?: object;
  }[];
}

/** One side of a rule of a NetworkPolicy. */
export interface KubePeer {
  readonly podSelector?: { readonly matchLabels?: TextMap };
  readonly namespaceSelector?: { readonly matchLabels?: TextMap };
  readonly ipBlock?: { readonly cidr: string };
}

/** A rule of a NetworkPolicy; without peers it holds for every address, without ports for every port. */
export interface KubeNetworkRule {
  readonly from?: readonly KubePeer[];
  readonly to?: readonly KubePeer[];
  readonly ports?: readonly { readonly port: number; readonly protocol?: string }[];
}

/** The union of the `spec`s that the checks look at. */
export interface KubeSpec {
  readonly replicas?: number;
  readonly serviceName?: string;
  readonly selector?: Readonly<Record<string, unknown>> & { readonly matchLabels?: TextMap };
  readonly podSelector?: { readonly matchLabels?: TextMap };
  readonly template?: {
    readonly metadata: { readonly labels?: TextMap; readonly annotations?: TextMap };
    readonly spec: KubePodSpec;
  };
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  readonly updateStrategy?: { readonly type: string };
  readonly ports?: readonly {
    readonly name: string;
    readonly port: number;
    readonly targetPort: string | number;
    readonly appProtocol?: string;
  }[];
  readonly clusterIP?: string;
  readonly type?: string;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly minReplicas?: number;
  readonly scaleTargetRef?: { readonly name: string; readonly kind: string };
  readonly ingress?: readonly KubeNetworkRule[];
  readonly egress?: readonly KubeNetworkRule[];
  readonly endpoints?: readonly { readonly port: string }[];
  readonly podMetricsEndpoints?: readonly { readonly port: string }[];
  readonly rules?: readonly KubeRouteRule[];
  readonly groups?: readonly { readonly name: string; readonly rules: readonly KubeAlert[] }[];
}

/** A rule of an Ingress (`http`) or an HTTPRoute (`matches`). */
export interface KubeRouteRule {
  readonly host?: string;
  readonly http?: {
    readonly paths: readonly {
      readonly path: string;
      readonly backend: { readonly service: { readonly name: string; readonly port: { readonly name: string } } };
    }[];
  };
  readonly matches?: readonly { readonly path: { readonly type: string; readonly value: string } }[];
  readonly backendRefs?: readonly { readonly name: string; readonly port: number }[];
}

/** An alert of a PrometheusRule. */
export interface KubeAlert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: TextMap;
  readonly annotations: TextMap;
}

/** An object of Kubernetes as a chart renders it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: TextMap;
    readonly annotations?: TextMap;
  };
  readonly spec?: KubeSpec;
  readonly data?: TextMap;
  readonly automountServiceAccountToken?: boolean;
}

/** The objects of a multi-document YAML text; throws on the first that does not parse. */
export function parseObjects(text: string): KubeObject[] {
  const objects: KubeObject[] = [];
  for (const document of parseAllDocuments(text, { version: '1.1', merge: false })) {
    const [error] = (document as { errors?: readonly Error[] }).errors ?? [];
    if (error !== undefined) throw error;
    const value = (document as { toJS(): unknown }).toJS();
    if (value !== null) objects.push(value as KubeObject);
  }
  return objects;
}

/** `Kind/name`. */
export function idOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

/** Objects of one kind. */
export function ofKind(objects: readonly KubeObject[], ...kinds: readonly string[]): KubeObject[] {
  return objects.filter(({ kind }) => kinds.includes(kind));
}

/** The one object of a kind with a name; throws when there is none. */
export function one(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name} among ${objects.map(idOf).join(', ')}`);
  return found;
}

/** Objects that make pods: workloads and Jobs. */
export function podMakers(objects: readonly KubeObject[]): KubeObject[] {
  return ofKind(objects, 'Deployment', 'StatefulSet', 'DaemonSet', 'Job');
}

/** All containers of an object that makes pods. */
export function containersOf(object: KubeObject): readonly KubeContainer[] {
  const pod = object.spec?.template?.spec;
  return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
}

/** Whether every label that is asked for is there. */
export function selects(wanted: TextMap | undefined, labels: TextMap | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels?.[key] === value);
}
