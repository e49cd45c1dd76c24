import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type LoadedConfig, type LoadResult, loadConfig } from './load-config.ts';
import type { ConfigOf, OptionEntries } from './option.ts';
import { assertDistinct, type OptionGroup, options } from './option-group.ts';
import { renderDescriptor, renderReference } from './reference.ts';
import { renderConfig, renderModeOf } from './render-config.ts';
import type { Secret } from './secret.ts';

const GENERAL = options('', {
  target: { type: 'list', default: ['all'], description: 'Parts to run.' },
  multitenancyEnabled: { type: 'boolean', default: false, description: 'Read the tenant from X-Scope-OrgID.' },
});

const INGESTER = options(
  'ingester',
  {
    flushPeriodMs: {
      type: 'durationMs',
      default: '1m',
      minMs: 1000,
      description: 'How often heads are looked over.',
      category: 'advanced',
    },
    segmentSizeBytes: { type: 'bytes', default: '128MiB', description: 'Size of a log segment.', category: 'advanced' },
    walSync: {
      type: 'choice',
      choices: ['group', 'interval'],
      default: 'group',
      description: 'When the log is flushed | synced.',
    },
    ratio: { type: 'float', default: 0.5, min: 0, max: 1, description: 'A share.', category: 'experimental' },
  },
  {
    title: 'Holds recent samples.',
    validate: ({ ratio, walSync }) =>
      ratio === 1 && walSync === 'interval' ? ['--ingester.ratio can not be 1 with interval'] : [],
  },
);

const BUCKET = options('blocks-storage.s3', {
  bucketName: { type: 'string', default: '', description: 'Bucket.' },
  secretAccessKey: { type: 'secret', default: '', description: 'Key.' },
});

const LIMITS = options('limits', {
  maxSeries: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'series',
    description: 'Most series of a tenant. 0 is off.',
    scope: 'tenant',
    flag: 'ingester.max-global-series-per-user',
    yaml: 'max_global_series_per_user',
    yamlAliases: ['max_series'],
    flagAliases: ['ingester.max-series'],
  },
  rules: {
    type: 'structured',
    default: [],
    description: 'Rules.',
    scope: 'tenant',
    parse: (value: unknown): readonly string[] => {
      if (!Array.isArray(value)) throw new Error('must be a list of rules');
      return value.map(String);
    },
  },
});

const GROUPS: readonly OptionGroup[] = [GENERAL, INGESTER, BUCKET, LIMITS];

function load(args: string[], yaml = '', env: Record<string, string> = {}): LoadResult {
  const file = yaml === '' ? [] : ['--config.file=telamon.yaml'];
  return loadConfig({ groups: GROUPS, args: [...file, ...args], env, readFile: () => yaml });
}

function configOf(result: LoadResult): LoadedConfig {
  if (result.kind !== 'config') throw new Error(JSON.stringify(result));
  return result.config;
}

function errorsOf(result: LoadResult): readonly string[] {
  return result.kind === 'errors' ? result.errors : [];
}

