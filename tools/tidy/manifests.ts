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

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What makes `npm ci` refuse the lockfile: a manifest that it doesn't match, and optional packages without an entry. */
export function findLockfileViolations(tree: SourceTree): Violation[] {
  const path = 'package-lock.json';
  const { packages } = JSON.parse(tree.files.get(path) ?? '{"packages":{}}') as { packages: Readonly<Record<string, LockEntry>> };
  const violations: Violation[] = [];
  for (const { folder, dependencies } of tree.packages()) {
    if (sameVersions(packages[folder]?.dependencies ?? {}, dependencies)) continue;
    violations.push({ path, line: 1, message: `differs from ${folder}/package.json: npm install --package-lock-only` });
  }
  for (const [owner, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const name of Object.keys(optionalDependencies)) {
      if (`${owner}/node_modules/${name}` in packages || `node_modules/${name}` in packages) continue;
      violations.push({ path, line: 1, message: `has no ${name}, so npm ci refuses it: node tools/run/complete-lockfile.mjs` });
    }
  }
  return violations;
}

function sameVersions(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const text = (versions: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(versions).sort());
  return text(a) === text(b);
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
