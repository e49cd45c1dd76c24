import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type ExchangeResponse, exchange } from '../harness/http-exchange.ts';
import { PendingList } from '../harness/pending-list.ts';
import { V1_HEADERS } from '../harness/remote-write-body.ts';
import { recorded, suiteName } from '../harness/repository.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { byGroup, expectSettled, readJsonLines, runCases } from './recorded-lines.ts';

interface CortexCase {
  readonly id: string;
  readonly group: string;
  readonly config?: unknown;
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
}

/** Groups that this path touches; limits are tested where they are declared, rules and alerts come with the ruler. */
const GROUPS = ['no-tenant', 'auth-off', 'tenant-id', 'empty-tenant', 'query-error', 'read', 'legacy-path', 'ops', 'write'];

const folder = recorded('conformance/prometheus');

/** What a client acts on: the exact status, or for a write its class; and the type of a body that is read by a program. */
function differenceOf(item: CortexCase, answer: ExchangeResponse): string | undefined {
  const isAccepted = item.status < 300 && answer.status < 300;
  if (answer.status !== item.status && !isAccepted)
    return `status: want ${item.status}, got ${answer.status}: ${answer.text.slice(0, 150)}`;
  const want = item.responseHeaders['content-type']?.split(';')[0];
  const got = answer.headers['content-type']?.split(';')[0];
  return want === 'application/json' && want !== got ? `content type: want ${want}, got ${got}` : undefined;
}

describe.skipIf(folder === undefined)(suiteName('tenants and routes as Cortex answered them', folder), () => {
  const all = folder === undefined ? [] : readJsonLines<CortexCase>(join(folder, 'cortex-answers.jsonl'));
  const groups = byGroup(
    all.filter(({ group, config }) => GROUPS.includes(group) && (config === undefined || group === 'auth-off')),
  );
  const pending = new PendingList('cortex');
  let multi: TelamonProcess;
  let single: TelamonProcess;

  beforeAll(async () => {
    multi = await TelamonProcess.start({ name: 'cortex', isMultitenant: true });
    single = await TelamonProcess.start({ name: 'cortex-single' });
  });
  afterAll(async () => {
    await multi?.dispose();
    await single?.dispose();
  });

  for (const [group, members] of groups) {
    it(group, async () => {
      const base = (group === 'auth-off' ? single : multi).metrics;
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
