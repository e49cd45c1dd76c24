import {
  isTestFile,
  type ModuleReference,
  resolveRelative,
  type SourceTree,
  type Violation,
  type WorkspacePackage,
} from './source-tree.ts';

/**
 * What each layer may import, itself included where it may. Arrows point left or up:
 * core -> kit / formats / query -> signals -> services.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  kit: ['core', 'kit'],
  formats: ['core', 'formats'],
  query: ['core'],
  contract: ['core', 'kit'],
  signals: ['core', 'kit', 'formats', 'query', 'contract'],
  host: ['core', 'kit', 'contract'],
  role: ['core', 'kit', 'contract', 'host'],
  all: ['core', 'kit', 'contract', 'host', 'signals', 'role'],
  tests: ['core', 'kit', 'formats', 'query'],
};

/** The layer of a package by its folder. */
export function layerOf(folder: string): string {
  if (folder === 'libs/signals/contract') return 'contract';
  if (folder === 'libs/signals/host') return 'host';
  if (folder === 'services/all') return 'all';
  if (folder.startsWith('services/')) return 'role';
  if (folder === 'integration-tests') return 'tests';
  return folder.split('/')[1] ?? '';
}

/** Imports against the direction, undeclared, into another package's files, or without the `.ts`. */
export function findLayerViolations(tree: SourceTree): Violation[] {
  const byName = new Map(tree.packages().map((item) => [item.name, item]));
  const violations: Violation[] = [];
  for (const from of tree.packages()) {
    for (const name of Object.keys(from.dependencies)) {
      const to = byName.get(name);
      const message = to && !isForMain(from, to) && wrongDirection(from, to);
      if (message) violations.push({ path: `${from.folder}/package.json`, line: 1, message });
    }
  }
  for (const path of tree.sources()) {
    const from = tree.packageOf(path);
    if (from === undefined) continue;
    for (const reference of tree.references(path)) {
      const message = reference.specifier.startsWith('.')
        ? checkRelative(path, from, reference)
        : checkBare({ tree, path, from, reference, byName });
      if (message !== undefined) violations.push({ path, line: reference.line, message });
    }
  }
  return violations;
}

function wrongDirection(from: WorkspacePackage, to: WorkspacePackage): string | undefined {
  const layer = layerOf(from.folder);
  const allowed = MAY_IMPORT[layer] ?? [];
  if (from === to || allowed.includes(layerOf(to.folder))) return undefined;
  return `${from.name} (${layer}) must not import ${to.name} (${layerOf(to.folder)}); ${layer} may import ${allowed.join(', ')}: move the code down or pass it in`;
}

/** A role's package may depend on a signal, which only its main.ts may import. */
function isForMain(from: WorkspacePackage, to: WorkspacePackage): boolean {
  return layerOf(from.folder) === 'role' && layerOf(to.folder) === 'signals';
}

function checkRelative(path: string, from: WorkspacePackage, { specifier }: ModuleReference): string | undefined {
  if (!resolveRelative(path, specifier).startsWith(`${from.folder}/`)) {
    return `'${specifier}' leaves the package: import the other package by its name`;
  }
  return /\.(ts|js|mjs|json|wasm)$/.test(specifier) ? undefined : `'${specifier}' has no file ending: write '${specifier}.ts'`;
}

interface BareImport {
  readonly tree: SourceTree;
  readonly path: string;
  readonly from: WorkspacePackage;
  readonly reference: ModuleReference;
  readonly byName: ReadonlyMap<string, WorkspacePackage>;
}

function checkBare({ tree, path, from, reference, byName }: BareImport): string | undefined {
  const { specifier, isTypeOnly } = reference;
  if (specifier.startsWith('node:')) return undefined;
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const to = byName.get(name);
  if (to !== undefined && specifier !== name)
    return `'${specifier}' reaches into ${name}: export what you need from its src/index.ts`;
  const isTest = isTestFile(path);
  const rootManifest = JSON.parse(tree.files.get('package.json') ?? '{}') as { devDependencies?: Record<string, string> };
  const isDeclared =
    name in from.dependencies ||
    name === from.name ||
    (isTest && (name in from.devDependencies || name in (rootManifest.devDependencies ?? {})));
  if (!isDeclared) return `'${name}' is not declared: add it to the dependencies of ${from.folder}/package.json`;
  if (to === undefined) return undefined;
  if (layerOf(from.folder) === 'contract' && layerOf(to.folder) === 'kit' && !isTypeOnly) {
    return `the contract may take types of kit only: write 'import type' for '${specifier}'`;
  }
  if (path.endsWith('/src/main.ts') && isForMain(from, to)) return undefined;
  return isTest && layerOf(from.folder) !== 'tests' ? undefined : wrongDirection(from, to);
}
