import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findArchitectureViolations, withLayerTable } from './architecture.ts';
import { findCycles } from './cycles.ts';
import { findDefaultExports, findUndocumentedExports } from './docs.ts';
import { findLayerViolations } from './layers.ts';
import { findChangelogViolations, findManifestViolations } from './manifests.ts';
import { findSizeViolations } from './sizes.ts';
import { ROOT, SourceTree, type Violation } from './source-tree.ts';
import { findWordViolations } from './words.ts';

describe('tidy', () => {
  const tree = SourceTree.fromDisk();
  const page = tree.files.get('ARCHITECTURE.md');
  if (process.env.UPDATE_GOLDEN === '1' && page !== undefined)
    writeFileSync(join(ROOT, 'ARCHITECTURE.md'), withLayerTable(page, tree));

  const rules: readonly (readonly [string, (tree: SourceTree) => Violation[]])[] = [
    ['imports point left or up and are declared', findLayerViolations],
    ['no import cycles', findCycles],
    ['files and functions stay small', findSizeViolations],
    ['exports are documented', findUndocumentedExports],
    ['exports are named', findDefaultExports],
    ['versions are exact and locked, every package has its README', findManifestViolations],
    ['changelog lines have a kind', findChangelogViolations],
    ['no banned words, machine paths or empty names', findWordViolations],
    ["the architecture's layer table is up to date", findArchitectureViolations],
  ];
  it.each(rules)('%s', (_name, find) => {
    expect(find(tree).map(({ path, line, message }) => `${path}:${line}: ${message}`)).toEqual([]);
  });
});
