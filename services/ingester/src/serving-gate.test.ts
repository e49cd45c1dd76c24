import type { PeerCall } from '@telamon/rpc';
import { expect, it } from 'vitest';
import { ServingGate } from './serving-gate.ts';

const call: PeerCall = { path: '/a/B', tenant: 't', peer: 'p', signal: new AbortController().signal };
const NOTHING = new Uint8Array(0);

it('refuses calls unless the stores are open, and waits for those under way', async () => {
  const gate = new ServingGate();
  let finish = (): void => {};
  const guarded = gate.guard({
    unary: {
      Push: () => new Promise((resolve) => (finish = () => resolve(NOTHING))),
    },
    streams: {
      Select: async function* () {
        yield NOTHING;
        yield NOTHING;
      },
    },
  });
  const push = (): Promise<Uint8Array> => guarded.unary!.Push!(NOTHING, call);
  await expect(push()).rejects.toMatchObject({ status: 503, isRetryable: true, id: 'ingester-not-running' });
  gate.open();
  const pushed = push();
  const stream = guarded.streams!.Select!(NOTHING, call)[Symbol.asyncIterator]();
  await stream.next();
  expect(gate.inFlight).toBe(2);
  let isClosed = false;
  const closed = gate.close(60_000).then(() => {
    isClosed = true;
  });
  await expect(push()).rejects.toMatchObject({ status: 503 });
  finish();
  await pushed;
  await stream.next();
  expect(isClosed).toBe(false);
  expect((await stream.next()).done).toBe(true);
  await closed;
  expect(gate.inFlight).toBe(0);
});

it('counts a stream that its reader leaves as ended', async () => {
  const gate = new ServingGate();
  gate.open();
  const { streams } = gate.guard({
    streams: {
      Select: async function* () {
        for (;;) yield NOTHING;
      },
    },
  });
  for await (const _ of streams!.Select!(NOTHING, call)) break;
  expect(gate.inFlight).toBe(0);
});

it('does not wait for calls that hang', async () => {
  const gate = new ServingGate();
  gate.open();
  const { unary } = gate.guard({ unary: { Push: () => new Promise(() => {}) } });
  void unary!.Push!(NOTHING, call);
  await gate.close(20);
  expect(gate.inFlight).toBe(1);
});
