import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { CRD_KINDS, crdSchema } from './crd-schemas.ts';
import { findChartTool, findHelms, renderValueSets } from './helm.ts';
import { idOf, type KubeObject } from './kube-object.ts';
import { KubernetesSchemas, validationErrors } from './object-schemas.ts';

const { helm } = findHelms()[0]!;
const schemas = findChartTool('kubernetes-schemas');
let rendered: ReadonlyMap<string, readonly KubeObject[]>;

beforeAll(async () => {
  rendered = await renderValueSets(helm);
});

/** Every different object of the value sets, so that none is checked twice. */
function allObjects(): KubeObject[] {
  return [...new Map([...rendered.values()].flat().map((object) => [JSON.stringify(object), object])).values()];
}

describe.skipIf(helm === undefined || schemas.path === undefined)(`objects of Kubernetes ${schemas.reason ?? ''}`, () => {
  it.each(['1.27', '1.30', '1.34', '1.37'])('fit the schemas of %s without an unknown field', (version) => {
    const kubernetes = new KubernetesSchemas(schemas.path!, version);
    const builtIn = allObjects().filter(({ apiVersion, kind }) => crdSchema(apiVersion, kind) === undefined);
    expect(builtIn.length).toBeGreaterThan(100);
    const wrong = builtIn.flatMap((object) =>
      kubernetes.knows(object)
        ? kubernetes.errorsOf(object).map((error) => `${idOf(object)} ${error}`)
        : [`${idOf(object)}: no ${object.apiVersion} in ${version}`],
    );
    expect(wrong).toEqual([]);
  });

  it('would not fit with a wrong type, a missing field or an unknown one', () => {
    const kubernetes = new KubernetesSchemas(schemas.path!, '1.34');
    const deployment = allObjects().find(({ kind }) => kind === 'Deployment')!;
    expect(kubernetes.errorsOf(deployment)).toEqual([]);
    expect(kubernetes.errorsOf({ ...deployment, spec: { ...deployment.spec, replicas: 'two' } } as never)).not.toEqual([]);
    expect(kubernetes.errorsOf({ ...deployment, spec: {} })).not.toEqual([]);
    expect(kubernetes.errorsOf({ ...deployment, spec: { ...deployment.spec, replicass: 2 } } as never)).not.toEqual([]);
  });
});

describe.skipIf(helm === undefined)('custom resources', () => {
  it('of every kind fit their schemas', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    const seen = new Set<string>();
    for (const object of allObjects()) {
      const schema = crdSchema(object.apiVersion, object.kind);
      if (schema === undefined) continue;
      seen.add(object.kind);
      const validate = ajv.compile(schema);
      expect(validate(object) ? [] : validationErrors(validate), idOf(object)).toEqual([]);
    }
    expect([...seen].sort()).toEqual([...CRD_KINDS].sort());
  });
});
