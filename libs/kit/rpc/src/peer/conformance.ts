import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { TelamonError } from '@telamon/model';
import type { PeerCall, PeerClient, PeerService, PeerTransport } from './peer-contract.ts';

/** Most bytes of a message in the suite. */
export const CONFORMANCE_MESSAGE_BYTES: number = 1 << 20;

/** A transport with services behind one address of it. */
export interface PeerBed {
  readonly transport: PeerTransport;
  readonly address: string;
  /** Nothing is served at this address. */
  readonly deadAddress: string;
  /** Nothing is served any more, until {@link resume}. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** One thing that every transport must do. */
export interface PeerCase {
  readonly name: string;
  /** What is served. Made once per case. */
  readonly services: () => readonly PeerService[];
  /** Throws when it does not hold. */
  run(bed: PeerBed): Promise<void>;
}

/** What all transports have in common, for any test runner. Give every case its own bed with bounds of {@link CONFORMANCE_MESSAGE_BYTES}. */
export function peerConformance(): readonly PeerCase[] {
  return [
    ...unaryCases(),
    ...streamCases(),
    ...duplexCases(),
    ...boundCases(),
    ...deadlineCases(),
    ...cancelCases(),
    ...errorCases(),
    ...transportCases(),
  ];
}

const SERVICE = 'test.v1.Conformance';
const path = (method: string): string => `/${SERVICE}/${method}`;
const serve = (methods: Omit<PeerService, 'name'>): (() => readonly PeerService[]) => {
  return () => [{ name: SERVICE, ...methods }];
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (message: Uint8Array): string => new TextDecoder().decode(message);
const never = new Promise<never>(() => {});

async function* from(messages: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* messages;
}

async function all(messages: AsyncIterable<Uint8Array>): Promise<string[]> {
  const found: string[] = [];
  for await (const message of messages) found.push(text(message));
  return found;
}

/** The error that the work ends with; fails when it ends well. */
async function failure(work: Promise<unknown>): Promise<unknown> {
  const result = await work.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  ok(result, 'expected a failure');
  return result.error;
}

async function failureOf(work: Promise<unknown>, id: string, status: number): Promise<TelamonError> {
  const error = await failure(work);
  ok(error instanceof TelamonError, `not an operational error: ${String(error)}`);
  deepStrictEqual({ id: error.id, status: error.status }, { id, status }, error.message);
  return error;
}

async function until(condition: () => boolean, what: string, timeoutMs: number = 5000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!condition()) {
    ok(performance.now() < endMs, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Waits until a number has stood still for a while. */
async function settled(count: () => number): Promise<number> {
  let last = -1;
  let sinceMs = performance.now();
  await until(() => {
    if (count() !== last) sinceMs = performance.now();
    last = count();
    return performance.now() - sinceMs > 100;
  }, 'a count that stands still');
  return last;
}

function unaryCases(): PeerCase[] {
  const services = serve({ unary: { Echo: async (message) => message } });
  return [
    {
      name: 'unary: answers what the handler answers, empty and a view of a larger array too',
      services,
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        for (const sent of [bytes('hello'), new Uint8Array(0), bytes('xxhelloxx').subarray(2, 7), Buffer.from('b')]) {
          const reply = await client.unary(path('Echo'), sent);
          ok(reply instanceof Uint8Array);
          strictEqual(text(reply), text(sent));
        }
      },
    },
    {
      name: 'unary: many at once, each its own answer',
      services,
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        const replies = await Promise.all(Array.from({ length: 300 }, (_, i) => client.unary(path('Echo'), bytes(`m${i}`))));
        deepStrictEqual(
          replies.map(text),
          Array.from({ length: 300 }, (_, i) => `m${i}`),
        );
      },
    },
    {
      name: 'unary: the call names its path, peer and tenant; a bad tenant never reaches the handler',
      services: serve({
        unary: { Who: async (_message, call) => bytes(`${call.path}|${call.tenant}|${call.peer === '' ? '' : 'peer'}`) },
      }),
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        const ask = async (tenant?: string): Promise<string> =>
          text(await client.unary(path('Who'), bytes(''), tenant === undefined ? {} : { tenant }));
        strictEqual(await ask('team-a'), `${path('Who')}|team-a|peer`);
        strictEqual(await ask(), `${path('Who')}||peer`);
        strictEqual(await ask(''), `${path('Who')}||peer`);
        for (const tenant of ['a/b', 'a|b', '..', 'ä', 'x\ny']) await failureOf(ask(tenant), '', 400);
      },
    },
  ];
}

function streamCases(): PeerCase[] {
  let produced = 0;
  let call: PeerCall | undefined;
  let isClosed = false;
  const chunk = new Uint8Array(64 << 10);
  const services = serve({
    streams: {
      Count: async function* (message) {
        for (let i = 0; i < Number(text(message)); i++) yield bytes(String(i));
      },
      Flood: async function* (message, current) {
        produced = 0;
        isClosed = false;
        call = current;
        try {
          for (let i = 0; i < Number(text(message)); i++) {
            produced++;
            yield chunk;
          }
        } finally {
          isClosed = true;
        }
      },
    },
  });
  return [
    {
      name: 'stream: all messages in order, none of an empty one',
      services,
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        for (const count of [0, 1, 2, 1000]) {
          const found = await all(client.stream(path('Count'), bytes(String(count))));
          deepStrictEqual(
            found,
            Array.from({ length: count }, (_, i) => String(i)),
          );
        }
      },
    },
    {
      name: 'stream: runs no faster than it is read',
      services,
      run: async ({ transport, address }) => {
        const stream = transport.client(address).stream(path('Flood'), bytes('1000'))[Symbol.asyncIterator]();
        for (let i = 0; i < 5; i++) ok(!(await stream.next()).done);
        // 62 MiB in all; the windows of the wire and one MiB at the server may be under way.
        const ahead = await settled(() => produced);
        ok(ahead < 300, `${ahead} messages of 64 KiB were made for a reader of 5`);
        let rest = 0;
        while (!(await stream.next()).done) rest++;
        strictEqual(rest, 995);
      },
    },
    {
      name: 'stream: a reader that leaves ends the handler',
      services,
      run: async ({ transport, address }) => {
        for await (const _ of transport.client(address).stream(path('Flood'), bytes('100000'))) break;
        await until(() => isClosed && call!.signal.aborted, 'the end of the handler', 1000);
      },
    },
  ];
}

