import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { TelamonError } from '@telamon/model';
import type { PeerCase } from './conformance.ts';
import { all, bytes, failure, failureOf, from, never, path, serve, text, until } from './conformance-steps.ts';
import type { PeerCall, PeerClient, PeerService } from './peer-contract.ts';

/** Handlers that never answer, and what they saw. */
function stuckServices(seen: { call?: PeerCall; calls: number }): () => readonly PeerService[] {
  const note = (call: PeerCall): void => {
    seen.call = call;
    seen.calls++;
  };
  return serve({
    unary: {
      Stuck: async (_message, call) => {
        note(call);
        return await never;
      },
    },
    streams: {
      StuckStream: async function* (_message, call) {
        note(call);
        yield bytes('one');
        await never;
      },
    },
    duplex: {
      StuckDuplex: async function* (_messages, call) {
        note(call);
        yield bytes('one');
        await never;
      },
    },
  });
}

/** The same wait by each kind of call. */
function stuckCalls(
  client: PeerClient,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
): readonly (() => Promise<unknown>)[] {
  return [
    () => client.unary(path('Stuck'), bytes(''), options),
    () => all(client.stream(path('StuckStream'), bytes(''), options)),
    () => all(client.duplex(path('StuckDuplex'), from([bytes('x')]), options)),
  ];
}

/** Calls that end at their deadline. */
export function deadlineCases(): PeerCase[] {
  const seen: { call?: PeerCall; calls: number } = { calls: 0 };
  return [
    {
      name: 'deadline: ends the call in time, at the handler too',
      services: stuckServices(seen),
      run: async ({ transport, address }) => {
        for (const start of stuckCalls(transport.client(address), { timeoutMs: 150 })) {
          const startedMs = performance.now();
          const error = await failureOf(start(), 'peer-timeout', 504);
          const tookMs = performance.now() - startedMs;
          ok(error.isRetryable);
          ok(tookMs > 100 && tookMs < 1000, `took ${tookMs} ms`);
          await until(() => seen.call!.signal.aborted, 'the deadline at the handler', 500);
        }
      },
    },
    {
      name: 'deadline: one that is over before the start fails as any other',
      services: stuckServices(seen),
      run: async ({ transport, address }) => {
        await failureOf(transport.client(address).unary(path('Stuck'), bytes(''), { timeoutMs: 0 }), 'peer-timeout', 504);
      },
    },
  ];
}

/** Calls that their caller ends. */
export function cancelCases(): PeerCase[] {
  const seen: { call?: PeerCall; calls: number } = { calls: 0 };
  return [
    {
      name: 'cancellation: rejects with the reason and reaches the handler within 200 ms',
      services: stuckServices(seen),
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        for (const index of [0, 1, 2]) {
          const controller = new AbortController();
          seen.calls = 0;
          const work = stuckCalls(client, { signal: controller.signal })[index]!();
          work.catch(() => {});
          await until(() => seen.calls === 1, 'the handler');
          const reason = new Error('enough');
          const abortedMs = performance.now();
          controller.abort(reason);
          strictEqual(await failure(work), reason);
          await until(() => seen.call!.signal.aborted, 'the cancellation at the handler');
          const tookMs = performance.now() - abortedMs;
          ok(tookMs < 200, `the handler heard of it after ${tookMs} ms`);
        }
      },
    },
    {
      name: 'cancellation: a signal that was aborted before keeps the handler from running',
      services: stuckServices(seen),
      run: async ({ transport, address }) => {
        seen.calls = 0;
        const reason = new Error('never mind');
        for (const start of stuckCalls(transport.client(address), { signal: AbortSignal.abort(reason) })) {
          strictEqual(await failure(start()), reason);
        }
        strictEqual(seen.calls, 0);
      },
    },
  ];
}

