import { resolveRelative, type SourceTree, type Violation } from './source-tree.ts';

/** Import cycles between files (type imports don't count: they vanish) and between packages. */
export function findCycles(tree: SourceTree): Violation[] {
  const files = new Map<string, string[]>();
  for (const path of tree.sources()) {
    const targets = tree
      .references(path)
      .filter(({ specifier, isTypeOnly }) => specifier.startsWith('.') && !isTypeOnly)
      .map(({ specifier }) => resolveRelative(path, specifier));
    files.set(path, targets);
  }
  const packages = new Map(tree.packages().map((item) => [item.name, Object.keys(item.dependencies)]));
  const folders = new Map(tree.packages().map((item) => [item.name, `${item.folder}/package.json`]));
  return [
    ...cyclesOf(files).map((cycle) => violation(cycle[0]!, cycle)),
    ...cyclesOf(packages).map((cycle) => violation(folders.get(cycle[0]!)!, cycle)),
  ];
}

function violation(path: string, cycle: readonly string[]): Violation {
  return { path, line: 1, message: `import cycle ${[...cycle, cycle[0]].join(' -> ')}: move what both need into a third file` };
}

/** One cycle per back edge met in a depth-first walk. Cost: O(nodes + edges). */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (node: string, trail: string[]): void => {
    const at = trail.indexOf(node);
    if (at >= 0) {
      cycles.push(trail.slice(at));
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) if (graph.has(next)) visit(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return cycles;
}
