import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import type { KubeObject } from './kube-object.ts';

/** `$id` of the shared definitions; only a name, nothing is fetched. */
const DEFINITIONS_ID = 'https://k/api/_definitions.json';

/** Schemas of one version of Kubernetes, unknown fields refused. Compiles each kind once. */
export class KubernetesSchemas {
  readonly #folder: string;
  readonly #ajv: Ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, inlineRefs: false });
  readonly #validators = new Map<string, ValidateFunction>();

  /** `root` holds a folder per version, as the package kubernetes-validate has it; `version` is `1.34`. */
  constructor(root: string, version: string) {
    this.#folder = join(root, `v${version}.0-local-strict`);
    this.#ajv.addSchema(this.#read('_definitions.json', DEFINITIONS_ID));
  }

  /** Whether this version has the object's kind at all. */
  knows(object: KubeObject): boolean {
    return existsSync(join(this.#folder, fileOf(object)));
  }

  /** What is wrong with an object; empty when nothing is. */
  errorsOf(object: KubeObject): string[] {
    const file = fileOf(object);
    let validate = this.#validators.get(file);
    if (validate === undefined) {
      validate = this.#ajv.compile(this.#read(file, `https://k/api/${file}`));
      this.#validators.set(file, validate);
    }
    return validate(object) ? [] : validationErrors(validate);
  }

  #read(file: string, id: string): AnySchemaObject {
    const { $schema: _, ...schema } = JSON.parse(readFileSync(join(this.#folder, file), 'utf8')) as AnySchemaObject;
    return { ...schema, $id: id };
  }
}

/** The errors of the last call of a validator, one text each. */
export function validationErrors(validate: ValidateFunction): string[] {
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

/** `deployment-apps-v1.json`, `service-v1.json`. */
function fileOf({ apiVersion, kind }: KubeObject): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const groupName = group === '' ? '' : `-${group!.split('.')[0]}`;
  return `${kind.toLowerCase()}${groupName}-${version}.json`;
}
