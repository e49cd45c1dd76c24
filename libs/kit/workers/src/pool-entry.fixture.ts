import { TelamonError } from '@telamon/model';
import { poolWorkerData, serveJobs, Transferring } from './serve-jobs.ts';

/** Worker of the tests. */
serveJobs({
  echo: async (request) => request,
  data: async () => poolWorkerData(),
  conditions: async () => process.execArgv,
  fail: async (kind: string) => {
    if (kind === 'operational') throw new TelamonError('as told', { status: 422, id: 'err-x' });
    throw new RangeError('a bug');
  },
  unclonable: async () => () => {},
  exit: async () => process.exit(7),
  crash: async () => {
    setImmediate(() => {
      throw new Error('uncaught');
    });
    await new Promise(() => {});
  },
  hoard: async () => {
    const hoard: unknown[] = [];
    for (;;) hoard.push(new Array(100_000).fill(Math.random()));
  },
  spin: async (_request, context) => {
    let rounds = 0;
    while (!context.isCancelled()) rounds++;
    return rounds;
  },
  deaf: async () => {
    for (;;);
  },
  wait: async (_request, context) => {
    await new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason as Error)));
  },
  slices: async (ms: number, context) => {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs) await context.maybeYield();
    return 'done';
  },
  charge: async (bytes: number, context) => {
    context.ledger.charge(bytes);
    context.ledger.release(bytes / 2);
    context.ledger.charge(10);
    return context.ledger.usedBytes;
  },
  move: async (bytes: Uint8Array<ArrayBuffer>) => new Transferring(bytes, [bytes.buffer]),
  ask: async (request, context) => await context.host.call('question', request),
  sum: async (request: { take?: number; windowBytes?: number }, context) => {
    let total = 0;
    let chunks = 0;
    const options = request.windowBytes === undefined ? {} : { windowBytes: request.windowBytes };
    for await (const chunk of context.host.stream('numbers', request, options)) {
      for (const byte of chunk) total += byte;
      chunks++;
      if (chunks === request.take) break;
    }
    return total;
  },
  hold: async (_request, context) => {
    for await (const _chunk of context.host.stream('numbers', {}, { windowBytes: 1000 })) {
      await context.host.call('go', {});
    }
  },
});
