import { layerOf, MAY_IMPORT } from './layers.ts';
import type { SourceTree, Violation } from './source-tree.ts';

const BEGIN = '<!-- layers:begin (written by UPDATE_GOLDEN=1 npm test) -->';
const END = '<!-- layers:end -->';
const TITLES: Readonly<Record<string, string>> = {
  role: 'services',
  all: 'services/all',
  contract: 'signals/contract',
  tests: 'integration-tests',
};

/** The table of layers as package.json files have it. */
export function layerTable(tree: SourceTree): string {
  const rows = Object.keys(MAY_IMPORT).map((layer) => {
    const members = tree.packages().filter(({ folder }) => layerOf(folder) === layer);
    const names = members.map(({ folder }) => folder.split('/').at(-1)).join(', ');
    const allowed = MAY_IMPORT[layer]!.map((name) => TITLES[name] ?? name).join(', ');
    return `| ${TITLES[layer] ?? layer} | ${names} | ${allowed} |`;
  });
  return ['| layer | packages | may import |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The architecture page with the table of today; the text itself when it has no place for one. */
export function withLayerTable(page: string, tree: SourceTree): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) return page;
  return `${page.slice(0, begin)}${BEGIN}\n\n${layerTable(tree)}\n\n${page.slice(end)}`;
}

/** An architecture page whose layer table is missing or differs from the packages. */
export function findArchitectureViolations(tree: SourceTree): Violation[] {
  const path = 'ARCHITECTURE.md';
  const page = tree.files.get(path);
  if (page === undefined) return [{ path, line: 1, message: 'is missing' }];
  if (!page.includes(BEGIN) || !page.includes(END))
    return [{ path, line: 1, message: `has no layer table: put the lines '${BEGIN}' and '${END}' into it` }];
  const line = page.slice(0, page.indexOf(BEGIN)).split('\n').length;
  return withLayerTable(page, tree) === page
    ? []
    : [{ path, line, message: 'layer table differs from the packages: UPDATE_GOLDEN=1 npm run check' }];
}
