import type { HttpContext } from '@telamon/rpc';
import { expect, it } from 'vitest';
import { Admission } from './admission.ts';
import { DISTRIBUTOR } from './options.ts';

it('refuses what is over the limit with a retryable 503 and lets the next in when one is done', async () => {
  const admission = new Admission({ ...DISTRIBUTOR.defaults(), maxInflightPushRequests: 1, retryAfterEnabled: false });
  let finish = (): void => {};
  const handler = (): Promise<void> => new Promise((resolve) => (finish = resolve));
  const facet = {
    routes: [{ methods: ['POST'], pattern: '/push', tenancy: 'one' as const, handler }],
    otlpRoutes: [],
    otlpMethods: [],
  };
  const guarded = admission.guard(facet).routes[0]!;
  const context = {} as HttpContext;
  const first = guarded.handler(context);
  await expect(guarded.handler(context)).rejects.toMatchObject({ status: 503, isRetryable: true });
  finish();
  await first;
  expect(admission.inflightRequests).toBe(0);
  const again = guarded.handler(context);
  finish();
  await again;
});
