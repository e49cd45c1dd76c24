import { expect, it } from 'vitest';
import { findArchitectureViolations } from './architecture.ts';
import { findCycles } from './cycles.ts';
import { findDefaultExports, findUndocumentedExports } from './docs.ts';
import { findLayerViolations } from './layers.ts';
import { findChangelogViolations, findLockfileViolations, findManifestViolations } from './manifests.ts';
import { findSizeViolations } from './sizes.ts';
import { SourceTree, type Violation } from './source-tree.ts';
import { findAnyTypes, findSignalWords, findWordViolations } from './words.ts';

const manifest = (name: string, dependencies: Record<string, string> = {}): string => JSON.stringify({ name, dependencies });

/** Runs a rule over planted files and gives `path:line` of what it found. */
function places(find: (tree: SourceTree) => Violation[], files: Record<string, string>): string[] {
  return find(new SourceTree(new Map(Object.entries(files)))).map(({ path, line }) => `${path}:${line}`);
}

it('finds imports against the direction, undeclared, deep, escaping and without ending', () => {
  const files = {
    'package.json': '{}',
    'libs/core/a/package.json': manifest('@telamon/a', { '@telamon/k': '0.1.0' }),
    'libs/core/a/src/x.ts':
      "import { k } from '@telamon/k';\nimport '@telamon/q';\nimport '../../b/src/y.ts';\nimport './z';\nimport 'node:fs';\n",
    'libs/kit/k/package.json': manifest('@telamon/k', { '@telamon/a': '0.1.0' }),
    'libs/kit/k/src/x.ts': "import type { A } from '@telamon/a';\nimport '@telamon/a/src/x.ts';\n",
    'libs/query/q/package.json': manifest('@telamon/q'),
    'libs/query/q/src/x.ts': "import { a } from './a.ts';\n",
  };
  expect(places(findLayerViolations, files)).toEqual([
    'libs/core/a/package.json:1',
    'libs/core/a/src/x.ts:1',
    'libs/core/a/src/x.ts:2',
    'libs/core/a/src/x.ts:3',
    'libs/core/a/src/x.ts:4',
    'libs/kit/k/src/x.ts:2',
  ]);
});

it('lets a role name signals in its main only, and the contract take types of kit only', () => {
  const files = {
    'package.json': '{}',
    'libs/kit/k/package.json': manifest('@telamon/k'),
    'libs/signals/contract/package.json': manifest('@telamon/contract', { '@telamon/k': '0.1.0' }),
    'libs/signals/contract/src/x.ts': "import type { A } from '@telamon/k';\nimport { b } from '@telamon/k';\n",
    'libs/signals/m/package.json': manifest('@telamon/m'),
    'services/r/package.json': manifest('@telamon/r', { '@telamon/k': '0.1.0' }),
    'services/r/src/main.ts': "import '@telamon/k';\n",
    'services/r/src/push.ts': "import '@telamon/m';\n",
  };
  expect(places(findLayerViolations, files)).toEqual(['libs/signals/contract/src/x.ts:2', 'services/r/src/push.ts:1']);
});

it('finds cycles of files and packages, but not of types', () => {
  const files = {
    'libs/core/a/package.json': manifest('@telamon/a', { '@telamon/b': '0.1.0' }),
    'libs/core/b/package.json': manifest('@telamon/b', { '@telamon/a': '0.1.0' }),
    'libs/core/a/src/x.ts': "import './y.ts';\nimport type { T } from './t.ts';",
    'libs/core/a/src/y.ts': "export { x } from './x.ts';",
    'libs/core/a/src/t.ts': "import './x.ts';",
  };
  expect(places(findCycles, files)).toEqual(['libs/core/a/src/x.ts:1', 'libs/core/a/package.json:1']);
});

it('finds files and functions that are too long, and takes a reason', () => {
  const body = '  f();\n'.repeat(70);
  const files = {
    'libs/core/a/src/file.ts': '\n'.repeat(601),
    'libs/core/a/src/file.test.ts': '\n'.repeat(1000),
    'libs/core/a/src/fn.ts': `const a = 'ä';\nfunction f(): void {\n${body}}\n`,
    'libs/core/a/src/excused.ts': `// tidy: long because it is one switch\nfunction f(): void {\n${body}}\n`,
  };
  expect(places(findSizeViolations, files)).toEqual(['libs/core/a/src/file.ts:600', 'libs/core/a/src/fn.ts:2']);
});

