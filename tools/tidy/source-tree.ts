import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

/** The repository's root folder. */
export const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Larger files are data, which no rule reads. */
const FILE_SIZE_BYTES_MAX = 2 * 1024 * 1024;

/** A node of the syntax tree as far as the rules look at it; offsets are in UTF-16 units. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** One broken rule: where, what, and how to mend it. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** An import or re-export of another module. */
export interface ModuleReference {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
  readonly line: number;
}

/** A workspace package: its folder and what its package.json says. */
export interface WorkspacePackage {
  readonly folder: string;
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * The files that the rules look at, by their path from the root. Made from the disk for the real check and from plain
 * text in the tests of the rules. Parsed trees are kept, so that every rule after the first is cheap.
 */
export class SourceTree {
  readonly files: ReadonlyMap<string, string>;
  readonly #trees: Map<string, readonly SyntaxNode[]> = new Map();
  #packages: readonly WorkspacePackage[] | undefined;

  constructor(files: ReadonlyMap<string, string>) {
    this.files = files;
  }

  /** Tracked files and new ones that git doesn't ignore. */
  static fromDisk(): SourceTree {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      maxBuffer: 1 << 26,
    });
    const files = new Map<string, string>();
    for (const path of listed.toString().split('\0')) {
      const stat = path === '' ? undefined : statSync(join(ROOT, path), { throwIfNoEntry: false });
      if (stat?.isFile() && stat.size <= FILE_SIZE_BYTES_MAX && !path.includes('/testdata/')) {
        files.set(path, readFileSync(join(ROOT, path), 'utf8'));
      }
    }
    return new SourceTree(files);
  }

  /** The TypeScript sources of packages and tools, generated ones left out. */
  sources(): readonly string[] {
    return [...this.files.keys()].filter((path) => /\.ts$/.test(path) && !/\.d\.[mc]?ts$|\/generated\//.test(path));
  }

  /** The top-level statements of a file; throws when it doesn't parse. */
  statements(path: string): readonly SyntaxNode[] {
    let body = this.#trees.get(path);
    if (body === undefined) {
      body = parseAst(this.files.get(path)!, { lang: 'ts' }).body as unknown as readonly SyntaxNode[];
      this.#trees.set(path, body);
    }
    return body;
  }

  /** Line of an offset, from 1. Cost: O(offset). */
  lineAt(path: string, offset: number): number {
    let line = 1;
    const text = this.files.get(path)!;
    for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
    return line;
  }

  /** Every import and re-export of a file, dynamic ones with a plain text included. */
  references(path: string): readonly ModuleReference[] {
    const found: ModuleReference[] = [];
    for (const statement of this.statements(path)) {
      walk(statement, (node) => {
        const source = node.source as SyntaxNode | undefined | null;
        if (!/^(Import|ExportNamed|ExportAll)/.test(node.type) || typeof source?.value !== 'string') return;
        const isTypeOnly = node.importKind === 'type' || node.exportKind === 'type';
        found.push({ specifier: source.value, isTypeOnly, line: this.lineAt(path, node.start) });
      });
    }
    return found;
  }

  /** All workspace packages. */
  packages(): readonly WorkspacePackage[] {
    this.#packages ??= [...this.files.keys()]
      .filter((path) => /^(libs\/[^/]+\/[^/]+|services\/[^/]+|integration-tests)\/package\.json$/.test(path))
      .map((path) => {
        const json = JSON.parse(this.files.get(path)!) as Partial<WorkspacePackage>;
        const { name = '', dependencies = {}, devDependencies = {} } = json;
        return { folder: dirname(path), name, dependencies, devDependencies };
      });
    return this.#packages;
  }

  /** The package that a file belongs to. */
  packageOf(path: string): WorkspacePackage | undefined {
    return this.packages().find(({ folder }) => path.startsWith(`${folder}/`));
  }
}

/** Calls `visit` for a node and everything below it, parents first. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && typeof (child as SyntaxNode).type === 'string')
        walk(child as SyntaxNode, visit);
    }
  }
}

/** Path of a relative import from the root. */
export function resolveRelative(fromPath: string, specifier: string): string {
  return normalize(join(dirname(fromPath), specifier));
}

/** Tests, measurements, what only tests share, and suites that every implementation of an interface runs. */
export const TEST_SUPPORT: RegExp = /(\.(test|bench|fixture)|\/[a-z-]*conformance)\.ts$/;

/** Whether a file holds tests or measurements rather than the product. */
export function isTestFile(path: string): boolean {
  return (
    TEST_SUPPORT.test(path) || path.startsWith('integration-tests/') || path.startsWith('tools/') || path === 'vitest.config.ts'
  );
}
