import { describe, expect, it } from 'vitest';
import { findArchitectureViolations } from './architecture.ts';
import { findCycles } from './cycles.ts';
import { findDefaultExports, findUndocumentedExports } from './docs.ts';
import { findLayerViolations } from './layers.ts';
import { findChangelogViolations, findLockfileViolations, findManifestViolations } from './manifests.ts';
import { findSizeViolations } from './sizes.ts';
import { SourceTree, type Violation } from './source-tree.ts';
import { findAnyTypes, findSignalWords, findWordViolations } from './words.ts';

describe('tidy', () => {
  const tree = SourceTree.fromDisk();
  const rules: readonly (readonly [string, (tree: SourceTree) => Violation[]])[] = [
    ['imports point left or up and are declared', findLayerViolations],
    ['no import cycles', findCycles],
    ['files and functions stay small', findSizeViolations],
    ['exports are documented', findUndocumentedExports],
    ['exports are named', findDefaultExports],
    ['versions are exact and locked, every package has its README', findManifestViolations],
    ['npm ci takes the lockfile', findLockfileViolations],
    ['changelog lines have a kind', findChangelogViolations],
    ['no any', findAnyTypes],
    ['no banned words, machine paths or empty names', findWordViolations],
    ['shells of roles know no signal', findSignalWords],
    ["the architecture's layer table is up to date", findArchitectureViolations],
  ];
  it.each(rules)('%s', (_name, find) => {
    expect(find(tree).map(({ path, line, message }) => `${path}:${line}: ${message}`)).toEqual([]);
  });
});
