import type { PeerHttpRequest } from '@telamon/rpc';
import { describe, expect, it, vi } from 'vitest';
import { QuerierLostError } from './querier-link.ts';
import { patiently, requestOf, startQueue, textAnswer } from './queue.fixture.ts';

/** A querier's handler whose requests the test ends by hand. */
function manual() {
  const begun: { request: PeerHttpRequest; signal: AbortSignal; answer: (text: string) => void }[] = [];
  const handler = (request: PeerHttpRequest, signal: AbortSignal) =>
    new Promise<ReturnType<typeof textAnswer>>((resolve) => {
      begun.push({ request, signal, answer: (text) => resolve(textAnswer(text)) });
      signal.addEventListener('abort', () => resolve(textAnswer('cancelled', 499)));
    });
  return { begun, handler };
}

describe.each(['in process', 'grpc'] as const)('%s', (way) => {
  it('carries a request to a querier and its answer back, bodies of several messages included', async () => {
    const { queue, querier } = await startQueue(way);
    querier('a', async (request) => ({
      status: 207,
      headers: { 'x-path': `${request.method} ${request.path}?${request.query} ${request.headers['cache-control']}` },
      body: Buffer.concat([request.body, Buffer.alloc(3 << 20, 7)]),
    }));
    const request = {
      ...requestOf('t', '/a%2Fb'),
      query: 'q=1',
      headers: { 'cache-control': 'no-store' },
      body: Buffer.from('body'),
    };
    const { response, querierId } = await queue.submit(request, patiently());
    expect(querierId).toBe('a');
    expect(response.status).toBe(207);
    expect(response.headers).toEqual({ 'x-path': 'GET /a%2Fb?q=1 no-store' });
    expect(response.body.length).toBe(4 + (3 << 20));
    expect(Buffer.from(response.body.subarray(0, 4)).toString()).toBe('body');
  });

  it('waits for a querier, and answers after one has come', async () => {
    const { queue, querier } = await startQueue(way);
    const answer = queue.submit(requestOf('t'), patiently());
    expect(queue.waiting).toBe(1);
    querier('a', async () => textAnswer('here'));
    expect((await answer).response.status).toBe(200);
    expect(queue.waiting).toBe(0);
  });

  it('lets tenants take turns', async () => {
    const { queue, querier } = await startQueue(way);
    const order: string[] = [];
    const answers = [
      ...Array.from({ length: 20 }, (_, i) => queue.submit(requestOf('flood', `/${i}`), patiently())),
      queue.submit(requestOf('one', '/one'), patiently()),
      queue.submit(requestOf('two', '/two'), patiently()),
    ];
    querier('a', async (request) => {
      order.push(request.path);
      return textAnswer('');
    });
    await Promise.all(answers);
    expect(order.slice(0, 3).sort()).toEqual(['/0', '/one', '/two']);
    expect(order.slice(3)).toEqual(Array.from({ length: 19 }, (_, i) => `/${i + 1}`));
  });

  it('refuses what is too much of one tenant, and not of others', async () => {
    const { queue, querier, registry } = await startQueue(way, { maxOutstandingPerTenant: 2 });
    const waiting = [queue.submit(requestOf('t'), patiently()), queue.submit(requestOf('t'), patiently())];
    await expect(queue.submit(requestOf('t'), patiently())).rejects.toMatchObject({
      status: 429,
      message: 'too many outstanding requests',
    });
    waiting.push(queue.submit(requestOf('u'), patiently()));
    querier('a', async () => textAnswer(''));
    await Promise.all(waiting);
    expect(await registry.valueOf('telamon_query_scheduler_discarded_requests_total')).toBe(1);
  });

  it('tells the querier when a request is given up, and has the stream back afterwards', async () => {
    const { queue, querier } = await startQueue(way);
    const { begun, handler } = manual();
    querier('a', handler);
    const client = new AbortController();
    const given = queue.submit(requestOf('t'), patiently({ signal: client.signal }));
    await vi.waitFor(() => expect(begun.length).toBe(1));
    const abortedAtMs = performance.now();
    client.abort(new Error('gone'));
    await expect(given).rejects.toThrow('gone');
    await vi.waitFor(() => expect(begun[0]!.signal.aborted).toBe(true));
    expect(performance.now() - abortedAtMs).toBeLessThan(1000);
    const next = queue.submit(requestOf('t'), patiently());
    await vi.waitFor(() => expect(begun.length).toBe(2));
    begun[1]!.answer('next');
    expect(Buffer.from((await next).response.body).toString()).toBe('next');
  });

  it('drops a request that waits when it is given up', async () => {
    const { queue } = await startQueue(way);
    const client = new AbortController();
    const given = queue.submit(requestOf('t'), patiently({ signal: client.signal }));
    client.abort(new Error('gone'));
    await expect(given).rejects.toThrow('gone');
    expect(queue.waiting).toBe(0);
  });

  it('gives a stream up whose querier does not end a cancelled request', async () => {
    const { queue, querier } = await startQueue(way, { cancelGraceMs: 20 });
    let calls = 0;
    querier('deaf', async () => {
      if (++calls > 1) return textAnswer('again');
      return await new Promise<never>(() => {});
    });
    const client = new AbortController();
    const given = queue.submit(requestOf('t'), patiently({ signal: client.signal }));
    await vi.waitFor(() => expect(calls).toBe(1));
    client.abort(new Error('gone'));
    await expect(given).rejects.toThrow('gone');
    const { response } = await queue.submit(requestOf('t'), patiently());
    expect(Buffer.from(response.body).toString()).toBe('again');
  });

  it('says when a querier dies with a request, and gives the next try to another one', async () => {
    const { queue, querier, kill, registry } = await startQueue(way);
    const { begun, handler } = manual();
    querier('mortal', handler);
    await vi.waitFor(() => expect(queue.querierCount).toBe(1));
    const lost = queue.submit(requestOf('t'), patiently());
    await vi.waitFor(() => expect(begun.length).toBe(1));
    kill('mortal');
    const error = await lost.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(QuerierLostError);
    expect(error).toMatchObject({ querierId: 'mortal', isRetryable: true });
    await vi.waitFor(() => expect(begun[0]!.signal.aborted).toBe(true));
    querier('other', async () => textAnswer('other'));
    const { querierId } = await queue.submit(requestOf('t'), patiently({ avoided: new Set(['mortal']) }));
    expect(querierId).toBe('other');
    expect(await registry.valueOf('telamon_query_scheduler_lost_queriers_total')).toBe(1);
  });

  it('avoids queriers as long as there are others', async () => {
    const { queue, querier } = await startQueue(way);
    querier('a', async () => textAnswer(''));
    await vi.waitFor(() => expect(queue.querierCount).toBe(1));
    const avoided = new Set(['a']);
    expect((await queue.submit(requestOf('t'), patiently({ avoided }))).querierId).toBe('a');
    querier('b', async () => textAnswer(''));
    await vi.waitFor(() => expect(queue.querierCount).toBe(2));
    for (let i = 0; i < 5; i++) expect((await queue.submit(requestOf('t'), patiently({ avoided }))).querierId).toBe('b');
  });

  it('finishes what a leaving querier works on, and gives it no more', async () => {
    const { queue, querier } = await startQueue(way);
    const { begun, handler } = manual();
    const worker = querier('leaver', handler);
    const last = queue.submit(requestOf('t'), patiently());
    await vi.waitFor(() => expect(begun.length).toBe(1));
    const stopped = worker.stop(10_000);
    const later = queue.submit(requestOf('t'), patiently());
    begun[0]!.answer('last words');
    expect(Buffer.from((await last).response.body).toString()).toBe('last words');
    await stopped;
    expect(queue.querierCount).toBe(0);
    expect(queue.waiting).toBe(1);
    querier('other', async () => textAnswer('other'));
    expect((await later).querierId).toBe('other');
  });

  it('spreads requests over queriers whatever the order of their streams', async () => {
    const { queue, querier } = await startQueue(way);
    const a = manual();
    const b = manual();
    querier('a', a.handler, 8);
    await vi.waitFor(() => expect(queue.querierCount).toBe(1));
    querier('b', b.handler, 8);
    await vi.waitFor(() => expect(queue.querierCount).toBe(2));
    const answers = Array.from({ length: 8 }, () => queue.submit(requestOf('t'), patiently()));
    await vi.waitFor(() => expect(a.begun.length + b.begun.length).toBe(8));
    expect(Math.abs(a.begun.length - b.begun.length)).toBeLessThanOrEqual(6);
    for (const { answer } of [...a.begun, ...b.begun]) answer('');
    await Promise.all(answers);
  });

  it('gives what needs a feature to queriers that have it', async () => {
    const { queue, querier } = await startQueue(way);
    expect(queue.allHave('x')).toBe(false);
    querier('old', async () => textAnswer(''), 4);
    await vi.waitFor(() => expect(queue.querierCount).toBe(1));
    expect([queue.allHave(''), queue.allHave('x')]).toEqual([true, false]);
    const waiting = queue.submit(requestOf('t'), patiently({ feature: 'x' }));
    expect((await queue.submit(requestOf('u'), patiently())).querierId).toBe('old');
    expect(queue.waiting).toBe(1);
    querier('new', async () => textAnswer(''), 1, ['y', 'x']);
    expect((await waiting).querierId).toBe('new');
    expect(queue.allHave('x')).toBe(false);
  });

  it('keeps a tenant to its share of the queriers', async () => {
    const { queue, querier } = await startQueue(way, { maxQueriersOf: (tenant) => (tenant === 'small' ? 2 : 0) });
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) querier(id, async () => textAnswer(''));
    await vi.waitFor(() => expect(queue.querierCount).toBe(6));
    const seenBy = async (tenant: string): Promise<Set<string>> => {
      const answers = await Promise.all(Array.from({ length: 60 }, () => queue.submit(requestOf(tenant), patiently())));
      return new Set(answers.map(({ querierId }) => querierId));
    };
    expect((await seenBy('small')).size).toBe(2);
    expect((await seenBy('large')).size).toBe(6);
  });

  it('refuses what waits when it stops, and lets queriers go', async () => {
    const { queue, querier } = await startQueue(way);
    const waiting = queue.submit(requestOf('t'), patiently());
    queue.stop();
    await expect(waiting).rejects.toMatchObject({ status: 503 });
    await expect(queue.submit(requestOf('t'), patiently())).rejects.toMatchObject({ status: 503 });
    querier('late', async () => textAnswer(''));
    expect(queue.querierCount).toBe(0);
  });

  it('refuses a response over its bound', async () => {
    const { queue, querier } = await startQueue(way, { maxResponseBytes: 1000 });
    querier('a', async (request) => textAnswer('x'.repeat(request.path === '/big' ? 1001 : 1000)));
    await expect(queue.submit(requestOf('t', '/big'), patiently())).rejects.toMatchObject({ status: 500, isRetryable: false });
    expect((await queue.submit(requestOf('t'), patiently())).response.body.length).toBe(1000);
  });
});
