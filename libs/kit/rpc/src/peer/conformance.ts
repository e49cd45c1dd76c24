import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { all, bytes, failure, failureOf, from, path, serve, settled, text, until } from './conformance-steps.ts';
import { cancelCases, deadlineCases, errorCases, transportCases } from './ending-conformance.ts';
import type { PeerCall, PeerService, PeerTransport } from './peer-contract.ts';

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
      name: 'stream: one that nobody reads on does not hold up other calls',
      services,
      run: async ({ transport, address }) => {
        const client = transport.client(address);
        const stalled = Array.from({ length: 4 }, () => client.stream(path('Flood'), bytes('1000'))[Symbol.asyncIterator]());
        for (const stream of stalled) await stream.next();
        await settled(() => produced);
        strictEqual((await all(client.stream(path('Count'), bytes('100')))).length, 100);
        for (const stream of stalled) await stream.return?.();
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
