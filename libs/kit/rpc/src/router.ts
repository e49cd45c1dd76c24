import { decodeSegment, isAmbiguousSegment } from './raw-path.ts';

/** What {@link Router.match} found. */
export type RouteMatch<T> =
  | { readonly kind: 'found'; readonly target: T; readonly pattern: string; readonly params: ReadonlyMap<string, string> }
  | { readonly kind: 'method-not-allowed'; readonly pattern: string; readonly allow: readonly string[] }
  | { readonly kind: 'not-found' };

interface Leaf<T> {
  readonly pattern: string;
  readonly names: readonly string[];
  readonly targets: Map<string, T>;
}

interface Branch<T> {
  readonly fixed: Map<string, Branch<T>>;
  captured: Branch<T> | undefined;
  leaf: Leaf<T> | undefined;
}

const MAX_SEGMENTS = 64;
const NO_PARAMS: ReadonlyMap<string, string> = new Map();
const NOT_FOUND = { kind: 'not-found' } as const;

/**
 * Maps method and raw path to a target. A pattern is a path whose segments are fixed text or `{name}`, which takes one non-empty
 * segment; fixed text wins over a capture. Matching is on the undecoded path: `//`, `/./`, `..`, `;x` and a trailing slash
 * never turn into something else, so they match nothing. A GET target answers HEAD as well.
 */
export class Router<T> {
  readonly #root: Branch<T> = newBranch();
  readonly #fixedLeaves = new Map<string, Leaf<T>>();

  /** Registers a target. Throws on a malformed pattern and when method and pattern are taken (programmer errors). */
  add(method: string, pattern: string, target: T): void {
    const leaf = this.#leafFor(pattern);
    if (leaf.targets.has(method)) throw new Error(`route registered twice: ${method} ${leaf.pattern}`);
    leaf.targets.set(method, target);
  }

  /** Every pattern with its methods, in order of registration by pattern; for docs and tests. */
  entries(): readonly { readonly method: string; readonly pattern: string }[] {
    const found: { method: string; pattern: string }[] = [];
    const walk = (branch: Branch<T>): void => {
      if (branch.leaf) for (const method of branch.leaf.targets.keys()) found.push({ method, pattern: branch.leaf.pattern });
      for (const next of branch.fixed.values()) walk(next);
      if (branch.captured) walk(branch.captured);
    };
    walk(this.#root);
    return found;
  }

  /**
   * Finds the target. Cost: linear in the length of the path.
   *
   * @throws TelamonError 400 when a captured segment has a bad escape or NUL.
   */
  match(method: string, rawPath: string): RouteMatch<T> {
    const fixed = this.#fixedLeaves.get(rawPath);
    if (fixed) return select(fixed, method, []);
    const segments = rawPath.split('/', MAX_SEGMENTS + 1);
    segments.shift();
    if (segments.length >= MAX_SEGMENTS) return NOT_FOUND;
    const captures: string[] = [];
    const leaf = find(this.#root, segments, captures);
    return leaf ? select(leaf, method, captures) : NOT_FOUND;
  }

  #leafFor(pattern: string): Leaf<T> {
    if (!pattern.startsWith('/')) throw new Error(`route pattern must start with '/': ${pattern}`);
    let branch = this.#root;
    const names: string[] = [];
    for (const segment of pattern.slice(1).split('/')) {
      const name = /^\{([A-Za-z0-9_]+)\}$/.exec(segment)?.[1];
      if (name === undefined && /[{}]/.test(segment)) throw new Error(`malformed route pattern: ${pattern}`);
      if (name !== undefined) names.push(name);
      branch = name === undefined ? fixedChild(branch, segment) : capturedChild(branch);
    }
    branch.leaf ??= { pattern, names, targets: new Map() };
    if (branch.leaf.pattern !== pattern) throw new Error(`two names for one route: ${branch.leaf.pattern} and ${pattern}`);
    if (names.length === 0) this.#fixedLeaves.set(pattern, branch.leaf);
    return branch.leaf;
  }
}

function newBranch<T>(): Branch<T> {
  return { fixed: new Map(), captured: undefined, leaf: undefined };
}

function fixedChild<T>(branch: Branch<T>, segment: string): Branch<T> {
  const existing = branch.fixed.get(segment);
  if (existing) return existing;
  const child: Branch<T> = newBranch();
  branch.fixed.set(segment, child);
  return child;
}

function capturedChild<T>(branch: Branch<T>): Branch<T> {
  branch.captured ??= newBranch();
  return branch.captured;
}

/** Depth-first with fixed text first; `captures` holds the raw segments taken on the way to the leaf. */
function find<T>(branch: Branch<T>, segments: readonly string[], captures: string[], depth: number = 0): Leaf<T> | undefined {
  const segment = segments[depth];
  if (segment === undefined) return branch.leaf;
  const next = branch.fixed.get(segment);
  if (next) {
    const leaf = find(next, segments, captures, depth + 1);
    if (leaf) return leaf;
  }
  if (!branch.captured || isAmbiguousSegment(segment)) return undefined;
  captures.push(segment);
  const leaf = find(branch.captured, segments, captures, depth + 1);
  if (!leaf) captures.pop();
  return leaf;
}

function select<T>(leaf: Leaf<T>, method: string, captures: readonly string[]): RouteMatch<T> {
  const target = leaf.targets.get(method) ?? (method === 'HEAD' ? leaf.targets.get('GET') : undefined);
  if (target === undefined) return { kind: 'method-not-allowed', pattern: leaf.pattern, allow: allowOf(leaf) };
  if (captures.length === 0) return { kind: 'found', target, pattern: leaf.pattern, params: NO_PARAMS };
  const params = new Map<string, string>();
  for (const [i, raw] of captures.entries()) params.set(leaf.names[i]!, decodeSegment(raw));
  return { kind: 'found', target, pattern: leaf.pattern, params };
}

function allowOf<T>(leaf: Leaf<T>): string[] {
  return [...leaf.targets.keys()].sort();
}
