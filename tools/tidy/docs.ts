import type { SourceTree, SyntaxNode, Violation } from './source-tree.ts';

/** Exports without a doc comment. Re-exports are documented where they are declared. */
export function findUndocumentedExports(tree: SourceTree): Violation[] {
  const violations: Violation[] = [];
  for (const path of tree.sources()) {
    if (/\.(test|bench)\.ts$/.test(path) || path.endsWith('.config.ts')) continue;
    const seen = new Set<string>();
    for (const statement of tree.statements(path)) {
      const names = declaredNames(statement);
      // Overloads share the comment of the first one.
      const isKnown = names.length > 0 && names.every((name) => seen.has(name));
      for (const name of names) seen.add(name);
      if (names.length === 0 || isKnown || hasDocComment(tree.files.get(path)!, statement.start)) continue;
      const message = `export '${names.join(', ')}' has no doc comment: say its effect, units and bounds, errors, who owns what`;
      violations.push({ path, line: tree.lineAt(path, statement.start), message });
    }
  }
  return violations;
}

/** Default exports: importers would name them as they like. */
export function findDefaultExports(tree: SourceTree): Violation[] {
  return tree.sources().flatMap((path) =>
    tree
      .statements(path)
      .filter((node) => node.type === 'ExportDefaultDeclaration')
      .filter(() => !path.endsWith('.config.ts'))
      .map((node) => ({ path, line: tree.lineAt(path, node.start), message: 'export by name, not by default' })),
  );
}

function declaredNames(statement: SyntaxNode): string[] {
  if (statement.type !== 'ExportNamedDeclaration') return [];
  const declaration = statement.declaration as SyntaxNode | null | undefined;
  if (!declaration) return [];
  const id = declaration.id as { name?: string } | undefined;
  if (id?.name !== undefined) return [id.name];
  const declarators = (declaration.declarations ?? []) as { id: { name?: string } }[];
  return declarators.map((item) => item.id.name ?? '(pattern)');
}

/** Whether the text before an offset ends with a doc comment, other comment lines between them allowed. */
function hasDocComment(text: string, offset: number): boolean {
  const before = text
    .slice(0, offset)
    .replace(/(\n[ \t]*\/\/[^\n]*)+\s*$/, '')
    .trimEnd();
  return before.endsWith('*/') && before.slice(before.lastIndexOf('/*')).startsWith('/**');
}
