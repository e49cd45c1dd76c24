import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { firstDifference } from '../harness/compare-answers.ts';
import { type ExchangeResponse, exchange } from '../harness/http-exchange.ts';
import { PendingList } from '../harness/pending-list.ts';
import { V1_HEADERS } from '../harness/remote-write-body.ts';
import { recorded, suiteName } from '../harness/repository.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { byGroup, expectSettled, readJsonLines, runCases } from './recorded-lines.ts';

interface CortexCase {
  readonly id: string;
  readonly group: string;
  /** Settings that differ from the base; those below `limits.` hold for the tenant of the row. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly setup?: readonly {
    readonly path: string;
    readonly tenant?: string;
    readonly bodyFile?: string;
    readonly requestBody?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }[];
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyFile?: string;
  readonly requestBody?: string;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Groups that are about what is there; rules and alerts come with the ruler. */
const OWN_SETTINGS: ReadonlySet<string> = new Set([
  'auth-off',
  'federation',
  'write-limit',
  'read-limit',
  'instance-limit',
  'request-size',
  'ha',
]);
const GROUPS = ['no-tenant', 'tenant-id', 'empty-tenant', 'query-error', 'read', 'legacy-path', 'ops', 'write', ...OWN_SETTINGS];

/** Rows with settings of Cortex' own, in groups that need none, are about those settings. */
function isOurs({ group, config }: CortexCase): boolean {
  return GROUPS.includes(group) && (config === undefined || OWN_SETTINGS.has(group));
}

/** Names that Mimir, and so we, have for limits of Cortex. */
const LIMIT_NAMES: Readonly<Record<string, string>> = {
  max_series_per_user: 'max_global_series_per_user',
  max_series_per_metric: 'max_global_series_per_metric',
  max_metadata_per_metric: 'max_global_metadata_per_metric',
  reject_old_samples_max_age: 'past_grace_period',
  enable_native_histograms: 'native_histograms_ingestion_enabled',
};
/** Limits of Cortex that Mimir has not. */
const LIMITS_OF_CORTEX: ReadonlySet<string> = new Set([
  ...[
    'limits_per_label_set',
    'max_labels_size_bytes',
    'native_histogram_ingestion_rate',
    'native_histogram_ingestion_burst_size',
  ],
  ...['max_native_histogram_sample_size_bytes', 'reject_old_samples', 'enforce_metric_name'],
  ...['max_fetched_data_bytes_per_query', 'max_query_response_size', 'max_regex_pattern_length'],
]);
/** Settings of the process, as flags. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  federation: ['--tenant-federation.enabled=true', '--tenant-federation.max-tenants=3'],
  'instance-limit': ['--ingester.instance-limits.max-tenants=2', '--ingester.instance-limits.max-series=3'],
  'request-size': ['--distributor.max-recv-msg-size=200', '--distributor.max-otlp-request-size=200', '--querier.max-samples=50'],
};

/** A limit of Cortex in Mimir's names. */
function limitsOf(limit: string, value: unknown): (readonly [string, unknown])[] {
  if (limit === 'query_rejection') return [['blocked_queries', [{ pattern: '.*forbidden.*', regex: true }]]];
  if (limit === 'max_query_length')
    return [
      ['max_partial_query_length', value],
      ['max_labels_query_length', value],
    ];
  return LIMITS_OF_CORTEX.has(limit) ? [] : [[LIMIT_NAMES[limit] ?? limit, value]];
}

/** The overrides of every row's tenant, in Mimir's names. */
function overridesOf(cases: readonly CortexCase[]): string {
  const lines = ['overrides:'];
  const byTenant = new Map(cases.map((item) => [item.headers['x-scope-orgid'], item]));
  for (const { headers, config = {} } of byTenant.values()) {
    const limits = Object.entries(config).flatMap(([name, value]) =>
      name.startsWith('limits.') ? limitsOf(name.slice('limits.'.length), value) : [],
    );
    if (limits.length === 0) continue;
    lines.push(`  ${JSON.stringify(headers['x-scope-orgid'])}:`);
    for (const [name, value] of limits) lines.push(`    ${name}: ${JSON.stringify(value)}`);
  }
  return lines.length === 1 ? 'overrides: {}\n' : `${lines.join('\n')}\n`;
}

const folder = recorded('conformance/prometheus');

/** What a client acts on: the exact status, or for a write its class; and the type of a body that is read by a program. */
function differenceOf(item: CortexCase, answer: ExchangeResponse): string | undefined {
  const isAccepted = item.status < 300 && answer.status < 300;
  if (answer.status !== item.status && !isAccepted)
    return `status: want ${item.status}, got ${answer.status}: ${answer.text.slice(0, 150)}`;
  const want = item.responseHeaders['content-type']?.split(';')[0];
  const got = answer.headers['content-type']?.split(';')[0];
  if (want === 'application/json' && want !== got) return `content type: want ${want}, got ${got}`;
  // Texts of refusals are Mimir's; answers about several tenants are alike in every word.
  if (item.group !== 'federation' || item.status !== 200 || want !== 'application/json' || item.method !== 'GET')
    return undefined;
  return firstDifference(JSON.parse(item.body), JSON.parse(answer.text), 0);
}

describe.skipIf(folder === undefined)(suiteName('tenants and routes as Cortex answered them', folder), () => {
  const all = folder === undefined ? [] : readJsonLines<CortexCase>(join(folder, 'cortex-answers.jsonl'));
  const groups = byGroup(all.filter(isOurs));
  const pending = new PendingList('cortex');
  const servers: TelamonProcess[] = [];
  let shared: TelamonProcess;

  /** One server serves the rows without settings; a group with some has its own. */
  async function serverOf(group: string, members: readonly CortexCase[]): Promise<TelamonProcess> {
    if (group !== 'auth-off' && members.every(({ config }) => config === undefined)) return shared;
    const server = await TelamonProcess.start({
      name: `cortex-${group}`,
      isMultitenant: group !== 'auth-off',
      overrides: overridesOf(members),
      flags: FLAGS[group] ?? [],
    });
    servers.push(server);
    return server;
  }

  beforeAll(async () => {
    shared = await TelamonProcess.start({ name: 'cortex', isMultitenant: true });
    servers.push(shared);
  });
  afterAll(async () => {
    for (const server of servers) await server.dispose();
  });

  for (const [group, members] of groups) {
    it(group, { timeout: 60_000 }, async () => {
      const base = (await serverOf(group, members)).metrics;
      const bodyOf = ({ bodyFile, requestBody }: Pick<CortexCase, 'bodyFile' | 'requestBody'>): Buffer | string | undefined =>
        bodyFile === undefined ? requestBody : readFileSync(join(folder!, bodyFile));
      const run = async (item: CortexCase): Promise<string | undefined> => {
        for (const step of item.setup ?? []) {
          const tenant = step.tenant === undefined ? {} : { 'x-scope-orgid': step.tenant };
          await exchange({
            method: 'POST',
            base,
            path: step.path,
            headers: { ...V1_HEADERS, ...tenant, ...step.headers },
            body: bodyOf(step),
          });
        }
        // Header values are recorded as text and went over the wire as UTF-8.
        const headers = Object.fromEntries(
          Object.entries(item.headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
        );
        return differenceOf(item, await exchange({ method: item.method, base, path: item.path, headers, body: bodyOf(item) }));
      };
      expectSettled(`cortex ${group}`, pending, await runCases(members, run, 1));
    });
  }
});
