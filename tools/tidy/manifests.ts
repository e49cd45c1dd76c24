import type { SourceTree, Violation } from './source-tree.ts';

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const CHANGE = /^- \[(CHANGE|FEATURE|ENHANCEMENT|PERF|BUGFIX|SECURITY)\] \S/;

/** Versions that aren't exact, a missing lockfile or one that doesn't know a dependency, packages without a README. */
export function findManifestViolations(tree: SourceTree): Violation[] {
  const violations: Violation[] = [];
  const lockText = tree.files.get('package-lock.json');
  if (lockText === undefined)
    violations.push({ path: 'package-lock.json', line: 1, message: 'is missing: commit what npm install writes' });
  const locked = lockText === undefined ? {} : (JSON.parse(lockText) as { packages: Record<string, object> }).packages;
  for (const path of tree.files.keys()) {
    if (!/(^|\/)package\.json$/.test(path)) continue;
    const text = tree.files.get(path)!;
    const json = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
    for (const section of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const [name, version] of Object.entries(json[section] ?? {})) {
        const line = text.slice(0, text.indexOf(`"${name}":`)).split('\n').length;
        if (!EXACT.test(version)) violations.push({ path, line, message: `${name}@${version}: write the exact version` });
        if (lockText !== undefined && !(`node_modules/${name}` in locked)) {
          violations.push({ path, line, message: `${name} is not in package-lock.json: run npm install` });
        }
      }
    }
  }
  for (const { folder } of tree.packages()) {
    for (const name of ['README.md', 'tsconfig.json', 'src/index.ts']) {
      if (!tree.files.has(`${folder}/${name}`))
        violations.push({ path: `${folder}/${name}`, line: 1, message: 'is missing: every package has one' });
    }
  }
  return violations;
}

/** Lines of the changelog without one of the kinds. */
export function findChangelogViolations(tree: SourceTree): Violation[] {
  const lines = (tree.files.get('CHANGELOG.md') ?? '').split('\n');
  return lines.flatMap((text, index) =>
    text.startsWith('- ') && !CHANGE.test(text)
      ? [
          {
            path: 'CHANGELOG.md',
            line: index + 1,
            message: 'begin with [CHANGE], [FEATURE], [ENHANCEMENT], [PERF], [BUGFIX] or [SECURITY]',
          },
        ]
      : [],
  );
}
