import { expect, it } from 'vitest';
import { mergeStreams } from './merge-streams.ts';

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Counts what is asked of it, and tells when it was left. */
function counting(name: string, length: number) {
  const state = { given: 0, isLeft: false };
  const stream = (async function* () {
    try {
      for (; state.given < length; state.given++) yield `${name}${state.given}`;
    } finally {
      state.isLeft = true;
    }
  })();
  return { state, stream };
}

it('gives everything of all streams, no stream alone', async () => {
  const found: string[] = [];
  for await (const item of mergeStreams([counting('a', 3).stream, counting('b', 100).stream, counting('c', 0).stream]))
    found.push(item);
  expect(found).toHaveLength(103);
  expect(found.slice(0, 6).filter((item) => item.startsWith('a'))).toHaveLength(3);
  expect(found.filter((item) => item.startsWith('b'))).toEqual(Array.from({ length: 100 }, (_, i) => `b${i}`));
});

it('asks for no more than one item ahead, and leaves all streams', async () => {
  const [a, b] = [counting('a', 100), counting('b', 100)];
  for await (const _ of mergeStreams([a.stream, b.stream])) {
    await settle();
    expect(a.state.given).toBeLessThan(2);
    expect(b.state.given).toBeLessThan(2);
    break;
  }
  await settle();
  expect([a.state.isLeft, b.state.isLeft]).toEqual([true, true]);
});

it('fails with the first failure', async () => {
  const broken = (async function* () {
    yield 'x';
    throw new Error('broken');
  })();
  const { state, stream } = counting('a', 1_000_000);
  const all = async (): Promise<void> => {
    for await (const _ of mergeStreams([stream, broken]));
  };
  await expect(all()).rejects.toThrow('broken');
  await settle();
  expect(state.isLeft).toBe(true);
  expect(state.given).toBeLessThan(1000);
});
