import type { HttpContext } from '@telamon/rpc';
import { expect, it } from 'vitest';
import { createQuerier } from './querier.ts';

it('refuses queries until it runs and when it stops', async () => {
  const querier = createQuerier();
  let served = 0;
  const handler = async (): Promise<void> => {
    served++;
  };
  const routes = querier.guard([{ methods: ['GET'], pattern: '/query', tenancy: 'one', handler }]);
  const ask = (): Promise<void> => routes[0]!.handler({} as HttpContext);
  await expect(ask()).rejects.toMatchObject({ status: 503, isRetryable: true });
  querier.service.start();
  await querier.service.untilRunning();
  await ask();
  expect(served).toBe(1);
  querier.service.stop();
  await querier.service.untilTerminated();
  await expect(ask()).rejects.toMatchObject({ status: 503 });
});