function golden(name: string, text: string): void {
  const path = new URL(`../testdata/${name}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, 'utf8'));
}

const YAML = `
target: [ingester, querier]
ingester:
  flush_period: 2m
  wal_sync: interval
blocks_storage:
  s3: {bucket_name: blocks, secret_access_key: hunter2}
limits:
  max_series: 100
  rules: [a, b]
`;

describe('loadConfig', () => {
  it('gives defaults', () => {
    expect(configOf(load([])).of(INGESTER)).toEqual({
      flushPeriodMs: 60_000,
      segmentSizeBytes: 134_217_728,
      walSync: 'group',
      ratio: 0.5,
    });
    expect(configOf(load([])).of(GENERAL)).toEqual({ target: ['all'], multitenancyEnabled: false });
  });

  it('derives the type of the config', () => {
    expectTypeOf(configOf(load([])).of(INGESTER)).toEqualTypeOf<{
      readonly flushPeriodMs: number;
      readonly segmentSizeBytes: number;
      readonly walSync: 'group' | 'interval';
      readonly ratio: number;
    }>();
    expectTypeOf<ConfigOf<typeof BUCKET.entries>>().toEqualTypeOf<{
      readonly bucketName: string;
      readonly secretAccessKey: Secret;
    }>();
    expectTypeOf<ConfigOf<typeof LIMITS.entries>['rules']>().toEqualTypeOf<readonly string[]>();
  });

  it('reads YAML with aliases, secrets and structures', () => {
    const config = configOf(load([], YAML));
    expect(config.of(GENERAL).target).toEqual(['ingester', 'querier']);
    expect(config.of(INGESTER)).toMatchObject({ flushPeriodMs: 120_000, walSync: 'interval' });
    expect(config.of(BUCKET).secretAccessKey.reveal()).toBe('hunter2');
    expect(JSON.stringify(config.of(BUCKET))).not.toContain('hunter2');
    expect(config.of(LIMITS)).toEqual({ maxSeries: 100, rules: ['a', 'b'] });
  });

  it('tells a configuration that is only to be looked at', () => {
    expect(load(['--verify-config'], YAML).kind).toBe('verified');
    expect(load(['--verify-config', '--ingester.flush-period=x']).kind).toBe('errors');
  });

  it('warns of keys that a part of the product does not know', () => {
    const args = ['--config.file=telamon.yaml'];
    const file = 'querier: {timeout: 1m}\ningester: {flush_period: 2m}\n';
    const result = loadConfig({ groups: GROUPS, args, env: {}, readFile: () => file, isPartial: true });
    expect(configOf(result).of(INGESTER).flushPeriodMs).toBe(120_000);
    expect(result.kind === 'config' && result.warnings).toEqual(['telamon.yaml:1: unknown key querier']);
  });

  it('lets flags win over the environment, that over YAML, that over defaults', () => {
    const env = { TELAMON_INGESTER_FLUSH_PERIOD: '3m', TELAMON_INGESTER_WAL_SYNC: 'group' };
    const config = configOf(load(['--ingester.flush-period=4m'], YAML, env));
    expect(config.of(INGESTER)).toMatchObject({ flushPeriodMs: 240_000, walSync: 'group' });
    expect(INGESTER.options.map((named) => config.sourceOf(named))).toEqual(['flag', 'default', 'environment', 'default']);
  });

  it('reads every form of flag', () => {
    const general = (...args: string[]): unknown => configOf(load(args)).of(GENERAL);
    expect(general('--multitenancy-enabled')).toMatchObject({ multitenancyEnabled: true });
    expect(general('--multitenancy-enabled=true', '--no-multitenancy-enabled')).toMatchObject({ multitenancyEnabled: false });
    expect(general('-multitenancy-enabled=1')).toMatchObject({ multitenancyEnabled: true });
    expect(general('--target=a,b', '--target', 'c')).toMatchObject({ target: ['a', 'b', 'c'] });
    expect(configOf(load(['-ingester.max-series', '7'])).of(LIMITS).maxSeries).toBe(7);
    expect(configOf(load(['--limits.rules=["x"]'])).of(LIMITS).rules).toEqual(['x']);
    expect(configOf(load(['--blocks-storage.s3.bucket-name=a=b'])).of(BUCKET).bucketName).toBe('a=b');
  });

  it('lists all errors at once, with where and what instead', () => {
    const result = load(
      ['--ingester.flush-perod=1m', '--ingester.ratio', '2', 'stray', '--target', '--ingester.wal-sync'],
      'ingester:\n  flush_period: 1 hour\n  wal_snc: group\nlimits:\n  rules: 3\n  max_series: 1.5\nquerier: {}\n',
      { TELAMON_INGESTER_SEGMENT_SIZE_BYTES: 'big', TELAMON_INGESTER_RATIO_: '1' },
    );
    expect(errorsOf(result)).toEqual([
      'telamon.yaml:2: ingester.flush_period: "1 hour" is not a duration such as 30s, 1h30m or 7d',
      'telamon.yaml:3: unknown key ingester.wal_snc (did you mean wal_sync?)',
      'telamon.yaml:5: limits.rules: must be a list of rules',
      'telamon.yaml:6: limits.max_series: "1.5" is not a whole number',
      'telamon.yaml:7: unknown key querier',
      'environment variable TELAMON_INGESTER_SEGMENT_SIZE_BYTES: "big" is not a size such as 1024, 512KiB or 100MiB',
      'unknown flag --ingester.flush-perod (did you mean --ingester.flush-period?)',
      '--ingester.ratio: "2" is more than 1',
      'unexpected argument "stray": options begin with --',
    ]);
  });

  it('tells of a missing value and of checks across options', () => {
    expect(errorsOf(load(['--ingester.wal-sync']))).toEqual(['--ingester.wal-sync: the value is missing']);
    expect(errorsOf(load(['--ingester.ratio=1', '--ingester.wal-sync=interval']))).toEqual([
      '--ingester.ratio can not be 1 with interval',
    ]);
    expect(errorsOf(load(['--help=maybe']))).toEqual(['--help: "maybe" is neither true nor false']);
  });

  it('refuses ambiguous and hostile YAML', () => {
    expect(errorsOf(load([], 'target: a\ntarget: b\n'))).toEqual(['telamon.yaml:2: Map keys must be unique']);
    expect(errorsOf(load([], 'limits: {max_series: 1, max_global_series_per_user: 2}\n'))[0]).toContain(
      'says the same as limits.max_series',
    );
    expect(errorsOf(load([], 'ingester: 3\n'))).toEqual(['telamon.yaml:1: ingester must be a mapping']);
    expect(errorsOf(load([], 'target: {a: 1}\n'))).toEqual(['telamon.yaml:1: target: must be a single value, not a mapping']);
    const level = (name: string, below: string): string => `${name}: &${name} [${Array(9).fill(`*${below}`).join(',')}]`;
    const bomb = `limits:\n  rules:\n    - &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f'].map((name, i) => `    - {${level(name, 'abcdef'[i]!)}}`).join('\n')}\n`;
    expect(errorsOf(load([], bomb))[0]).toMatch(/alias/i);
    expect(errorsOf(load([], '\t- x'))).not.toEqual([]);
  });

  it('tells when the file cannot be read', () => {
    const result = loadConfig({ groups: GROUPS, args: ['--config.file=/does/not/exist.yaml'], env: {} });
    expect(errorsOf(result)[0]).toMatch(/^--config\.file: can't read \/does\/not\/exist\.yaml: ENOENT/);
  });

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is the syntax that users write.
  it('expands variables only when asked', () => {
    const yaml = 'blocks_storage:\n  s3:\n    bucket_name: ${BUCKET:blocks}\n    secret_access_key: "${KEY}$1"\n';
    expect(configOf(load([], yaml)).of(BUCKET).bucketName).toBe('${BUCKET:blocks}');
    const config = configOf(load(['--config.expand-env'], yaml, { KEY: 'a\nb: c' }));
    expect(config.of(BUCKET).bucketName).toBe('blocks');
    expect(config.of(BUCKET).secretAccessKey.reveal()).toBe('ab: c$1');
    const unset = load(['--config.expand-env'], yaml);
    expect(unset.kind === 'config' && unset.warnings).toEqual(['environment variable KEY, which the file asks for, is not set']);
  });

  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above.

  it('reads the file that the environment names, unless a flag names one', () => {
    const files: Readonly<Record<string, string>> = { '/env.yaml': 'multitenancy_enabled: true', '/flag.yaml': 'target: [a]' };
    const read = (args: readonly string[]): LoadedConfig =>
      configOf(
        loadConfig({
          groups: [GENERAL],
          args,
          env: { TELAMON_CONFIG_FILE: '/env.yaml' },
          readFile: (path) => files[path]!,
        }),
      );
    expect(read([]).of(GENERAL)).toEqual({ target: ['all'], multitenancyEnabled: true });
    expect(read(['--config.file=/flag.yaml']).of(GENERAL)).toEqual({ target: ['a'], multitenancyEnabled: false });
  });

  it('warns of unknown variables of ours, but not of those that Kubernetes or the image sets', () => {
    const result = load([], '', {
      TELAMON_TARGE: 'x',
      TELAMON_SERVICE_HOST: 'x',
      TELAMON_PORT: 'x',
      TELAMON_QUERIER_PORT_80_TCP_ADDR: 'x',
      TELAMON_BUILD_REVISION: 'x',
      TELAMON_BUILD_BRANCH: 'x',
      TELAMON_BUILD_DATE: 'x',
      TELAMON_CONFIG_FILE: '/telamon.yaml',
      PATH: 'x',
    });
    expect(result.kind === 'config' && result.warnings).toEqual([
      'environment variable TELAMON_TARGE is no option (did you mean TELAMON_TARGET?)',
    ]);
  });

  it('never shows a secret in an error', () => {
    const text = JSON.stringify(load(['--blocks-storage.s3.secret-access-key=hunter2', '--ingester.ratio=x']));
    expect(text).toContain('errors');
    expect(text).not.toContain('hunter2');
  });

  it('never shows credentials of a URL on a page', () => {
    const config = configOf(
      load(['--blocks-storage.s3.bucket-name=https://bob:hunter2@s3.local/b', '--target=nats://u:hunter2@h,x']),
    );
    expect(renderConfig(config)).not.toContain('hunter2');
    expect(renderConfig(config)).toContain('bucket_name: https://********@s3.local/b');
    expect(config.of(BUCKET).bucketName).toContain('hunter2');
  });

  it('asks the caller to print the version', () => {
    expect(load(['--version'])).toEqual({ kind: 'version' });
  });

  it('answers any arguments and any file with a result', () => {
    const flag = fc.constantFrom(
      '--target',
      '--ingester.ratio',
      '-x',
      '--no-multitenancy-enabled',
      '--=',
      '--limits.rules',
      '--config.expand-env',
    );
    const arg = fc.oneof(
      flag,
      fc.string(),
      fc.tuple(flag, fc.string()).map(([name, value]) => `${name}=${value}`),
    );
    fc.assert(
      fc.property(
        fc.array(arg, { maxLength: 6 }),
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        (args, yaml) => {
          expect(['config', 'errors', 'help', 'version']).toContain(load(args, yaml).kind);
        },
      ),
    );
  });
});

