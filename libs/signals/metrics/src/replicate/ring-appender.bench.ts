import { fileURLToPath } from 'node:url';
import type { ReplicaBatch } from '@telamon/contract';
import { defaultLimits } from '@telamon/limits';
import { createRingView, type Instance, writeToReplicas } from '@telamon/ring';
import { WriteRequestEncoder, WriteRequestV2Encoder } from '@telamon/wire';
import { inputOf } from './appender-conformance.ts';
import { RingAppender } from './ring-appender.ts';

/** What a run of {@link benchForward} found; microseconds of this thread. */
export interface ForwardFigures {
  /** Walking, checking and adding to the batch, per series of one sample; the cursor's two walks included. */
  readonly walkUs: number;
  /** The same with ring look-ups, grouping, the messages of every ingester, and answers. */
  readonly totalUs: number;
  /** Bytes of one series. */
  readonly seriesBytes: number;
}

const SERIES_A_REQUEST = 2000;

/** Forwards requests of 2,000 series (nine labels, one sample) to a ring of so many ingesters in three zones that take everything. */
export async function benchForward(ingesters: number, version: 1 | 2, requests: number): Promise<ForwardFigures> {
  const limits = defaultLimits();
  const body = requestBody(version);
  const view = ringOf(ingesters);
  let sent = 0;
  const real = async (_tenant: string, _method: string, batch: ReplicaBatch): Promise<ReadonlySet<number>> => {
    const call = async (_instance: Instance, items: readonly number[]): Promise<readonly number[]> => {
      sent += batch.encode(items).length;
      return [];
    };
    return await writeToReplicas({ view, tokens: batch.tokens, call, timeoutMs: 10_000 });
  };
  const none = async (): Promise<ReadonlySet<number>> => new Set();
  const measure = async (write: typeof real | typeof none): Promise<number> => {
    const appender = new RingAppender({ writer: { write }, limitsOf: () => limits, accumulatesDeltas: false });
    for (let i = 0; i < 200; i++) await appender.append('tenant', inputOf(body, limits, version));
    const start = process.cpuUsage();
    for (let i = 0; i < requests; i++) await appender.append('tenant', inputOf(body, limits, version));
    const { user, system } = process.cpuUsage(start);
    return (user + system) / (requests * SERIES_A_REQUEST);
  };
  const walkUs = await measure(none);
  const totalUs = await measure(real);
  if (sent === 0) throw new Error('nothing was sent');
  return { walkUs, totalUs, seriesBytes: body.length / SERIES_A_REQUEST };
}

function ringOf(count: number): ReturnType<typeof createRingView> {
  const instances = Array.from({ length: count }, (_, i): Instance => {
    const tokens = Array.from({ length: 128 }, (_token, j) => Math.imul(i * 128 + j + 1, 0x9e3779b1) >>> 0);
    return {
      id: `ingester-${i}`,
      address: `ingester-${i}:9095`,
      zone: `zone-${i % 3}`,
      state: 'active',
      tokens: Uint32Array.from(tokens).sort(),
      heartbeatMs: 0,
      registeredMs: 0,
      readOnlyChangedMs: 0,
      features: [],
    };
  });
  return createRingView(instances, { replicationFactor: 3, isZoneAware: true, heartbeatTimeoutMs: 60_000, nowMs: 0 });
}

function requestBody(version: 1 | 2): Uint8Array {
  const encoder = version === 1 ? new WriteRequestEncoder() : new WriteRequestV2Encoder();
  for (let i = 0; i < SERIES_A_REQUEST; i++) {
    const pod = Math.floor(i / 100);
    const labels = [
      ['__name__', `http_requests_total_${i % 100}`],
      ['cluster', 'production-eu-west-1'],
      ['container', 'checkout-service'],
      ['endpoint', 'http-metrics'],
      ['instance', `10.42.${pod >>> 8}.${pod & 255}:8080`],
      ['job', 'monitoring/checkout-service'],
      ['method', i % 2 === 0 ? 'GET' : 'POST'],
      ['namespace', 'shop'],
      ['pod', `checkout-service-7d9f8c6b5d-${pod}`],
    ].flat();
    encoder.addSeries({ labels, samples: [{ timeMs: 1_793_491_200_000 + i, value: i * 1.5 }] });
  }
  return encoder.finish();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const requests = Number(process.argv[2] ?? 500);
  for (const version of [1, 2] as const) {
    for (const ingesters of [3, 6, 30]) {
      const { walkUs, totalUs, seriesBytes } = await benchForward(ingesters, version, requests);
      const figures = `walk ${walkUs.toFixed(3)} us, with grouping and messages ${totalUs.toFixed(3)} us`;
      console.log(`v${version}, ${ingesters} ingesters, ${seriesBytes.toFixed(0)} bytes a series: ${figures}`);
    }
  }
}
