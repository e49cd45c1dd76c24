import { snappyCompress } from '@telamon/bytes';
import { defaultLimits, type TenantLimits } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import type { PeerCall } from '@telamon/rpc';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SeriesPreparers } from '../receive/series-preparers.ts';
import { bodyOf, series } from './appender-conformance.ts';
import { metricsPushHandler } from './push-handler.ts';
import { PLAIN } from './push-message.fixture.ts';
import { decodePushReply, encodePushRequest, type PushExtras, type RefusedPart } from './push-message.ts';
import { HeadBed } from './ring-bed.fixture.ts';

const CALL: PeerCall = { path: '', tenant: 't', peer: '', signal: new AbortController().signal };

let heads: HeadBed;
let limits: TenantLimits;
beforeEach(async () => {
  heads = await HeadBed.open();
  limits = defaultLimits();
});
afterEach(() => heads.close());

function messageOf(body: Uint8Array, extras: PushExtras = PLAIN): Uint8Array {
  return encodePushRequest(snappyCompress(body), extras);
}

async function push(message: Uint8Array, instanceCount = 9): Promise<RefusedPart[]> {
  const handler = metricsPushHandler({
    appender: heads.store,
    limitsOf: () => limits,
    preparers: new SeriesPreparers(),
    lastSamplesOf: (tenant) => heads.lastSamples(tenant),
    share: () => ({ instanceCount, replicationFactor: 3 }),
    hashSeed: 1,
  });
  return decodePushReply(await handler(message, CALL));
}

describe('metricsPushHandler', () => {
  it('replies with nothing when all was taken', async () => {
    expect(await push(messageOf(bodyOf([series('a', 'x', [0, 1])])))).toEqual([]);
    expect([...(await heads.dump()).keys()]).toEqual(['{__name__="a", job="x"}']);
  });

  it('names what it did not take, series by series', async () => {
    await push(messageOf(bodyOf([series('a', 'x', [5000, 1]), series('b', 'x', [5000, 1])])));
    const parts = await push(
      messageOf(bodyOf([series('c', 'x', [0, 1]), series('b', 'x', [0, 1], [1000, 1], [6000, 2]), series('a', 'x', [5000, 2])])),
    );
    expect(parts.map(({ index, what, count, refusal }) => [index, what, count, refusal.reason])).toEqual([
      [1, 'samples', 1, 'sample-out-of-order'],
      [1, 'samples', 1, 'sample-out-of-order'],
      [2, 'samples', 1, 'sample-duplicate-timestamp'],
    ]);
  });

  it('bounds the texts, not the counts', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `m${i}`);
    await push(messageOf(bodyOf(names.map((name) => series(name, 'x', [5000, 1])))));
    const parts = await push(messageOf(bodyOf(names.map((name) => series(name, 'x', [0, 1], [1000, 1])))));
    expect(new Set(parts.map(({ refusal }) => refusal.message)).size).toBeLessThanOrEqual(32);
    expect(new Set(parts.map(({ index }) => index)).size).toBe(100);
    expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(200);
    expect(parts.every(({ refusal }) => refusal.message !== '')).toBe(true);
  });

  it('keeps its part of the limits and tells of the whole', async () => {
    limits = { ...limits, maxGlobalSeriesPerUser: 6 };
    const parts = await push(messageOf(bodyOf(['a', 'b', 'c'].map((name) => series(name, 'x', [0, 1])))));
    expect([...new Set(parts.map(({ index }) => index))]).toEqual([2]);
    expect(parts[0]!.refusal.message).toContain('limit of 6 exceeded');
  });

  it('stores each request as it was sent, many at once, although their bodies use the same memory', async () => {
    const sizes = Array.from({ length: 40 }, (_, i) => 1 + ((i * 7919) % 1500));
    const messageFor = (request: number, timeMs: number): Uint8Array => {
      const all = Array.from({ length: sizes[request]! }, (_, i) =>
        series(`m${request}`, `j${i}`, [timeMs, request * 10_000 + i]),
      );
      return messageOf(bodyOf(all));
    };
    for (const timeMs of [0, 1000, 2000]) {
      const requests = sizes.map((_, request) => messageFor(request, timeMs));
      const replies = await Promise.all(requests.map((message) => push(message)));
      expect(replies.flat()).toEqual([]);
    }
    const late = await Promise.all(sizes.map((_, request) => push(messageFor(request, 500))));
    expect(late.map((parts) => parts.length)).toEqual(sizes);
    expect(late.every((parts, request) => parts[0]!.refusal.message.includes(`__name__="m${request}"`))).toBe(true);
    const stored = await heads.dump();
    expect(stored.size).toBe(sizes.reduce((sum, size) => sum + size, 0));
    for (const [labels, samples] of stored) {
      const [, request, job] = /^\{__name__="m(\d+)", job="j(\d+)"\}$/.exec(labels)!;
      expect(samples.map(([, value]) => value)).toEqual(new Array(3).fill(String(Number(request) * 10_000 + Number(job))));
    }
  });

  it('takes nothing of a body that breaks off, or what stands before when the sender has walked it, and all of it the next time', async () => {
    const body = bodyOf([series('a', 'x', [0, 1]), series('b', 'x', [0, 1])]);
    const broken = body.slice(0, -3);
    await expect(push(messageOf(broken))).rejects.toMatchObject({ status: 500, isRetryable: true });
    expect(await heads.dump()).toEqual(new Map());
    await expect(push(messageOf(broken, { ...PLAIN, seriesCount: 2 }))).rejects.toMatchObject({ status: 500, isRetryable: true });
    expect([...(await heads.dump()).keys()]).toEqual(['{__name__="a", job="x"}']);
    // What is in memory is on its way into the log, too.
    expect(heads.store.find('t')?.batch.sizeBytes).toBe(0);
    expect(await push(messageOf(body, { ...PLAIN, seriesCount: 2 }))).toEqual([]);
    expect([...(await heads.dump()).values()].map((samples) => samples.length)).toEqual([1, 1]);
  });

  it.each([
    ['walked by its sender', { ...PLAIN, seriesCount: 2 }],
    ['of rows', { ...PLAIN, takesBareExemplars: true, rowFlags: [1, 8], startTimesMs: [0, 1] }],
  ])('throws nothing but TelamonErrors that are worth a retry, whatever comes in a request %s', async (_, extras) => {
    const good = messageOf(bodyOf([series('a', 'x', [0, 1]), series('b', 'x', [0, 1])]), extras);
    expect(await push(good)).toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length), fc.nat(good.length * 8 - 1), async (cut, bit) => {
        const flipped = Uint8Array.from(good);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        for (const message of [good.slice(0, cut), flipped]) {
          try {
            await push(message);
          } catch (error) {
            if (!(error instanceof TelamonError)) throw error;
            expect(error).toMatchObject({ status: 500, isRetryable: true });
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
