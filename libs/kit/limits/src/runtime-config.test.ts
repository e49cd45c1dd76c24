import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createRegistry, FakeClock } from '@telamon/telemetry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIgnoredLimit } from './ignored-limits.ts';
import { Overrides } from './overrides.ts';
import { RuntimeConfig, type RuntimeFiles } from './runtime-config.ts';
import { parseRuntimeFile } from './runtime-file.ts';
import { LIMITS } from './tenant-limits.ts';

const FILE = `
overrides:
  "1234":
    max_global_series_per_user: 1000000
    ingestion_rate: 25000
    out_of_order_time_window: 1h
    ruler_max_rules_per_rule_group: 50
    blocked_queries:
      - pattern: '.*env="prod".*'
        regex: true
        time_range_longer_than: 7d
    metric_relabel_configs:
      - source_labels: [job]
        regex: noisy
        action: drop
  team-b: {accept_ha_samples: true}
`;

function errorOf(text: string): string {
  try {
    parseRuntimeFile(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}

describe('parseRuntimeFile', () => {
  it("reads Mimir's form", () => {
    const { byTenant, ignored } = parseRuntimeFile(FILE);
    expect(byTenant.get('1234')).toEqual({
      maxGlobalSeriesPerUser: 1_000_000,
      ingestionRate: 25_000,
      outOfOrderTimeWindowMs: 3_600_000,
      blockedQueries: [
        {
          pattern: '.*env="prod".*',
          isRegex: true,
          reason: '',
          isForUnalignedRanges: false,
          timeRangeLongerThanMs: 604_800_000,
          stepShorterThanMs: 0,
        },
      ],
      metricRelabelConfigs: [{ source_labels: ['job'], regex: 'noisy', action: 'drop' }],
    });
    expect(byTenant.get('team-b')).toEqual({ acceptHaSamples: true });
    expect(ignored).toEqual(['ruler_max_rules_per_rule_group']);
  });

  it('takes limits of Mimir that have no effect here, and tells of each', () => {
    const keys = ['query_sharding_total_shards', 'results_cache_ttl', 'max_cost_attribution_cardinality', 's3_sse_type'];
    const { byTenant, ignored } = parseRuntimeFile(`overrides:\n  t: {${keys.map((key) => `${key}: 1`).join(', ')}}\n`);
    expect([byTenant.get('t'), ignored]).toEqual([{}, keys]);
    expect(LIMITS.flatMap((group) => group.options).filter(({ yamlPath }) => isIgnoredLimit(yamlPath.at(-1)!))).toEqual([]);
  });

  it('takes unquoted numbers for tenant ids as they are spelled', () => {
    expect([...parseRuntimeFile('overrides:\n  0123: {}\n  1e3: {}\n').byTenant.keys()]).toEqual(['0123', '1e3']);
  });

  it('takes empty files and empty sections', () => {
    for (const text of ['', '# nothing\n', 'overrides:\n', 'overrides: {a: }\n', 'multi_kv_config: {primary: x}\n'])
      expect(errorOf(text)).toBe('');
  });

  it('lists everything that is wrong', () => {
    const text = `overides: {}
overrides:
  a/b: {}
  a:
    max_global_series_per_usr: 1
    ingestion_rate: fast
    accept_ha_samples: maybe
    metric_relabel_configs: [{action: drop, regex: "("}]
    blocked_queries: [{}]
  b: 3
`;
    expect(errorOf(text).split('\n')).toEqual([
      'unknown key overides (did you mean overrides?)',
      "overrides: tenant ID 'a/b' contains unsupported character '/'",
      'overrides.a: unknown key max_global_series_per_usr (did you mean max_global_series_per_user?)',
      'overrides.a.ingestion_rate: "fast" is not a number',
      'overrides.a.accept_ha_samples: "maybe" is neither true nor false',
      expect.stringMatching(/^overrides\.a\.metric_relabel_configs: rule 1: .*missing closing \)/),
      'overrides.a.blocked_queries: entry 1 has no condition: give a pattern, a range or a step',
      'overrides.b must be a mapping',
    ]);
  });

  it('refuses aliases that explode and keys given twice', () => {
    const level = (name: string, below: string): string => `${name}: &${name} [${Array(12).fill(`*${below}`).join(',')}]\n`;
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}${level('e', 'd')}`;
    expect(errorOf(bomb)).toMatch(/alias/i);
    expect(errorOf('overrides:\n  a: {}\n  a: {}\n')).toMatch(/unique/);
  });

  it('never lets tenants reach prototypes', () => {
    const { byTenant } = parseRuntimeFile('overrides:\n  __proto__: {max_global_series_per_user: 1}\n  constructor: {}\n');
    expect([...byTenant.keys()]).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).maxGlobalSeriesPerUser).toBeUndefined();
  });

  it('answers any text with values or an Error', () => {
    const mutated = fc
      .tuple(fc.nat(FILE.length), fc.nat(FILE.length), fc.string())
      .map(([a, b, text]) => FILE.slice(0, a) + text + FILE.slice(b));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          mutated,
          fc.jsonValue().map((value) => JSON.stringify({ overrides: value })),
        ),
        (text) => {
          expect(typeof errorOf(text)).toBe('string');
        },
      ),
      { numRuns: 300 },
    );
  });
});

interface Setup {
  readonly files: Map<string, { text: string; stamp: number }>;
  readonly overrides: Overrides;
  readonly runtime: RuntimeConfig;
  readonly clock: FakeClock;
  readonly lines: string[];
  readonly registry: ReturnType<typeof createRegistry>;
  readonly reads: string[];
}

function setUp(texts: Record<string, string>): Setup {
  const files = new Map(Object.entries(texts).map(([path, text]) => [path, { text, stamp: 0 }]));
  const reads: string[] = [];
  const access: RuntimeFiles = {
    read: async (path) => {
      reads.push(path);
      return files.get(path)!.text;
    },
    stamp: async (path) => {
      const file = files.get(path);
      if (file === undefined) throw new Error(`ENOENT: ${path}`);
      return String(file.stamp);
    },
  };
  const lines: string[] = [];
  const [overrides, clock, registry] = [new Overrides(), new FakeClock(), createRegistry()];
  const logger = createLogger({ destination: { write: (line) => lines.push(line) } });
  const config = { file: Object.keys(texts), reloadPeriodMs: 10_000 };
  return {
    files,
    overrides,
    clock,
    registry,
    lines,
    reads,
    runtime: new RuntimeConfig({ config, overrides, logger, registry, clock, files: access }),
  };
}

const LAST = 'telamon_runtime_config_last_reload_successful';

describe('RuntimeConfig', () => {
  it('loads, follows changes, and reads only what changed', async () => {
    const { files, overrides, runtime, clock, reads } = setUp({ 'a.yaml': 'overrides: {t: {ingestion_rate: 1}}' });
    runtime.service.start();
    await runtime.service.untilRunning();
    expect(overrides.forTenant('t').ingestionRate).toBe(1);
    await clock.advance(30_000);
    expect(reads).toHaveLength(1);
    files.set('a.yaml', { text: 'overrides: {t: {ingestion_rate: 2}}', stamp: 1 });
    await clock.advance(12_000);
    expect(overrides.forTenant('t').ingestionRate).toBe(2);
    runtime.service.stop();
    await runtime.service.untilTerminated();
    expect(clock.timerCount).toBe(0);
  });

  it('keeps the last good version, tells once, and recovers', async () => {
    const { files, overrides, runtime, registry, lines } = setUp({ 'a.yaml': 'overrides: {t: {ingestion_rate: 1}}' });
    runtime.service.start();
    await runtime.service.untilRunning();
    expect(await registry.valueOf(LAST)).toBe(1);
    files.set('a.yaml', { text: 'overrides: {t: {ingestion_rate: fast}}', stamp: 1 });
    await runtime.reload();
    await runtime.reload();
    expect(overrides.forTenant('t').ingestionRate).toBe(1);
    expect(await registry.valueOf(LAST)).toBe(0);
    expect(lines.filter((line) => line.includes('level=error'))).toHaveLength(1);
    expect(lines.join('')).toContain('a.yaml: overrides.t.ingestion_rate');
    files.delete('a.yaml');
    await runtime.reload();
    expect(await registry.valueOf(LAST)).toBe(0);
    files.set('a.yaml', { text: 'overrides: {t: {ingestion_rate: 1}}', stamp: 3 });
    await runtime.reload();
    expect(await registry.valueOf(LAST)).toBe(1);
    runtime.service.stop();
    await runtime.service.untilTerminated();
  });

  it('does not start with a wrong file', async () => {
    const { runtime } = setUp({ 'a.yaml': 'overrides: 3' });
    runtime.service.start();
    await expect(runtime.service.untilRunning()).rejects.toThrow('a.yaml: overrides must be a mapping');
  });

  it('tells of ignored keys once', async () => {
    const { files, runtime, lines } = setUp({ a: 'overrides: {t: {results_cache_ttl: 1d}}' });
    await runtime.reload();
    files.set('a', { text: 'overrides: {t: {results_cache_ttl: 2d}}', stamp: 1 });
    await runtime.reload();
    expect(lines.filter((line) => line.includes('results_cache_ttl'))).toHaveLength(1);
  });

  it('merges files, later ones win limit by limit', async () => {
    const { overrides, runtime } = setUp({
      a: 'overrides: {t: {ingestion_rate: 1, request_rate: 5}}',
      b: 'overrides: {t: {ingestion_rate: 2}}',
    });
    await runtime.reload();
    expect(overrides.forTenant('t')).toMatchObject({ ingestionRate: 2, requestRate: 5 });
  });

  it('renders what is in force', async () => {
    const { runtime } = setUp({ a: FILE });
    await runtime.reload();
    const diff = runtime.render('diff');
    expect(diff).toContain('  "1234":\n    ingestion_rate: 25000\n');
    expect(diff).toContain('  team-b:\n    accept_ha_samples: true\n');
    expect(diff).not.toContain('max_label_name_length');
    expect(runtime.render('full')).toContain('max_label_name_length: 1024');
    expect(parseRuntimeFile(runtime.render('full')).byTenant.get('1234')).toMatchObject(
      parseRuntimeFile(FILE).byTenant.get('1234')!,
    );
    expect(runtime.render('defaults')).toBe('overrides: {}\n');
  });

  it('does nothing without files', async () => {
    const { runtime, clock } = setUp({});
    runtime.service.start();
    await runtime.service.untilRunning();
    expect(clock.timerCount).toBe(0);
    runtime.service.stop();
    await runtime.service.untilTerminated();
  });

  it('reads from disk', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'runtime-'));
    try {
      const path = join(dir, 'runtime.yaml');
      await writeFile(path, 'overrides: {t: {ingestion_rate: 3}}');
      const overrides = new Overrides();
      const logger = createLogger({ destination: { write: () => {} } });
      const deps = {
        config: { file: [path], reloadPeriodMs: 10_000 },
        overrides,
        logger,
        registry: createRegistry(),
        clock: new FakeClock(),
      };
      const runtime = new RuntimeConfig(deps);
      await runtime.reload();
      expect(overrides.forTenant('t').ingestionRate).toBe(3);
      await writeFile(path, 'overrides: {t: {ingestion_rate: 44}}');
      await runtime.reload();
      expect(overrides.forTenant('t').ingestionRate).toBe(44);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