function duplexCases(): PeerCase[] {
  let taken = 0;
  const services = serve({
    duplex: {
      Echo: async function* (messages) {
        for await (const message of messages) yield message;
      },
      FirstOnly: async function* (messages) {
        for await (const message of messages) {
          yield message;
          return;
        }
      },
      Slow: async function* (messages, { signal }) {
        const iterator = messages[Symbol.asyncIterator]();
        for (let i = 0; i < 5; i++) await iterator.next();
        yield bytes('five');
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
    },
  });
  return [
    {
      name: 'duplex: both sides talk and end',
      services,
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        const sent = Array.from({ length: 500 }, (_, i) => `m${i}`);
        deepStrictEqual(await all(client.duplex(path('Echo'), from(sent.map(bytes)))), sent);
        deepStrictEqual(await all(client.duplex(path('Echo'), from([]))), []);
      },
    },
    {
      name: 'duplex: answers come while the caller still has to say something',
      services,
      run: async ({ transport, address }) => {
        const heard: string[] = [];
        async function* conversation(): AsyncGenerator<Uint8Array> {
          for (let i = 0; i < 20; i++) {
            yield bytes(`q${i}`);
            await until(() => heard.length === i + 1, 'the answer before the next question');
          }
        }
        for await (const answer of transport.client(address).duplex(path('Echo'), conversation())) heard.push(text(answer));
        strictEqual(heard.length, 20);
      },
    },
    {
      name: 'duplex: a handler that ends first ends the call and lets go of the caller',
      services,
      run: async ({ transport, address }) => {
        let isReleased = false;
        async function* endless(): AsyncGenerator<Uint8Array> {
          try {
            for (let i = 0; ; i++) yield bytes(`m${i}`);
          } finally {
            isReleased = true;
          }
        }
        deepStrictEqual(await all(transport.client(address).duplex(path('FirstOnly'), endless())), ['m0']);
        await until(() => isReleased, 'the release of the messages');
      },
    },
    {
      name: 'duplex: a failure of the messages to send is that of the call',
      services,
      run: async ({ transport, address }) => {
        const mine = new Error('my own');
        async function* failing(): AsyncGenerator<Uint8Array> {
          yield bytes('one');
          throw mine;
        }
        strictEqual(await failure(all(transport.client(address).duplex(path('Echo'), failing()))), mine);
      },
    },
    {
      name: 'duplex: takes no more than the handler reads',
      services,
      run: async ({ transport, address }) => {
        taken = 0;
        async function* flood(): AsyncGenerator<Uint8Array> {
          for (; taken < 1000; taken++) yield new Uint8Array(64 << 10);
        }
        const stream = transport.client(address).duplex(path('Slow'), flood())[Symbol.asyncIterator]();
        strictEqual(text((await stream.next()).value as Uint8Array), 'five');
        const ahead = await settled(() => taken);
        ok(ahead < 300, `${ahead} messages of 64 KiB were taken for a handler that read 5`);
        await stream.return?.();
      },
    },
  ];
}

function boundCases(): PeerCase[] {
  const most = CONFORMANCE_MESSAGE_BYTES;
  const services = serve({
    unary: {
      Size: async (message) => bytes(String(message.length)),
      Make: async (message) => new Uint8Array(Number(text(message))),
    },
  });
  const streaming = serve({
    streams: {
      Grow: async function* (message) {
        yield bytes('first');
        yield new Uint8Array(Number(text(message)));
      },
    },
  });
  return [
    {
      name: 'bounds: a message of the most bytes goes through, one more does not',
      services,
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        strictEqual(text(await client.unary(path('Size'), new Uint8Array(most))), String(most));
        strictEqual((await client.unary(path('Make'), bytes(String(most)))).length, most);
        const large = await failureOf(client.unary(path('Size'), new Uint8Array(most + 1)), 'peer-message-too-large', 413);
        strictEqual(large.isRetryable, false);
        await failureOf(client.unary(path('Make'), bytes(String(most + 1))), 'peer-message-too-large', 413);
        strictEqual(text(await client.unary(path('Size'), new Uint8Array(3))), '3');
      },
    },
    {
      name: 'bounds: hold for each message of a stream',
      services: streaming,
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        strictEqual((await all(client.stream(path('Grow'), bytes(String(most))))).length, 2);
        await failureOf(all(client.stream(path('Grow'), bytes(String(most + 1)))), 'peer-message-too-large', 413);
      },
    },
  ];
}

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

function deadlineCases(): PeerCase[] {
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

function cancelCases(): PeerCase[] {
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

function errorCases(): PeerCase[] {
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

function transportCases(): PeerCase[] {
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
