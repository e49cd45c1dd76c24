import { layerOf } from './layers.ts';
import type { SourceTree, Violation } from './source-tree.ts';

const PAGE = 'ARCHITECTURE.md';
const HEADING = '| layer | packages | may import |';

/** Rows of the page that hold finer layers of the direction table. */
const ROW_OF: Readonly<Record<string, string>> = { contract: 'signals', host: 'signals', role: 'services', all: 'services' };

/** An architecture page whose table of layers names a package that isn't there, or not one that is. */
export function findArchitectureViolations(tree: SourceTree): Violation[] {
  const page = tree.files.get(PAGE);
  if (page === undefined) return [{ path: PAGE, line: 1, message: 'is missing' }];
  const lines = page.split('\n');
  const start = lines.indexOf(HEADING);
  if (start < 0) return [{ path: PAGE, line: 1, message: `has no table '${HEADING}'` }];
  const named = new Map<string, { readonly row: string; readonly line: number }>();
  for (let index = start + 2; lines[index]?.startsWith('|'); index++) {
    const [, row = '', packages = ''] = lines[index]!.split('|').map((cell) => cell.trim());
    for (const folder of foldersIn(packages)) named.set(folder, { row, line: index + 1 });
  }
  const actual = tree.packages().filter(({ folder }) => folder !== 'integration-tests');
  const violations: Violation[] = [];
  for (const { folder } of actual) {
    const layer = layerOf(folder);
    const found = named.get(folder);
    const want = ROW_OF[layer] ?? layer;
    if (found?.row === want) continue;
    violations.push({
      path: PAGE,
      line: found?.line ?? start + 1,
      message: `the row '${want}' of the layer table must name ${folder}`,
    });
  }
  for (const [folder, { line }] of named) {
    if (!actual.some((item) => item.folder === folder))
      violations.push({ path: PAGE, line, message: `there is no package ${folder}` });
  }
  return violations;
}

/** Folders in back quotes: `libs/core/{a,b}` stands for two. */
function foldersIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, text]) => {
    const braces = /^(.*)\{([^}]+)\}$/.exec(text!);
    return braces === null ? [text!] : braces[2]!.split(',').map((name) => braces[1]! + name.trim());
  });
}