describe('generated texts', () => {
  it('help', () => {
    const basic = load(['--help']);
    const all = load(['--help-all']);
    golden('help.txt', basic.kind === 'help' ? basic.text : '');
    golden('help-all.txt', all.kind === 'help' ? all.text : '');
  });

  it('reference and descriptor', () => {
    golden('reference.md', renderReference(GROUPS));
    golden('descriptor.json', renderDescriptor(GROUPS));
  });

  it('config pages', () => {
    const config = configOf(load([], YAML));
    golden('config-full.yaml', renderConfig(config));
    expect(renderConfig(config, 'diff')).toBe(
      'target:\n  - ingester\n  - querier\ningester:\n  flush_period: 2m\n  wal_sync: interval\nblocks_storage:\n  s3:\n    bucket_name: blocks\n    secret_access_key: "********"\nlimits:\n  max_global_series_per_user: 100\n  rules:\n    - a\n    - b\n',
    );
    expect(renderConfig(config, 'defaults')).toBe(renderConfig(configOf(load([]))));
    expect(renderConfig(configOf(load([])), 'diff')).toBe('{}\n');
    expect([renderModeOf(''), renderModeOf('diff'), renderModeOf('x')]).toEqual(['full', 'diff', undefined]);
  });

  it('a printed config loads to itself', () => {
    const config = configOf(load([], YAML.replace(', secret_access_key: hunter2', '')));
    expect(renderConfig(configOf(load([], renderConfig(config))))).toBe(renderConfig(config));
  });
});

