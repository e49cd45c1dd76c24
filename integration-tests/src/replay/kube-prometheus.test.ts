import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonical, firstDifference, inFixedOrder } from '../harness/compare-answers.ts';
import { encodeParams, exchange, withParams } from '../harness/http-exchange.ts';
import { PendingList } from '../harness/pending-list.ts';
import { recorded, suiteName } from '../harness/repository.ts';
import { pushBody, type Target, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { expectSettled, readJsonLines, runCases } from './recorded-lines.ts';

interface KubeAnswer {
  readonly status: string;
  readonly data?: { readonly resultType: string; readonly result: readonly unknown[] } | readonly unknown[];
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

interface KubeCase {
  readonly id: string;
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly params: readonly (readonly [string, string])[];
  readonly in: 'query' | 'form';
  readonly compare: 'sorted' | 'ordered' | 'list';
  readonly status: number;
  readonly body: KubeAnswer;
}

/** Values may differ by this much, relative to the larger one. */
const TOLERANCE = 1e-12;

const folder = recorded('acceptance/kube-prometheus');

function differenceOf(item: KubeCase, status: number, got: KubeAnswer): string | undefined {
  if (status !== item.status) return `status: want ${item.status}, got ${status}: ${canonical(got).slice(0, 200)}`;
  const want = item.body;
  if (item.compare === 'list') return firstDifference(want.data, got.data, 0, '$.data');
  const [wantData, gotData] = [want.data, got.data] as { resultType: string; result: readonly unknown[] }[];
  const order = item.compare === 'sorted' ? inFixedOrder : (list: readonly unknown[]): readonly unknown[] => list;
  const isScalar = wantData?.resultType === 'scalar';
  return (
    firstDifference(wantData?.resultType, gotData?.resultType, 0, '$.data.resultType') ??
    (isScalar
      ? firstDifference(wantData?.result, gotData?.result, TOLERANCE, '$.data.result')
      : firstDifference(order(wantData!.result), order(gotData!.result), TOLERANCE, '$.data.result'))
  );
}

function sameNotes(want: KubeAnswer, got: KubeAnswer): boolean {
  const notes = ({ warnings = [], infos = [] }: KubeAnswer): string => canonical([inFixedOrder(warnings), inFixedOrder(infos)]);
  return notes(want) === notes(got);
}

describe.skipIf(folder === undefined)(suiteName('rules and dashboards that people have', folder), () => {
  const cases = folder === undefined ? [] : readJsonLines<KubeCase>(join(folder, 'cases.jsonl'));
  const pending = new PendingList('kube-prometheus');
  let server: TelamonProcess;
  let target: Target;

  beforeAll(async () => {
    server = await TelamonProcess.start({ name: 'kube' });
    target = telamonTarget(server.metrics);
    const index = JSON.parse(readFileSync(join(folder!, 'dataset/index.json'), 'utf8')) as {
      headers: Record<string, string>;
      push: readonly { file: string }[];
    };
    for (const { file } of index.push) {
      const answer = await pushBody(target, readFileSync(join(folder!, 'dataset', file)), index.headers);
      expect(answer.status, `${file}: ${answer.text}`).toBeLessThan(300);
    }
  }, 300_000);
  afterAll(() => server?.dispose());

  it.each(['record', 'alert', 'dashboard', 'variable'])('%s', async (kind) => {
    let notesDiffer = 0;
    const run = async (item: KubeCase): Promise<string | undefined> => {
      const isForm = item.in === 'form';
      const path = target.queryPrefix + item.path;
      const answer = await exchange({
        method: item.method,
        base: target.base,
        path: isForm ? path : withParams(path, item.params),
        headers: isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
        body: isForm ? encodeParams(item.params) : undefined,
      });
      const got = JSON.parse(answer.text) as KubeAnswer;
      if (!sameNotes(item.body, got)) notesDiffer++;
      return differenceOf(item, answer.status, got);
    };
    const results = await runCases(
      cases.filter((item) => item.kind === kind),
      run,
      2,
    );
    process.stdout.write(`kube-prometheus ${kind}: ${notesDiffer} answers with other warnings or infos\n`);
    expectSettled(`kube-prometheus ${kind}`, pending, results);
  });
});
