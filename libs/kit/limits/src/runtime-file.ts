import { type Option, parseYamlValue, suggestion, YAML_BYTES_MAX } from '@telamon/config';
import { validateTenantId } from '@telamon/model';
import { parse } from 'yaml';
import { isIgnoredLimit } from './ignored-limits.ts';
import { LIMITS, type TenantLimits } from './tenant-limits.ts';

/** What a runtime file says. */
export interface RuntimeValues {
  /** Per tenant what differs from the defaults. */
  readonly byTenant: ReadonlyMap<string, Partial<TenantLimits>>;
  /** Keys of a peer that are understood but mean nothing here; worth a log line. */
  readonly ignored: readonly string[];
}

/** Top-level sections of Mimir's file that hold nothing for us. */
const FOREIGN_SECTIONS: ReadonlySet<string> = new Set([
  'multi_kv_config',
  'ingester_stream_chunks_when_using_blocks',
  'ingester_limits',
  'distributor_limits',
]);

const BY_YAML_KEY: ReadonlyMap<string, { readonly key: string; readonly option: Option }> = new Map(
  LIMITS.flatMap((group) =>
    group.options.flatMap((named) => [named.yamlPath, ...named.yamlAliasPaths].map((path) => [path.at(-1)!, named] as const)),
  ),
);

/**
 * Reads a runtime file of Mimir's form:
 * ```yaml
 * overrides:
 *   tenant-a:
 *     max_global_series_per_user: 1000000
 * ```
 * Throws one Error that lists everything that is wrong, a line each. Nothing of a wrong file may come into force.
 */
export function parseRuntimeFile(text: string): RuntimeValues {
  if (Buffer.byteLength(text) > YAML_BYTES_MAX) throw new Error(`larger than ${YAML_BYTES_MAX} bytes`);
  const root: unknown =
    parse(text, { maxAliasCount: 1000, merge: true, prettyErrors: true, stringKeys: true, logLevel: 'error' }) ?? {};
  const errors: string[] = [];
  const ignored = new Set<string>();
  const byTenant = new Map<string, Partial<TenantLimits>>();
  for (const [section, value] of entriesOf(root, 'the file', errors)) {
    if (section === 'overrides') {
      for (const [tenant, own] of entriesOf(value ?? {}, 'overrides', errors)) {
        checkTenant(tenant, errors);
        byTenant.set(tenant, parseTenant(tenant, own, errors, ignored));
      }
    } else if (FOREIGN_SECTIONS.has(section)) ignored.add(section);
    else errors.push(`unknown key ${section}${suggestion(section, ['overrides'])}`);
  }
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return { byTenant, ignored: [...ignored] };
}

/** Puts several files together; a later one wins, limit by limit. */
export function mergeRuntimeValues(files: readonly RuntimeValues[]): RuntimeValues {
  const byTenant = new Map<string, Partial<TenantLimits>>();
  for (const file of files) for (const [tenant, own] of file.byTenant) byTenant.set(tenant, { ...byTenant.get(tenant), ...own });
  return { byTenant, ignored: [...new Set(files.flatMap((file) => file.ignored))] };
}

function parseTenant(tenant: string, own: unknown, errors: string[], ignored: Set<string>): Partial<TenantLimits> {
  const values: Record<string, unknown> = {};
  for (const [key, value] of entriesOf(own ?? {}, `overrides.${tenant}`, errors)) {
    const known = BY_YAML_KEY.get(key);
    if (known === undefined) {
      if (isIgnoredLimit(key)) ignored.add(key);
      else errors.push(`overrides.${tenant}: unknown key ${key}${suggestion(key, BY_YAML_KEY.keys())}`);
      continue;
    }
    const parsed = parseYamlValue(known.option, value);
    if (parsed.isOk) values[known.key] = parsed.value;
    else errors.push(`overrides.${tenant}.${key}: ${parsed.error}`);
  }
  for (const group of LIMITS) {
    for (const problem of group.validate({ ...group.defaults(), ...values })) errors.push(`overrides.${tenant}: ${problem}`);
  }
  return values as Partial<TenantLimits>;
}

function checkTenant(tenant: string, errors: string[]): void {
  try {
    validateTenantId(tenant);
  } catch (error) {
    errors.push(`overrides: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function entriesOf(value: unknown, what: string, errors: string[]): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  errors.push(`${what} must be a mapping`);
  return [];
}
