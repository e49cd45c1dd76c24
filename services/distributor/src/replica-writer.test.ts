import type { ReplicaBatch } from '@telamon/contract';
import { TelamonError } from '@telamon/model';
import { createRingView, type Instance, type RingReader } from '@telamon/ring';
import { InProcessTransport, type PeerUnaryHandler } from '@telamon/rpc';
import { createRegistry, FakeClock, type MetricRegistry } from '@telamon/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { DISTRIBUTOR } from './options.ts';
import { INGESTER_SERVICE, type ReplicaWriterConfig, RingReplicaWriter } from './replica-writer.ts';
import { createReplicaWriterMetrics } from './replica-writer-metrics.ts';

const QUIET = { info: (): void => {}, warn: (): void => {}, error: (): void => {} };
const DOWN = new TelamonError('down', { status: 503 });
const BAD = new TelamonError('bad message', { status: 400, isRetryable: false });

function instanceOf(number: number): Instance {
  return {
    id: `ingester-${number}`,
    address: `here-${number}`,
    zone: `zone-${number % 3}`,
    state: 'active',
    tokens: Uint32Array.from({ length: 32 }, (_, i) => Math.imul(number * 32 + i + 1, 0x9e3779b1) >>> 0).sort(),
    heartbeatMs: 0,
    registeredMs: 0,
    readOnlyChangedMs: 0,
    features: [],
  };
}

function ringOf(count: number): RingReader {
  const instances = Array.from({ length: count }, (_, i) => instanceOf(i));
  const view = createRingView(instances, { replicationFactor: 3, isZoneAware: true, heartbeatTimeoutMs: 60_000, nowMs: 0 });
  return { view: () => view, onChange: () => () => {} };
}

/** Items whose message is their positions, a byte each; replies hold the refused ones. */
function batchOf(count: number): ReplicaBatch {
  return {
    tokens: Uint32Array.from({ length: count }, (_, i) => Math.imul(i + 1, 0x85ebca6b) >>> 0),
    encode: (items) => Uint8Array.from(items),
    readReply: (reply) => [...reply],
  };
}

type Answer = (items: Uint8Array, tenant: string) => Promise<Uint8Array> | Uint8Array;

class Bed {
  readonly registry: MetricRegistry = createRegistry();
  readonly clock = new FakeClock();
  readonly calls = new Map<string, number[][]>();
  readonly answers = new Map<number, Answer>();
  readonly writer: RingReplicaWriter;

  constructor(ingesters: number, config: Partial<ReplicaWriterConfig> = {}, shardSize = 0) {
    const transport = new InProcessTransport({ log: QUIET });
    for (let i = 0; i < ingesters; i++) {
      const push: PeerUnaryHandler = async (message, { tenant }) => {
        const calls = this.calls.get(`ingester-${i}`) ?? [];
        this.calls.set(`ingester-${i}`, [...calls, [...message]]);
        return (await this.answers.get(i)?.(message, tenant)) ?? new Uint8Array(0);
      };
      transport.register(`here-${i}`, [{ name: INGESTER_SERVICE, unary: { LogsPush: push } }]);
    }
    this.writer = new RingReplicaWriter({
      ring: ringOf(ingesters),
      transport,
      config: { ...DISTRIBUTOR.defaults(), ...config },
      shardSizeOf: () => shardSize,
      metrics: createReplicaWriterMetrics(this.registry),
      clock: this.clock,
    });
  }

  write(count = 20): Promise<ReadonlySet<number>> {
    return this.writer.write('tenant', 'LogsPush', batchOf(count));
  }
}

let bed: Bed;
beforeEach(() => {
  bed = new Bed(3);
});

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('RingReplicaWriter', () => {
  it('calls every ingester once with all that is its own, and no other', async () => {
    bed = new Bed(9);
    expect(await bed.write(200)).toEqual(new Set());
    const copies = new Array<number>(200).fill(0);
    for (const calls of bed.calls.values()) {
      expect(calls.length).toBe(1);
      for (const item of calls[0]!) copies[item]!++;
    }
    expect(new Set(copies)).toEqual(new Set([3]));
    expect(await bed.registry.valueOf('telamon_distributor_writes_total', { result: 'ok' })).toBe(1);
  });

  it('keeps to the shard of the tenant', async () => {
    bed = new Bed(9, {}, 3);
    await bed.write(200);
    expect(bed.calls.size).toBe(3);
  });

  it('tells the tenant, and what a quorum refused', async () => {
    for (const i of [0, 1, 2]) {
      bed.answers.set(i, (_, tenant) => {
        expect(tenant).toBe('tenant');
        return Uint8Array.of(2, i + 10);
      });
    }
    expect(await bed.write()).toEqual(new Set([2]));
  });

  it('stands one failure, not two; a quorum of bad messages is the sender’s mistake', async () => {
    const fail = (error: Error) => (): never => {
      throw error;
    };
    bed.answers.set(0, fail(DOWN));
    expect(await bed.write()).toEqual(new Set());
    bed.answers.set(1, fail(DOWN));
    await expect(bed.write()).rejects.toMatchObject({ status: 503, isRetryable: true, message: expect.stringMatching(/quorum/) });
    bed.answers.set(0, fail(BAD)).set(1, fail(BAD));
    await expect(bed.write()).rejects.toMatchObject({ status: 400, message: 'bad message' });
    expect(await bed.registry.valueOf('telamon_distributor_writes_total', { result: 'failed' })).toBe(2);
  });

  it('waits for a slow ingester in the background until the deadline, and counts its message as long', async () => {
    bed = new Bed(3, { remoteTimeoutMs: 2000, maxInflightPushBytes: 10 });
    bed.answers.set(2, () => new Promise(() => {}));
    expect(await bed.write(20)).toEqual(new Set());
    await settled();
    expect(bed.writer.inflightBytes).toBeGreaterThan(0);
    await expect(bed.write()).rejects.toMatchObject({
      status: 503,
      id: 'err-mimir-distributor-max-inflight-push-requests-bytes',
    });
    await bed.clock.advance(2000);
    await settled();
    expect(bed.writer.inflightBytes).toBe(0);
    bed.answers.clear();
    await bed.write();
    await settled();
    expect(await bed.registry.valueOf('telamon_distributor_inflight_bytes')).toBe(0);
  });

  it('does not call an ingester for a while that fails too often', async () => {
    bed = new Bed(3, { breakerMinCalls: 5, breakerCooldownMs: 10_000 });
    bed.answers.set(1, () => {
      throw DOWN;
    });
    for (let i = 0; i < 8; i++) await bed.write();
    await settled();
    expect(bed.calls.get('ingester-1')!.length).toBe(5);
    expect(bed.writer.breakers.open()).toEqual(['ingester-1']);
    bed.answers.clear();
    await bed.clock.advance(10_000);
    for (let i = 0; i < 4; i++) {
      await bed.write();
      await settled();
    }
    expect(bed.calls.get('ingester-1')!.length).toBe(9);
    expect(bed.writer.breakers.open()).toEqual([]);
  });

  it('holds nothing when there are too few ingesters to begin with', async () => {
    bed = new Bed(1);
    await expect(bed.write()).rejects.toMatchObject({ status: 503, id: 'ring-too-few-instances' });
    expect(bed.writer.inflightBytes).toBe(0);
  });
});
