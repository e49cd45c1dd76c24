import { describe, expect, it } from 'vitest';
import { kvConformance } from './conformance.ts';
import { InProcessKv } from './in-process-kv.ts';
import type { KvChange } from './kv-store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('tells stores over the same keys of each other, never inside the call', async () => {
  const one = new InProcessKv();
  const two = one.another();
  const told: KvChange[] = [];
  two.watch('ring.x', (change) => void told.push(change));
  const written = one.put('ring.x.a', bytes('1'));
  expect(told).toEqual([]);
  const revision = await written;
  expect(told).toEqual([{ key: 'ring.x.a', value: bytes('1'), revision }]);
  await one.close();
  await expect(one.get('ring.x.a')).rejects.toMatchObject({ id: 'kv-unavailable', status: 503, isRetryable: true });
  expect((await two.get('ring.x.a'))?.revision).toBe(revision);
});

it('keeps a copy of what was written', async () => {
  const kv = new InProcessKv();
  const value = bytes('a');
  await kv.put('k', value);
  value[0] = 0;
  expect((await kv.get('k'))?.value).toEqual(bytes('a'));
});

describe('conformance', () => {
  for (const each of kvConformance()) {
    it(each.name, async () => {
      const kv = new InProcessKv();
      await each.run(async () => kv.another());
    });
  }
});
