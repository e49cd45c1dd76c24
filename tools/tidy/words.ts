import { basename } from 'node:path';
import { type SourceTree, type Violation, walk } from './source-tree.ts';

interface BannedWord {
  readonly pattern: RegExp;
  readonly fix: string;
}

/** Written in parts, so that this file doesn't break its own rule. */
const BANNED: readonly BannedWord[] = [
  { pattern: new RegExp(`\\bFIX${''}ME\\b|\\bX${''}XX\\b`), fix: 'mend it now or open an issue' },
  { pattern: new RegExp(`\\bTO${''}DO\\b(?!\\(#\\d+\\))`), fix: "name the issue: 'TO" + "DO(#123)'" },
  { pattern: new RegExp(`@ts-${''}(ignore|nocheck)`), fix: 'mend the type' },
];

/** Paths of a developer's machine and addresses of a package registry. */
const MACHINE = new RegExp(`/${''}home/[a-z]+/|/${''}Users/|/${''}work/(main|shared)|registry\\.npmjs\\.org`);

const EMPTY_NAMES = /^(util|utils|helper|helpers|manager|common|data|misc|shared)(\.test)?\.ts$/;
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|bench|fixture|d))?\.(ts|mjs|mts)$/;

/** Banned words in sources, machine paths anywhere, file names that say nothing or aren't kebab-case. */
export function findWordViolations(tree: SourceTree): Violation[] {
  const violations: Violation[] = [];
  for (const [path, text] of tree.files) {
    const isSource = /\.(ts|mjs)$/.test(path);
    if (isSource) violations.push(...checkName(path));
    text.split('\n').forEach((lineText, index) => {
      const report = (message: string): number => violations.push({ path, line: index + 1, message });
      if (isSource)
        for (const { pattern, fix } of BANNED) if (pattern.test(lineText)) report(`'${pattern.exec(lineText)?.[0]}': ${fix}`);
      if (MACHINE.test(lineText)) report(`'${MACHINE.exec(lineText)?.[0]}' names a machine or a registry: leave it out`);
    });
  }
  return violations;
}

/** Words of one signal in the shells of the roles, which must not know what they carry. Compositions name the signals. */
export function findSignalWords(tree: SourceTree): Violation[] {
  const violations: Violation[] = [];
  for (const [path, text] of tree.files) {
    if (!/^services\/(?!all\/)[^/]+\/src\/.*\.ts$/.test(path) || path.endsWith('.test.ts')) continue;
    text.split('\n').forEach((lineText, index) => {
      const word = /\b(series|samples?|exemplars?|promql|logql|traceql|spans?)\b/i.exec(lineText)?.[0];
      if (word !== undefined)
        violations.push({ path, line: index + 1, message: `'${word}': a shell knows no signal; leave it to the signal's facet` });
    });
  }
  return violations;
}

/** The type that switches checking off, wherever it stands. */
export function findAnyTypes(tree: SourceTree): Violation[] {
  const violations: Violation[] = [];
  for (const path of tree.sources()) {
    for (const statement of tree.statements(path)) {
      walk(statement, (node) => {
        if (node.type === 'TSAnyKeyword')
          violations.push({ path, line: tree.lineAt(path, node.start), message: "'any': use 'unknown' and narrow it" });
      });
    }
  }
  return violations;
}

function checkName(path: string): Violation[] {
  const name = basename(path);
  if (EMPTY_NAMES.test(name)) return [{ path, line: 1, message: `'${name}' says nothing: name the file after its main export` }];
  if (!NAME.test(name) && name !== 'vitest.config.ts')
    return [{ path, line: 1, message: `'${name}': write file names in kebab-case` }];
  return [];
}
