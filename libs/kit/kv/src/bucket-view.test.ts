import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BucketMessage, readBucketMessage } from './bucket-message.ts';
import { BucketView } from './bucket-view.ts';
import { MAX_KV_VALUE_BYTES } from './kv-key.ts';

const message = (key: string, sequence: number, text?: string): BucketMessage => ({
  key,
  sequence,
  value: text === undefined ? undefined : new TextEncoder().encode(text),
  writeId: undefined,
  isAcceptable: true,
});
const stateOf = (...messages: BucketMessage[]): Map<string, BucketMessage> => new Map(messages.map((each) => [each.key, each]));

function believe(view: BucketView): Map<string, string> {
  const believed = new Map<string, string>();
  view.add('', ({ key, value }) => {
    if (value === undefined) believed.delete(key);
    else believed.set(key, new TextDecoder().decode(value));
  });
  return believed;
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('BucketView', () => {
  it('ignores what is older than the known, repeated or of another generation', async () => {
    const view = new BucketView();
    const believed = believe(view);
    view.apply(message('a', 5, 'new'), 0);
    view.apply(message('a', 4, 'old'), 0);
    expect(view.replace(stateOf(message('a', 4, 'lagging')), false, 0)).toEqual([]);
    await settle();
    expect(believed.get('a')).toBe('new');
    view.replace(stateOf(message('a', 1, 'made again')), true, 0);
    await settle();
    expect(believed.get('a')).toBe('made again');
  });

  it('hands over what a state lacks, and forgets it unless it was written meanwhile', async () => {
    const view = new BucketView();
    const believed = believe(view);
    for (const [i, key] of ['a', 'b', 'c'].entries()) view.apply(message(key, i + 1, key), 0);
    expect(view.replace(stateOf(message('b', 2, 'b')), false, 0)).toEqual([
      ['a', 1],
      ['c', 3],
    ]);
    view.apply(message('c', 4, 'again'), 0);
    view.forget('a', 1);
    view.forget('c', 3);
    await settle();
    expect([...believed]).toEqual([
      ['b', 'b'],
      ['c', 'again'],
    ]);
  });

  it('counts markers as keys, tells of each deletion once, and names the old ones', async () => {
    const view = new BucketView();
    let told = 0;
    view.add('', () => {
      told += 1;
    });
    view.apply(message('a', 1), 0);
    view.apply(message('b', 2, 'x'), 0);
    view.apply(message('b', 3), 100);
    view.forget('b', 3);
    await settle();
    expect(told).toBe(2);
    expect(view.size).toBe(1);
    view.apply(message('b', 4), 100);
    expect(view.oldMarkers(100, 10)).toEqual([['a', 1]]);
    expect(view.oldMarkers(101, 1)).toHaveLength(1);
  });

  it('ends with the state of the bucket after any mix of live messages, missed ones and whole states', async () => {
    const write = fc.record({
      key: fc.constantFrom('a', 'b', 'c.d'),
      text: fc.option(fc.string({ maxLength: 3 })),
      isMissed: fc.boolean(),
    });
    const step = fc.oneof({ weight: 5, arbitrary: write }, fc.constantFrom('wipe' as const, 'read' as const));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const view = new BucketView();
        const believed = believe(view);
        let bucket = new Map<string, BucketMessage>();
        let [sequence, isNew] = [0, true];
        const read = (): void => {
          for (const [key, known] of view.replace(bucket, isNew, 0)) if (!bucket.has(key)) view.forget(key, known);
          isNew = false;
        };
        for (const each of steps) {
          if (each === 'wipe') [bucket, sequence, isNew] = [new Map(), 0, true];
          else if (each === 'read') read();
          else {
            const written = message(each.key, ++sequence, each.text ?? undefined);
            bucket.set(each.key, written);
            if (!each.isMissed && !isNew) view.apply(written, 0);
          }
        }
        read();
        await settle();
        const expected = [...bucket.values()].filter(({ value }) => value !== undefined);
        expect([...believed].sort()).toEqual(expected.map(({ key, value }) => [key, new TextDecoder().decode(value)]).sort());
        expect(view.size).toBe(bucket.size);
      }),
    );
  });
});

describe('readBucketMessage', () => {
  const read = (subject: string, size: number, headers: Record<string, string> = {}): BucketMessage =>
    readBucketMessage({ subject, sequence: 1, data: new Uint8Array(size) }, '$KV.b.', (name) => headers[name]);

  it('tells values, deletions of clients and of the server, and what is not ours', () => {
    expect(read('$KV.b.a.b', 3)).toMatchObject({ key: 'a.b', value: new Uint8Array(3), isAcceptable: true });
    for (const headers of [{ 'KV-Operation': 'DEL' }, { 'KV-Operation': 'PURGE' }, { 'Nats-Marker-Reason': 'MaxAge' }]) {
      expect(read('$KV.b.a', 0, headers)).toMatchObject({ value: undefined, isAcceptable: true });
    }
    expect(read('$KV.b.a', MAX_KV_VALUE_BYTES).isAcceptable).toBe(true);
    expect(read('$KV.b.a', MAX_KV_VALUE_BYTES + 1)).toMatchObject({ value: undefined, isAcceptable: false });
    expect(read('$KV.b.odd/key', 1)).toMatchObject({ value: undefined, isAcceptable: false });
  });
});
