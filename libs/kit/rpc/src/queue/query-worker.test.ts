import { TelamonError } from '@telamon/model';
import { expect, it, onTestFinished, vi } from 'vitest';
import { InProcessTransport } from '../peer/in-process-transport.ts';
import { PushQueue } from './push-queue.ts';
import { QueryWorker, type QueryWorkerOptions } from './query-worker.ts';
import { decodeQuerierMessage, encodeFrontendMessage, FRONTEND_SERVICE, type QuerierMessage } from './queue-messages.ts';

/** A frontend of the test: keeps what queriers say, and says what the test wants. */
interface FakeStream {
  readonly said: QuerierMessage[];
  readonly outgoing: PushQueue<Uint8Array>;
  readonly signal: AbortSignal;
}

function bed(changes: Partial<QueryWorkerOptions> = {}) {
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (message: string) => void warnings.push(message), error: () => {} };
  const transport = new InProcessTransport({ log });
  const streams = new Map<string, FakeStream[]>();
  const serve = (address: string): (() => void) => {
    streams.set(address, []);
    const process = async function* (messages: AsyncIterable<Uint8Array>, call: { readonly signal: AbortSignal }) {
      const stream: FakeStream = { said: [], outgoing: new PushQueue(), signal: call.signal };
      streams.get(address)!.push(stream);
      void (async () => {
        for await (const bytes of messages) stream.said.push(decodeQuerierMessage(bytes)!);
      })().catch(() => {});
      call.signal.addEventListener('abort', () => stream.outgoing.end());
      yield* stream.outgoing;
    };
    return transport.register(address, [{ name: FRONTEND_SERVICE, duplex: { Process: process } }]);
  };
  let addresses: string[] = [];
  let onChange = (): void => {};
  const worker = new QueryWorker({
    transport,
    finder: {
      addresses: () => addresses,
      onChange: (listener) => {
        onChange = listener;
        return () => {};
      },
    },
    querierId: 'q',
    streamsPerFrontend: 2,
    handler: async ({ path }) => ({ status: 200, headers: {}, body: Buffer.from(path) }),
    log,
    retryDelayMs: 2,
    maxRetryDelayMs: 10,
    ...changes,
  });
  onTestFinished(() => worker.stop(0));
  const find = (...found: string[]): void => {
    addresses = found;
    onChange();
  };
  return { worker, serve, streams, find, warnings };
}

function request(id: number, timeoutMs = 10_000): Uint8Array {
  const empty = { tenant: 't', method: 'GET', query: '', headers: {}, body: new Uint8Array(0) };
  return encodeFrontendMessage({ kind: 'request', id, timeoutMs, request: { ...empty, path: `/${id}` } });
}

it('follows the frontends that are found', async () => {
  const { worker, serve, streams, find } = bed();
  serve('a');
  serve('b');
  find('a');
  worker.start();
  await vi.waitFor(() =>
    expect(streams.get('a')!.map(({ said }) => said)).toEqual(Array(2).fill([{ kind: 'hello', querierId: 'q', features: [] }])),
  );
  find('a', 'b');
  await vi.waitFor(() => expect(streams.get('b')!.length).toBe(2));
  expect(worker.frontends).toEqual(['a', 'b']);
  find('b');
  await vi.waitFor(() => expect(streams.get('a')!.every(({ said }) => said.at(-1)?.kind === 'leaving')).toBe(true));
  for (const { outgoing } of streams.get('a')!) outgoing.end();
  expect(worker.frontends).toEqual(['b']);
  expect(streams.get('a')!.length).toBe(2);
});

it('opens streams again that break, and says once that a frontend is lost', async () => {
  const { worker, serve, streams, find, warnings } = bed();
  const end = serve('a');
  find('a');
  worker.start();
  await vi.waitFor(() => expect(streams.get('a')!.length).toBe(2));
  end();
  for (const { outgoing } of streams.get('a')!) outgoing.end();
  await vi.waitFor(() => expect(warnings).toEqual(['lost a frontend, trying again']));
  serve('a');
  await vi.waitFor(() => expect(streams.get('a')!.length).toBe(2));
  const [stream] = streams.get('a')!;
  stream!.outgoing.push(request(1));
  await vi.waitFor(() => expect(stream!.said.at(-1)).toMatchObject({ kind: 'part', part: { id: 1, status: 200, isLast: true } }));
  expect(warnings.length).toBe(1);
});

it('ends a stream that asks for two things at one time, and aborts the first', async () => {
  const aborted: unknown[] = [];
  const handler: QueryWorkerOptions['handler'] = (_request, signal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted.push(signal.reason);
        reject(signal.reason as Error);
      });
    });
  const { worker, serve, streams, find } = bed({ handler, streamsPerFrontend: 1 });
  serve('a');
  find('a');
  worker.start();
  await vi.waitFor(() => expect(streams.get('a')!.length).toBe(1));
  const [stream] = streams.get('a')!;
  stream!.outgoing.push(request(1));
  stream!.outgoing.push(request(2));
  await vi.waitFor(() => expect(aborted).toEqual([expect.objectContaining({ status: 499 })]));
  await vi.waitFor(() => expect(streams.get('a')!.length).toBeGreaterThan(1));
});

it('answers what its handler throws', async () => {
  const errors = [new TelamonError('no', { status: 422 }), new Error('secret')];
  const { worker, serve, streams, find } = bed({ handler: () => Promise.reject(errors.shift()), streamsPerFrontend: 1 });
  serve('a');
  find('a');
  worker.start();
  await vi.waitFor(() => expect(streams.get('a')!.length).toBe(1));
  const [stream] = streams.get('a')!;
  const answer = async (id: number): Promise<unknown[]> => {
    stream!.outgoing.push(request(id));
    await vi.waitFor(() => expect(stream!.said.length).toBe(id + 1));
    const last = stream!.said.at(-1);
    return last?.kind === 'part' ? [last.part.status, Buffer.from(last.part.body).toString()] : [];
  };
  expect(await answer(1)).toEqual([422, 'no\n']);
  expect(await answer(2)).toEqual([500, 'internal error\n']);
});

it('resolves its end although a frontend does not close', async () => {
  const { worker, serve, streams, find } = bed();
  serve('deaf');
  find('deaf');
  worker.start();
  await vi.waitFor(() => expect(streams.get('deaf')!.length).toBe(2));
  find();
  await worker.stop(20);
  expect(streams.get('deaf')!.every(({ signal }) => signal.aborted)).toBe(true);
});
