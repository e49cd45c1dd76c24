import { readFileSync, writeFileSync } from 'node:fs';
import { assertDistinct, loadConfig, plainValue, renderConfig, renderDescriptor } from '@telamon/config';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { ingestionBurst } from './ingest-limits.ts';
import { otlpTranslationStrategy } from './otlp-limits.ts';
import { Overrides } from './overrides.ts';
import { RUNTIME_CONFIG } from './runtime-config.ts';
import { defaultLimits, LIMITS, plainLimits, type TenantLimits, userLimits } from './tenant-limits.ts';

const GROUPS = [...LIMITS, RUNTIME_CONFIG];

describe('LIMITS', () => {
  it('have distinct names, all of scope tenant with a flag of their own', () => {
    assertDistinct(GROUPS);
    const all = LIMITS.flatMap((group) => group.options);
    expect(all.length).toBeGreaterThan(50);
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    for (const { option, yamlPath, flag } of all) {
      expect([flag, option.scope, yamlPath.length]).toEqual([flag, 'tenant', 2]);
      expect(option.flag).toBeDefined();
    }
  });

  it('are described in a golden file', () => {
    const path = new URL('../testdata/limits-descriptor.json', import.meta.url);
    const text = renderDescriptor(GROUPS);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, 'utf8'));
  });

  it("have Mimir's defaults but for those that were settled otherwise", () => {
    expect(plainLimits(defaultLimits(), plainValue)).toMatchObject({
      ingestion_rate: 0,
      ingestion_burst_size: 200_000,
      request_rate: 0,
      max_global_series_per_user: 0,
      max_global_exemplars_per_user: 100_000,
      max_label_name_length: 1024,
      max_label_value_length: 2048,
      max_label_names_per_series: 30,
      creation_grace_period: '10m',
      past_grace_period: '0s',
      name_validation_scheme: 'utf8',
      native_histograms_ingestion_enabled: true,
      ha_max_clusters: 100,
      ha_replica_label: '__replica__',
      max_fetched_chunks_per_query: 2_000_000,
      compactor_blocks_retention_period: '0s',
      compactor_partial_block_deletion_delay: '1d',
      metric_relabel_configs: [],
    });
  });

  it('take their defaults from flags and YAML, and print to what loads again', () => {
    const yaml =
      'limits:\n  max_label_names_per_series: 7\n  metric_relabel_configs: [{action: labeldrop, regex: "tmp_.*"}]\n  blocked_queries: [{pattern: up}]\n';
    const load = (text: string): ReturnType<typeof loadConfig> =>
      loadConfig({
        groups: GROUPS,
        args: ['--config.file=x', '-ingester.max-global-series-per-user=9'],
        env: {},
        readFile: () => text,
      });
    const result = load(yaml);
    if (result.kind !== 'config') throw new Error(JSON.stringify(result));
    const limits = defaultLimits(result.config);
    expect([limits.maxLabelNamesPerSeries, limits.maxGlobalSeriesPerUser, limits.creationGracePeriodMs]).toEqual([7, 9, 600_000]);
    expect(limits.metricRelabelConfigs).toEqual([{ action: 'labeldrop', regex: 'tmp_.*' }]);
    const again = load(renderConfig(result.config));
    expect(again.kind === 'config' && renderConfig(again.config)).toBe(renderConfig(result.config));
  });

  it('have types', () => {
    expectTypeOf<TenantLimits['maxLabelValueLength']>().toEqualTypeOf<number>();
    expectTypeOf<TenantLimits['dropLabels']>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<TenantLimits['nameValidationScheme']>().toEqualTypeOf<'utf8' | 'legacy'>();
  });
});

describe('derived limits', () => {
  it('burst', () => {
    expect(ingestionBurst({ ingestionRate: 100, ingestionBurstFactor: 0, ingestionBurstSize: 7 })).toBe(7);
    expect(ingestionBurst({ ingestionRate: 100, ingestionBurstFactor: 1.5, ingestionBurstSize: 7 })).toBe(150);
  });

  it('OTLP names', () => {
    const strategy = (own: Partial<TenantLimits>): string => otlpTranslationStrategy({ ...defaultLimits(), ...own });
    expect(strategy({})).toBe('UnderscoreEscapingWithSuffixes');
    expect(strategy({ otelMetricSuffixesEnabled: false })).toBe('UnderscoreEscapingWithoutSuffixes');
    expect(strategy({ otelTranslationStrategy: 'NoTranslation' })).toBe('NoTranslation');
  });
});

describe('userLimits', () => {
  it("shows Mimir's keys", () => {
    const shown = userLimits({ ...defaultLimits(), ingestionRate: 7, maxFetchedChunkBytesPerQuery: 1 << 20 });
    expect(Object.keys(shown)).toHaveLength(13);
    expect(shown).toMatchObject({
      ingestion_rate: 7,
      max_global_exemplars_per_user: 100_000,
      max_fetched_chunk_bytes_per_query: 1_048_576,
    });
  });
});

describe('Overrides', () => {
  it('hands out one frozen object per tenant until something changes', () => {
    const overrides = new Overrides();
    let changes = 0;
    const remove = overrides.onChange(() => changes++);
    overrides.replace(new Map([['a', { maxGlobalSeriesPerUser: 5 }]]));
    const limits = overrides.forTenant('a');
    expect(limits).toMatchObject({ maxGlobalSeriesPerUser: 5, maxLabelNameLength: 1024 });
    expect(overrides.forTenant('a')).toBe(limits);
    expect(overrides.forTenant('b')).toBe(overrides.defaults);
    expect(Object.isFrozen(limits) && Object.isFrozen(overrides.defaults)).toBe(true);
    remove();
    overrides.replace(new Map());
    expect(overrides.forTenant('a')).toBe(overrides.defaults);
    expect(changes).toBe(1);
  });
});