it('finds undocumented and unnamed exports', () => {
  const files = {
    'libs/core/a/src/x.ts':
      '/** Doc. */\nexport const a = 1;\nexport function b(): void {}\n/** Doc. */\n// Why.\nexport class C {}\n/* No doc. */\nexport type D = 1;\nexport { a as e };\nexport default a;\n',
  };
  expect(places(findUndocumentedExports, files)).toEqual(['libs/core/a/src/x.ts:3', 'libs/core/a/src/x.ts:8']);
  expect(places(findDefaultExports, files)).toEqual(['libs/core/a/src/x.ts:10']);
});

it('finds loose versions, unlocked dependencies and missing files', () => {
  const files = {
    'package-lock.json': JSON.stringify({ packages: { 'node_modules/left': {} } }),
    'libs/core/a/package.json': '{\n"name": "@telamon/a",\n"dependencies": {\n"left": "^1.0.0",\n"right": "1.0.0"\n}}',
    'libs/core/a/README.md': '# a',
    'libs/core/a/tsconfig.json': '{}',
  };
  expect(places(findManifestViolations, files)).toEqual([
    'libs/core/a/package.json:4',
    'libs/core/a/package.json:5',
    'libs/core/a/src/index.ts:1',
  ]);
  expect(places(findManifestViolations, {})).toEqual(['package-lock.json:1']);
});

it('finds what makes npm ci refuse the lockfile', () => {
  const lock = {
    packages: {
      'libs/core/a': { dependencies: { b: '1.0.0' } },
      'node_modules/b': { optionalDependencies: { 'b-linux': '1.0.0', 'b-darwin': '1.0.0' } },
      'node_modules/b-linux': {},
    },
  };
  const files = (version: string): Record<string, string> => ({
    'package-lock.json': JSON.stringify(lock),
    'libs/core/a/package.json': manifest('@telamon/a', { b: version }),
  });
  expect(places(findLockfileViolations, files('1.0.0'))).toEqual(['package-lock.json:1']);
  expect(places(findLockfileViolations, files('1.0.1'))).toEqual(['package-lock.json:1', 'package-lock.json:1']);
});

it('finds changelog lines without a kind', () => {
  expect(places(findChangelogViolations, { 'CHANGELOG.md': '# C\n\n- [PERF] Faster.\n- Slower.\n' })).toEqual(['CHANGELOG.md:4']);
});

it('finds banned words, machine paths and empty names', () => {
  const files = {
    'libs/core/a/src/x.ts': `// TO${''}DO later\n// TO${''}DO(#12) later\nlet a = b as ${''}any;\n// as a${''}ny other, no matter: a${''}ny\nconst p = '/${''}home/me/x';\n`,
    'libs/core/a/src/utils.ts': '',
    'libs/core/a/src/camelCase.ts': '',
  };
  expect(places(findAnyTypes, files)).toEqual(['libs/core/a/src/x.ts:3']);
  expect(places(findWordViolations, files)).toEqual([
    'libs/core/a/src/x.ts:1',
    'libs/core/a/src/x.ts:5',
    'libs/core/a/src/utils.ts:1',
    'libs/core/a/src/camelCase.ts:1',
  ]);
});

it('finds words of a signal in the shells', () => {
  const files = {
    'services/ingester/src/a.ts': 'const x = 1; // holds samples\n',
    'services/ingester/src/a.test.ts': 'a series\n',
    'services/all/src/b.ts': 'series\n',
    'libs/signals/metrics/src/c.ts': 'series\n',
  };
  expect(places(findSignalWords, files)).toEqual(['services/ingester/src/a.ts:1']);
});

it('compares the layer table with the packages', () => {
  const files = {
    'libs/core/a/package.json': manifest('@telamon/a'),
    'libs/core/b/package.json': manifest('@telamon/b'),
    'services/all/package.json': manifest('@telamon/all'),
  };
  const page =
    '# A\n\n| layer | packages | may import |\n| --- | --- | --- |\n| core | `libs/core/{a,b}`: pure | core |\n| services | `services/all` | all |\n\n';
  const check = (text: string): string[] => places(findArchitectureViolations, { ...files, 'ARCHITECTURE.md': text });
  expect(check(page)).toEqual([]);
  expect(check(page.replace('{a,b}', '{a,c}'))).toEqual(['ARCHITECTURE.md:3', 'ARCHITECTURE.md:5']);
  expect(check(page.replace('| core |', '| kit |'))).toEqual(['ARCHITECTURE.md:5', 'ARCHITECTURE.md:5']);
  expect(check('# A\n')).toEqual(['ARCHITECTURE.md:1']);
  expect(places(findArchitectureViolations, files)).toEqual(['ARCHITECTURE.md:1']);
});
