import { encodeV1, snappyBlock, type WriteSeries } from '../harness/remote-write-body.ts';
import { askSeries, pushBody, telamonTarget } from '../harness/telamon-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type FaultRig, type FaultRow, READS_MAY_STUMBLE, UNNOTICED } from './fault-row.ts';
import { limitTenants } from './runtime-limits.ts';

const MINUTE_MS = 60_000;

/** One series with samples, `name{from="test"}` and more labels. */
function series(name: string, samples: WriteSeries['samples'], more: readonly (readonly [string, string])[] = []): WriteSeries {
  const labels = [['__name__', name], ['from', 'test'], ...more] as [string, string][];
  return { labels: labels.sort(([a], [b]) => (a < b ? -1 : 1)), samples };
}

/** Sends series for a tenant; status and text. */
async function send(
  { cluster }: FaultRig,
  tenant: string,
  all: readonly WriteSeries[],
): Promise<{ status: number; text: string }> {
  return await pushBody(telamonTarget(cluster.writeBase, tenant), snappyBlock(encodeV1(all)));
}

/** The samples of a metric of a tenant, as `seconds=value`, in the order of the answer. */
async function stored({ cluster }: FaultRig, tenant: string, name: string): Promise<string[]> {
  const time = (Date.now() / 1000 + 3600).toFixed(3);
  const result = await askSeries(telamonTarget(cluster.queryBase, tenant), 'query', { query: `${name}[3h]`, time });
  return result.flatMap(({ values = [] }) => values.map(([seconds, value]) => `${Math.round(seconds * 1000)}=${value}`));
}

function requireSame(what: string, got: readonly string[], want: readonly string[]): void {
  if (got.join() !== want.join()) throw new Error(`${what}: got ${got.join()}, want ${want.join()}`);
}

function requireRefused(answer: { readonly status: number; readonly text: string }, status: number, id: string): void {
  if (answer.status !== status || !answer.text.includes(id))
    throw new Error(`want ${status} with ${id}, got ${answer.status}: ${answer.text.slice(0, 300)}`);
}

/** Faults of clocks and of what senders send. */
export const SAMPLE_FAULTS: readonly FaultRow[] = [
  {
    id: 'F42',
    title: 'the clock of an ingester is 10 minutes ahead, then 10 minutes behind',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const member = rig.cluster.member('ingester-c-0');
      for (const skewMs of [10 * MINUTE_MS, -10 * MINUTE_MS]) {
        member.skewClock(skewMs);
        await rig.wait(120_000);
      }
      rig.cluster.heal();
      await member.ready();
    },
  },
  {
    id: 'F43',
    title: 'the clock of a sender is an hour ahead',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const nowMs = Date.now();
      const answer = await send(rig, 'f43', [series('good', [[nowMs, 1]]), series('early', [[nowMs + 60 * MINUTE_MS, 2]])]);
      requireRefused(answer, 400, 'too-far-in-future');
      requireSame('the rest', await stored(rig, 'f43', 'good'), [`${nowMs}=1`]);
      requireSame('what was refused', await stored(rig, 'f43', 'early'), []);
    },
  },
  {
    id: 'F44',
    title: 'every request comes twice, remote write 1 and 2 mixed',
    isQuick: true,
    tolerance: UNNOTICED,
    load: { isDoubled: true },
    run: async (rig) => {
      const { acknowledged } = rig.load.report;
      await rig.wait(120_000);
      await waitUntil('doubled requests', () => rig.load.report.acknowledged > acknowledged + 30);
    },
  },
  {
    id: 'F45',
    title: 'another value for a time that has one',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const nowMs = Date.now();
      await send(rig, 'f45', [series('first', [[nowMs, 1]])]);
      requireRefused(await send(rig, 'f45', [series('first', [[nowMs, 2]])]), 400, 'sample-duplicate-timestamp');
      requireSame('the first one', await stored(rig, 'f45', 'first'), [`${nowMs}=1`]);
    },
  },
  {
    id: 'F46',
    title: 'samples out of order, within the window and beyond it',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      await limitTenants(rig, { f46: { out_of_order_time_window: '10m' } });
      const nowMs = Date.now();
      const times = Array.from({ length: 20 }, (_x, i) => nowMs - i * 20_000);
      const shuffled = times.map((time) => ({ time, at: rig.random() })).sort((a, b) => a.at - b.at);
      await send(rig, 'f46', [series('late', [[nowMs, 0]])]);
      for (const { time } of shuffled) {
        if (time === nowMs) continue;
        const answer = await send(rig, 'f46', [series('late', [[time, nowMs - time]])]);
        if (answer.status >= 300) throw new Error(`within the window: ${answer.status} ${answer.text}`);
      }
      const tooOld = await send(rig, 'f46', [series('late', [[nowMs - 30 * MINUTE_MS, 1]])]);
      requireRefused(tooOld, 400, 'sample-timestamp-too-old');
      const want = times.sort((a, b) => a - b).map((time) => `${time}=${nowMs - time}`);
      requireSame('all of them in order', await stored(rig, 'f46', 'late'), want);
    },
  },
  {
    id: 'F47',
    title: 'the elected one of a pair of senders dies',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      await limitTenants(rig, { f47: { accept_ha_samples: true } });
      const failoverMs = rig.haFailoverTimeoutMs;
      const sendAs = async (replica: string): Promise<number> => {
        const labels = [
          ['__replica__', replica],
          ['cluster', 'pair'],
        ] as const;
        return (await send(rig, 'f47', [series('pair', [[Date.now(), 1]], labels)])).status;
      };
      await waitUntil('the limits to be in force', async () => {
        await sendAs('one');
        return (await sendAs('two')) === 202;
      });
      if ((await sendAs('one')) >= 300 || (await sendAs('two')) !== 202) throw new Error('the loser is not told with 202');
      const diedMs = performance.now();
      await waitUntil('the other to be elected', async () => (await sendAs('two')) === 200, {
        timeoutMs: failoverMs * 4 + 10_000,
      });
      const tookMs = performance.now() - diedMs;
      rig.say(`the other one was elected after ${Math.round(tookMs)} ms of at least ${failoverMs}`);
      if (tookMs < failoverMs * 0.8) throw new Error('it was elected while the first could still be there');
      const times = await stored(rig, 'f47', 'pair');
      if (new Set(times.map((text) => text.split('=')[0])).size !== times.length) throw new Error(`doubled: ${times.join()}`);
    },
  },
];