/** Calls that fail. */
export function errorCases(): PeerCase[] {
  const errors: readonly TelamonError[] = [
    new TelamonError('per-user limit of 5 exceeded', { id: 'err-limit', status: 429 }),
    new TelamonError('bad: "ä€😀" 100%\nsecond line', { status: 400 }),
    new TelamonError('come back', { id: 'x', status: 503, isRetryable: false, cause: new Error('secret') }),
    new TelamonError('so odd', { status: 422, isRetryable: true }),
    new TelamonError('', { id: 'y', status: 504 }),
    new TelamonError('half a pair: \ud83d', { status: 404 }),
    new TelamonError('l'.repeat(5000), { status: 500 }),
  ];
  const thrown = (message: Uint8Array): Error => errors[Number(text(message))] ?? new RangeError('internal secret');
  const services = serve({
    unary: {
      Fail: async (message) => {
        throw thrown(message);
      },
    },
    streams: {
      FailLate: async function* (message) {
        for (const part of ['a', 'b', 'c']) yield bytes(part);
        throw thrown(message);
      },
    },
  });
  const parts = ({ id, status, isRetryable, message }: TelamonError): object => {
    // Half a pair has no UTF-8.
    return { id, status, isRetryable, message: Buffer.from(message).toString() };
  };
  return [
    {
      name: 'errors: arrive with id, status, retryability and text, without their cause',
      services,
      run: async ({ transport, address }) => {
        for (const [index, wanted] of errors.entries()) {
          const found = await failure(transport.client(address).unary(path('Fail'), bytes(String(index))));
          ok(found instanceof TelamonError);
          deepStrictEqual(parts(found), parts(wanted));
          strictEqual(found.cause, undefined);
        }
      },
    },
    {
      name: 'errors: come after what was sent before them',
      services,
      run: async ({ transport, address }) => {
        const heard: string[] = [];
        const read = async (): Promise<void> => {
          for await (const part of transport.client(address).stream(path('FailLate'), bytes('0'))) heard.push(text(part));
        };
        await failureOf(read(), 'err-limit', 429);
        deepStrictEqual(heard, ['a', 'b', 'c']);
      },
    },
    {
      name: 'errors: those that are not operational keep their text to themselves',
      services,
      run: async ({ transport, address }) => {
        const found = await failureOf(transport.client(address).unary(path('Fail'), bytes('99')), 'peer-internal', 500);
        strictEqual(found.message, 'internal error');
      },
    },
    {
      name: 'errors: an unknown method is 501',
      services,
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        await failureOf(client.unary(path('Nothing'), bytes('')), 'peer-unknown-method', 501);
        await failureOf(all(client.stream('/other.Service/Fail', bytes(''))), 'peer-unknown-method', 501);
      },
    },
  ];
}

/** What becomes of addresses and transports. */
export function transportCases(): PeerCase[] {
  let release: () => void = () => {};
  const services = serve({
    unary: {
      Echo: async (message) => message,
      Wait: async (message) => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return message;
      },
    },
  });
  return [
    {
      name: 'transport: one client per address, and an address where nobody is fails at once',
      services,
      run: async ({ transport, address, deadAddress }) => {
        strictEqual(transport.client(address), transport.client(address));
        strictEqual(transport.client(address).address, address);
        const startedMs = performance.now();
        const error = await failureOf(transport.client(deadAddress).unary(path('Echo'), bytes('')), 'peer-unavailable', 503);
        ok(error.isRetryable);
        ok(performance.now() - startedMs < 2000);
      },
    },
    {
      name: 'transport: a server that comes back is found again',
      services,
      run: async (bed) => {
        const client = bed.transport.client(bed.address);
        strictEqual(text(await client.unary(path('Echo'), bytes('1'))), '1');
        await bed.pause();
        await failureOf(client.unary(path('Echo'), bytes('2')), 'peer-unavailable', 503);
        await bed.resume();
        let reply = '';
        const endMs = performance.now() + 5000;
        while (reply !== '3' && performance.now() < endMs) {
          reply = await client.unary(path('Echo'), bytes('3')).then(text, () => '');
          if (reply === '') await new Promise((resolve) => setTimeout(resolve, 20));
        }
        strictEqual(reply, '3');
      },
    },
    {
      name: 'transport: an address that is not retained ends its calls in peace',
      services,
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        release = () => {};
        const idle = release;
        const waiting = client.unary(path('Wait'), bytes('patience'));
        await until(() => release !== idle, 'the handler');
        transport.retain(new Set());
        release();
        strictEqual(text(await waiting), 'patience');
        strictEqual(text(await client.unary(path('Echo'), bytes('again'))), 'again');
        strictEqual(text(await transport.client(address).unary(path('Echo'), bytes('new'))), 'new');
      },
    },
    {
      name: 'transport: closing ends the calls in progress and refuses further ones',
      services,
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        release = () => {};
        const idle = release;
        const waiting = failure(client.unary(path('Wait'), bytes('')));
        await until(() => release !== idle, 'the handler');
        await transport.close();
        const error = await waiting;
        ok(error instanceof TelamonError && error.id === 'peer-unavailable');
        await failureOf(client.unary(path('Echo'), bytes('')), 'peer-unavailable', 503);
        release();
      },
    },
  ];
}
