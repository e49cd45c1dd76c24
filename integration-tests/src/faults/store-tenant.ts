import type { LiveBlock } from '../cluster/bucket-hand.ts';
import { ask, telamonTarget } from '../harness/telamon-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import type { FaultRig } from './fault-row.ts';
import { flushAll } from './zero-loss.ts';

/** Questions whose answers tell about every sample of a tenant. */
const QUESTIONS: readonly string[] = [
  'sum by (group) (count_over_time(ledger[2h]))',
  'sum by (group) (sum_over_time(ledger[2h]))',
  'count by (group) (last_over_time(ledger[2h]))',
];

/** What a question was answered: by group, or why not. */
export type StoreAnswer = { readonly text: string } | { readonly error: string };

/** A tenant whose samples are in the bucket alone: a copy of another tenant's blocks, which no ingester holds. */
export interface StoreTenant {
  readonly name: string;
  /** The blocks as ingesters shipped them: `ULID/file` to bytes. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Asks one of the questions again, which is answered from nothing but the bucket. */
  ask(question: number): Promise<StoreAnswer>;
  /** The answers when all was well, by question. */
  readonly right: readonly string[];
}

/** How a tenant is made. */
export interface StoreTenantOptions {
  /** Whether compactors leave its blocks alone. */
  readonly isKeptApart?: boolean;
}

/** Ships what the load's first tenant has and copies its blocks to a new tenant; resolves when that answers fully. */
export async function makeStoreTenant(
  rig: FaultRig,
  name: string,
  { isKeptApart = false }: StoreTenantOptions = {},
): Promise<StoreTenant> {
  const source = rig.tenants[0]!;
  const acknowledged = rig.load.sampleCount(source);
  await flushAll(rig.cluster, [source]);
  const files = await shippedFiles(rig, source);
  if (isKeptApart) for (const ulid of ulidsOf(files)) await keepApart(rig, name, ulid);
  await placeFiles(rig, files, name);
  const ask = asker(rig.cluster.queryBase, name);
  const queriers = rig.cluster.ofRole('querier').map((querier) => asker(querier.url('metrics'), name));
  const right = await waitUntil(
    `${name} to be answered from the bucket`,
    async () => {
      const first = await answersTo(ask);
      if (totalOf(first[0]!) < acknowledged) return undefined;
      // Each has to know the new tenant's blocks; who has not would answer nothing while the bucket is away.
      for (const each of queriers) if ((await answersTo(each)).join('\n') !== first.join('\n')) return undefined;
      return first;
    },
    { timeoutMs: 60_000, pollMs: 250 },
  );
  return { name, files, ask, right };
}

async function answersTo(ask: StoreTenant['ask']): Promise<string[]> {
  const texts: string[] = [];
  for (const question of QUESTIONS.keys()) {
    const answer = await ask(question);
    if ('error' in answer) throw new Error(answer.error);
    texts.push(answer.text);
  }
  return texts;
}

/** Puts the same blocks into the place of one more tenant. */
export async function copyStoreTenant(rig: FaultRig, tenant: StoreTenant, name: string): Promise<StoreTenant> {
  await placeFiles(rig, tenant.files, name);
  return { ...tenant, name, ask: asker(rig.cluster.queryBase, name) };
}

/** ULIDs of the blocks of some files. */
export function ulidsOf(files: ReadonlyMap<string, Buffer>): string[] {
  return [...new Set([...files.keys()].map((path) => path.slice(0, 26)))];
}

function asker(base: string, name: string): (question: number) => Promise<StoreAnswer> {
  const timeSeconds = (Date.now() / 1000 + 3600).toFixed(3);
  const target = telamonTarget(base, name);
  return async (question) => {
    const query = QUESTIONS[question % QUESTIONS.length]!;
    const answer = await ask(target, 'query', { query, time: timeSeconds }).catch(String);
    if (typeof answer === 'string') return { error: answer };
    if (answer.status !== 'success') return { error: `${answer.errorType}: ${answer.error}` };
    const rows = answer.data.result.map(({ metric, value }) => `${metric.group}=${value?.[1]}`);
    return { text: rows.sort().join() };
  };
}

/** The blocks of a tenant that no compactor made; those that were merged since and only wait for deletion are among them. */
async function shippedFiles({ bucket }: FaultRig, tenant: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const keys = await bucket.keys(`${tenant}/`);
  for (const metaKey of keys.filter((key) => /\/[0-9A-Z]{26}\/meta\.json$/.test(key))) {
    const meta = await bucket.get(metaKey);
    if ((JSON.parse(meta.toString()) as LiveBlock).compaction.level > 1) continue;
    const folder = metaKey.slice(0, -'meta.json'.length);
    for (const key of keys.filter((each) => each.startsWith(folder) && !each.endsWith('-mark.json')))
      files.set(key.slice(tenant.length + 1), await bucket.get(key));
  }
  return files;
}

/** `meta.json` last: it makes a block complete. */
async function placeFiles({ bucket }: FaultRig, files: ReadonlyMap<string, Buffer>, tenant: string): Promise<void> {
  const isMeta = (path: string): number => Number(path.endsWith('/meta.json'));
  const paths = [...files.keys()].sort((a, b) => isMeta(a) - isMeta(b));
  for (const path of paths) await bucket.put(`${tenant}/${path}`, files.get(path)!);
}

async function keepApart({ bucket }: FaultRig, tenant: string, ulid: string): Promise<void> {
  const mark = { id: ulid, version: 1, no_compact_time: Math.floor(Date.now() / 1000), reason: 'manual', details: 'test' };
  const bytes = Buffer.from(JSON.stringify(mark));
  await bucket.put(`${tenant}/${ulid}/no-compact-mark.json`, bytes);
  await bucket.put(`${tenant}/markers/${ulid}-no-compact-mark.json`, bytes);
}

/** Asks every question and throws unless each is answered as before, or (when that is allowed) with an error. Gives the errors. */
export async function checkStoreTenant(tenant: StoreTenant, { mayFail }: { readonly mayFail: boolean }): Promise<string[]> {
  const errors: string[] = [];
  for (const [question, right] of tenant.right.entries()) {
    const answer = await tenant.ask(question);
    if ('error' in answer) errors.push(answer.error);
    else if (answer.text !== right)
      throw new Error(`${tenant.name}: ${QUESTIONS[question]} answered ${answer.text || 'nothing'} instead of ${right}`);
  }
  if (errors.length > 0 && !mayFail) throw new Error(`${tenant.name}: ${errors[0]}`);
  return errors;
}

/** Waits until everything is answered as before; a wrong answer ends the wait at once. */
export async function untilRight(tenant: StoreTenant, timeoutMs = 30_000): Promise<void> {
  let wrong: unknown;
  await waitUntil(
    `${tenant.name} to be answered rightly`,
    async () => {
      const errors = await checkStoreTenant(tenant, { mayFail: true }).catch((error: unknown) => {
        wrong = error;
        return [];
      });
      if (errors.length > 0) throw new Error(errors[0]);
      return true;
    },
    { timeoutMs, pollMs: 250 },
  );
  if (wrong !== undefined) throw wrong;
}

function totalOf(text: string): number {
  return text.split(',').reduce((sum, part) => sum + Number(part.split('=')[1] ?? 0), 0);
}