describe('options', () => {
  const one = (entries: OptionEntries, name = 'a'): OptionGroup => options(name, entries) as OptionGroup;

  it('refuses bad declarations', () => {
    expect(() => one({ waitMs: { type: 'durationMs', default: 'soon', description: 'd' } })).toThrow(
      'option a/waitMs: the default "soon" is not a duration',
    );
    expect(() => one({ wait: { type: 'durationMs', default: '1s', description: 'd' } })).toThrow('ends in Ms');
    expect(() => one({ x: { type: 'int', default: 1, description: ' ' } })).toThrow('description');
    expect(() => one({ x: { type: 'int', default: 5, max: 3, description: 'd' } })).toThrow('more than 3');
  });

  it('refuses names that two groups claim', () => {
    const x = { x: { type: 'int', default: 1, description: 'd' } } as const;
    expect(() => assertDistinct([one(x), one(x)])).toThrow('flag --a.x is declared twice');
    expect(() => assertDistinct([one(x), one({ x: { ...x.x, flag: 'b.x' } })])).toThrow('YAML key a.x is declared twice');
    expect(() => assertDistinct([one({ x: { ...x.x, flag: 'a-b.c' } }), one({ y: { ...x.x, flag: 'a.b-c' } })])).toThrow(
      'environment variable',
    );
    expect(() => loadConfig({ groups: [one(x), one({ y: { ...x.x, yaml: 'x.y' } })], args: [], env: {} })).toThrow(
      'lies at or below',
    );
  });
});
