import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreFacet } from '@telamon/contract';
import { InProcessKv } from '@telamon/kv';
import { Lifecycler, Ring } from '@telamon/ring';
import { createSilentLogger } from '@telamon/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIngester } from './ingester.ts';
import { IngesterPlace } from './ingester-place.ts';
import { ServingGate } from './serving-gate.ts';
import { ShutdownMarker } from './shutdown-marker.ts';

const logger = createSilentLogger();
let folder: string;
let kv: InProcessKv;
let ring: Ring;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'telamon-ingester-'));
  kv = new InProcessKv();
  ring = new Ring({ name: 'ingester', kv, replicationFactor: 1, isZoneAware: false, heartbeatTimeoutMs: 60_000, logger });
  ring.service.start();
  await ring.service.untilRunning();
});
afterEach(async () => {
  ring.service.stop();
  await ring.service.untilTerminated();
  await kv.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What happened, each with the state that the ring shows at that moment. */
function open(
  events: string[],
  errors: { readonly flush?: Error; readonly settle?: Error } = {},
): { readonly service: ReturnType<typeof createIngester>; readonly marker: ShutdownMarker } {
  const lifecycler = new Lifecycler({
    ring,
    kv,
    id: 'a',
    address: '127.0.0.1:1',
    zone: '',
    tokenCount: 8,
    tokensFile: join(folder, 'tokens.json'),
    heartbeatPeriodMs: 1000,
    logger,
  });
  const note = (what: string) => async (): Promise<void> => void events.push(`${what}: ${lifecycler.instance.state}`);
  const store: StoreFacet = {
    open: note('open'),
    maintain: note('maintain'),
    flush: errors.flush === undefined ? note('flush') : () => Promise.reject(errors.flush),
    untilReadElsewhere: errors.settle === undefined ? note('settle') : () => Promise.reject(errors.settle),
    diskFailure: () => undefined,
    close: note('close'),
  };
  const marker = new ShutdownMarker(folder);
  const place = new IngesterPlace({ lifecycler, gate: new ServingGate(), marker });
  const options = { maintainIntervalMs: 60_000, leaveTimeoutMs: 10_000, logger, place };
  const service = createIngester({ stores: new Map([['x', store]]), ...options });
  return { service, marker };
}

async function entryInStore(): Promise<Record<string, unknown> | undefined> {
  const [entry] = await kv.list('ring.ingester');
  return entry && (JSON.parse(Buffer.from(entry.value).toString()) as Record<string, unknown>);
}

it('replays before it takes writes, and stops taking them before it closes; its place is kept', async () => {
  const events: string[] = [];
  const { service } = open(events);
  service.start();
  await service.untilRunning();
  expect(events).toEqual(['open: joining']);
  expect(await entryInStore()).toMatchObject({ state: 'active' });
  service.stop();
  await service.untilTerminated();
  expect(events).toEqual(['open: joining', 'close: leaving']);
  const left = await entryInStore();
  expect(left).toMatchObject({ state: 'leaving' });
  const again = open([]);
  again.service.start();
  await again.service.untilRunning();
  expect(await entryInStore()).toMatchObject({ state: 'active', tokens: left!.tokens });
  again.service.stop();
  await again.service.untilTerminated();
});

it('ships everything and leaves the ring when the stop was prepared, also by a process before', async () => {
  new ShutdownMarker(folder).set();
  const events: string[] = [];
  const { service, marker } = open(events);
  expect(marker.isSet).toBe(true);
  service.start();
  await service.untilRunning();
  service.stop();
  await service.untilTerminated();
  expect(events).toEqual(['open: joining', 'flush: leaving', 'settle: leaving', 'close: leaving']);
  expect(await entryInStore()).toBeUndefined();
  expect(marker.isSet).toBe(false);
});

it.each([
  { errors: { flush: new Error('the bucket is away') }, why: 'the bucket is away', done: [] },
  { errors: { settle: new Error('no compactor') }, why: 'no compactor', done: ['flush: leaving'] },
])('stays in the ring and keeps its data when it could not hand everything over: $why', async ({ errors, why, done }) => {
  new ShutdownMarker(folder).set();
  const events: string[] = [];
  const { service, marker } = open(events, errors);
  service.start();
  await service.untilRunning();
  service.stop();
  await expect(service.untilTerminated()).rejects.toThrow();
  expect(service.failure).toMatchObject({ message: why });
  expect(events).toEqual(['open: joining', ...done, 'close: leaving']);
  expect(await entryInStore()).toMatchObject({ state: 'leaving' });
  expect(marker.isSet).toBe(true);
});
