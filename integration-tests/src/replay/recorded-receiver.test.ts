import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExchangeResponse, exchange } from '../harness/http-exchange.ts';
import { PendingList } from '../harness/pending-list.ts';
import { snappyUnblock, V1_HEADERS } from '../harness/remote-write-body.ts';
import { recorded, suiteName } from '../harness/repository.ts';
import { askSeries, pushBody, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { expectSettled, readJsonLines, runCases } from './recorded-lines.ts';

interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface ReceiverCase {
  readonly id: string;
  readonly protocol: 'v1' | 'v2';
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyFile: string;
  readonly prometheus: RecordedAnswer;
  readonly cortex: RecordedAnswer;
}

const folder = recorded('conformance/prometheus/receiver');

/** The evaluation time of `stored-names.json`. */
const STORED_AT = '2026-11-01T00:10:05Z';

const SEEDS = ['seed-float.v1.bin', 'seed-histogram.v1.bin'];

/** Prometheus says yes and drops the bad sample; saying no with 400 is as right. */
const MAY_REFUSE = /(ooo-sample|dup-inside-request|dup-series-in-request|exemplar-ooo|hist-and-float-same-series)/;

/** What a client does with a status: keep, drop or try again. */
function classOf(status: number): 'accepted' | 'refused' | 'retry' {
  if (status < 300) return 'accepted';
  return status >= 500 || status === 429 ? 'retry' : 'refused';
}

function differenceOf(item: ReceiverCase, answer: ExchangeResponse): string | undefined {
  const got = classOf(answer.status);
  const allowed = new Set([classOf(item.prometheus.status), classOf(item.cortex.status)]);
  if (MAY_REFUSE.test(item.id)) allowed.add('refused');
  if (!allowed.has(got))
    return `status: want ${item.prometheus.status} or ${item.cortex.status}, got ${answer.status}: ${answer.text.slice(0, 200)}`;
  if (got !== classOf(item.prometheus.status)) return undefined;
  for (const [name, want] of Object.entries(item.prometheus.headers)) {
    if (name.endsWith('-written') && answer.headers[name] !== want) return `${name}: want ${want}, got ${answer.headers[name]}`;
  }
  return undefined;
}

describe.skipIf(folder === undefined)(suiteName('write requests as Prometheus and Cortex answered them', folder), () => {
  const cases = folder === undefined ? [] : readJsonLines<ReceiverCase>(join(folder, 'cases.jsonl'));
  const pending = new PendingList('prometheus-receiver');
  let server: TelamonProcess;

  beforeAll(async () => {
    server = await TelamonProcess.start({ name: 'receiver', isMultitenant: true });
  });
  afterAll(() => server?.dispose());

  /** Tells whether a name stands in a body that is here; `stored-names.json` holds those of cases that are kept back too. */
  const namesSent = (protocol: string): ((name: string) => boolean) => {
    const own = cases.filter((item) => item.protocol === protocol).map(({ bodyFile }) => bodyFile);
    const bodies = [...SEEDS, ...own].map((path) => Buffer.from(snappyUnblock(readFileSync(join(folder!, path))) ?? []));
    return (name) => bodies.some((body) => body.includes(Buffer.from([Buffer.byteLength(name), ...Buffer.from(name)])));
  };

  it.each(['v1', 'v2'] as const)('%s', async (protocol) => {
    const target = telamonTarget(server.metrics, protocol);
    for (const seed of SEEDS) {
      expect((await pushBody(target, readFileSync(join(folder!, seed)), V1_HEADERS)).status, seed).toBeLessThan(300);
    }
    const send = async (item: ReceiverCase): Promise<string | undefined> => {
      const body = readFileSync(join(folder!, item.bodyFile));
      const headers = { ...item.headers, ...target.headers };
      return differenceOf(
        item,
        await exchange({ method: item.method, base: server.metrics, path: target.pushPath, headers, body }),
      );
    };
    const results = await runCases(
      cases.filter((item) => item.protocol === protocol),
      send,
      1,
    );
    const all = (JSON.parse(readFileSync(join(folder!, 'stored-names.json'), 'utf8')) as Record<string, string[]>)[protocol]!;
    const sent = namesSent(protocol);
    const wanted = all.filter((name) => sent(name));
    const stored = await askSeries(target, 'query', { query: 'count by (__name__) ({__name__=~".+"})', time: STORED_AT });
    const names = new Set(stored.map(({ metric }) => metric.__name__));
    for (const name of wanted) {
      results.push({
        id: `stored-${protocol}-${encodeURIComponent(name)}`,
        difference: names.has(name) ? undefined : 'is not stored',
      });
    }
    const extra = [...names].filter((name) => !all.includes(name!));
    process.stdout.write(
      `receiver ${protocol}: stored beyond Prometheus' (valid parts of refused requests): ${extra.join(', ')}\n`,
    );
    expectSettled(`prometheus-receiver ${protocol}`, pending, results);
    server.requireRunning();
  });
});
