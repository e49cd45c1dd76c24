import { type SourceTree, type SyntaxNode, TEST_SUPPORT, type Violation, walk } from './source-tree.ts';

/** Lines that a file may have. */
export const FILE_LINES_MAX = 600;
/** Lines that a file of tests may have. */
export const TEST_FILE_LINES_MAX = 1000;
/** Lines that a function may have, its nested ones included. */
export const FUNCTION_LINES_MAX = 70;
/** Lines that a package's README may have. */
export const README_LINES_MAX = 60;

const ESCAPE = /\/\/ tidy: long because \S/;

/** Files and functions over the caps; a function says `// tidy: long because ...` in or above it to stay long. */
export function findSizeViolations(tree: SourceTree): Violation[] {
  const violations: Violation[] = [];
  for (const path of tree.sources()) {
    const lines = countLines(tree.files.get(path)!);
    const cap = /\.test\.ts$/.test(path) ? TEST_FILE_LINES_MAX : FILE_LINES_MAX;
    if (lines > cap)
      violations.push({ path, line: cap, message: `${lines} lines, at most ${cap}: a file holds one concept, split it` });
    if (!TEST_SUPPORT.test(path)) violations.push(...findLongFunctions(tree, path));
  }
  for (const { folder } of tree.packages()) {
    const lines = countLines(tree.files.get(`${folder}/README.md`) ?? '');
    if (lines > README_LINES_MAX)
      violations.push({
        path: `${folder}/README.md`,
        line: README_LINES_MAX,
        message: `${lines} lines, at most ${README_LINES_MAX}`,
      });
  }
  return violations;
}

function countLines(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function findLongFunctions(tree: SourceTree, path: string): Violation[] {
  const text = tree.files.get(path)!;
  const violations: Violation[] = [];
  for (const statement of tree.statements(path)) {
    walk(statement, (node: SyntaxNode) => {
      if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return;
      const lines = countLines(text.slice(node.start, node.end));
      if (lines <= FUNCTION_LINES_MAX) return;
      const above = text.slice(0, node.start).split('\n').slice(-4).join('\n');
      if (ESCAPE.test(above) || ESCAPE.test(text.slice(node.start, node.end))) return;
      const message = `a function of ${lines} lines, at most ${FUNCTION_LINES_MAX}: split it, or write '// tidy: long because <reason>' above it`;
      violations.push({ path, line: tree.lineAt(path, node.start), message });
    });
  }
  return violations;
}
