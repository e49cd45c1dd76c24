import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, renderDescriptor, renderHelp, renderReference } from '@telamon/config';
import { openProcess, optionsOf } from '@telamon/host';
import { createSilentLogger, type MetricDescription, type RootLogger } from '@telamon/telemetry';
import { describe, expect, it } from 'vitest';
import { ALL } from './composition.ts';
import { renderMetricsReference } from './metrics-reference.ts';

const FOLDER = new URL('../../../docs/reference/', import.meta.url);

/** Compares with a checked-in file; UPDATE_GOLDEN=1 writes it. */
function expectGolden(name: string, text: string): void {
  const path = new URL(name, FOLDER);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(path, text);
  }
  const golden = existsSync(path) ? readFileSync(path, 'utf8') : '';
  expect(text, `docs/reference/${name} is out of date; UPDATE_GOLDEN=1 writes it`).toBe(golden);
}

/** Texts of the product's source files below a folder, without comments and tests. */
function sourcesBelow(folder: URL): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) {
      return ['node_modules', 'dist'].includes(entry.name) ? [] : sourcesBelow(new URL(`${entry.name}/`, folder));
    }
    if (!entry.name.endsWith('.ts') || /\.(test|bench|fixture|d)\.ts$/.test(entry.name)) return [];
    return [readFileSync(new URL(entry.name, folder), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')];
  });
}

const OPTION_GROUPS = optionsOf(ALL);
const ALL_OPTIONS = OPTION_GROUPS.flatMap((group) => group.options);

describe('configuration', () => {
  it('is described as it is', () => {
    expectGolden('config.md', renderReference(OPTION_GROUPS));
    expectGolden('config-descriptor.json', renderDescriptor(OPTION_GROUPS));
  });

  it('is read: each option is named somewhere beside its declaration', () => {
    const text = ['libs', 'services']
      .flatMap((folder) => sourcesBelow(new URL(`../../../${folder}/`, import.meta.url)))
      .join('\n');
    const unread = ALL_OPTIONS.filter(({ key }) => [...text.matchAll(new RegExp(`\\b${key}\\b`, 'g'))].length < 2);
    expect(unread.map(({ flag }) => flag)).toEqual([]);
  });

  it('has descriptions that are sentences', () => {
    const bad = ALL_OPTIONS.filter(({ option }) => !/^[A-Z].{15,}[.)]$/s.test(option.description)).map(({ flag }) => flag);
    expect(bad).toEqual([]);
  });

  it('fits into the width of a terminal in --help', () => {
    const text = renderHelp(OPTION_GROUPS, 'all');
    const wide = text.split('\n').filter((line) => line.length > 120 && !line.startsWith('  --'));
    expect(wide).toEqual([]);
    for (const { flag } of ALL_OPTIONS) expect(text).toContain(`  --${flag} `);
  });
});

/** Opens the product without starting it, which declares every metric, in one process and as a part of a cluster. */
async function declaredMetrics(flags: readonly string[]): Promise<MetricDescription[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'telamon-reference-'));
  try {
    const loaded = loadConfig({ groups: OPTION_GROUPS, args: [`--data-dir=${dataDir}`, ...flags], env: {} });
    if (loaded.kind !== 'config') throw new Error(JSON.stringify(loaded));
    const product = await openProcess(ALL, loaded.config, createSilentLogger() as RootLogger);
    await product.release();
    return product.registry.describe();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

describe('metrics', () => {
  it('are described as they are', async () => {
    const alone = await declaredMetrics([]);
    const clustered = await declaredMetrics(['--ring.store=nats', '--nats.url=nats://127.0.0.1:1']);
    const byName = new Map([...alone, ...clustered].map((metric) => [metric.name, metric]));
    const metrics = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(metrics.length).toBeGreaterThan(20);
    expectGolden('metrics.md', renderMetricsReference(metrics));
  });
});
