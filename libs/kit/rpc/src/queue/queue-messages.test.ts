import { TelamonError } from '@telamon/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decodeFrontendMessage,
  decodeQuerierMessage,
  encodeFrontendMessage,
  encodeQuerierMessage,
  messagesOf,
} from './queue-messages.ts';

const text = fc.string({ unit: 'grapheme' });
const bytes = fc.uint8Array({ maxLength: 200 });
const headers = fc.dictionary(fc.stringMatching(/^[a-z-]{1,10}$/), text, { maxKeys: 5, noNullPrototype: true });
const request = fc.record({ tenant: text, method: text, path: text, query: text, headers, body: bytes });
const id = fc.nat(0xffffffff);

it('reads what a frontend says', () => {
  fc.assert(
    fc.property(id, fc.nat(), request, (id, timeoutMs, request) => {
      const message = { kind: 'request', id, timeoutMs, request } as const;
      const read = decodeFrontendMessage(encodeFrontendMessage(message));
      if (read?.kind !== 'request') throw new Error('not a request');
      const body = Uint8Array.from(read.request.body);
      expect({ ...read, request: { ...read.request, body } }).toEqual(message);
    }),
  );
  expect(decodeFrontendMessage(encodeFrontendMessage({ kind: 'cancel', id: 7 }))).toEqual({ kind: 'cancel', id: 7 });
});

it('reads what a querier says, bodies in pieces', () => {
  fc.assert(
    fc.property(id, fc.nat(999), headers, fc.nat(5 << 19), (id, status, headers, sizeBytes) => {
      const body = Buffer.alloc(sizeBytes, 3);
      const parts = [...messagesOf(id, { status, headers, body })].map((one) => {
        const message = decodeQuerierMessage(one);
        if (message?.kind !== 'part') throw new Error('not a part');
        return message.part;
      });
      expect(parts[0]).toMatchObject({ id, status, headers: { ...headers } });
      expect(parts.map(({ isLast }) => isLast)).toEqual(parts.map((_, i) => i === parts.length - 1));
      expect(Buffer.concat(parts.map((part) => part.body)).equals(body)).toBe(true);
    }),
    { numRuns: 30 },
  );
  expect(decodeQuerierMessage(encodeQuerierMessage({ kind: 'hello', querierId: 'q', features: ['a'] }))).toEqual({
    kind: 'hello',
    querierId: 'q',
    features: ['a'],
  });
  expect(decodeQuerierMessage(encodeQuerierMessage({ kind: 'leaving' }))).toEqual({ kind: 'leaving' });
});

it('lets messages pass that a newer version has added', () => {
  // Field 15, a message without content.
  expect(decodeQuerierMessage(Uint8Array.of(0x7a, 0))).toBeUndefined();
  expect(decodeFrontendMessage(Uint8Array.of(0x7a, 0))).toBeUndefined();
});

it('refuses or reads every cut and every flipped bit', () => {
  const whole = encodeFrontendMessage({
    kind: 'request',
    id: 1,
    timeoutMs: 1000,
    request: { tenant: 't', method: 'GET', path: '/p', query: 'q=1', headers: { a: 'b' }, body: Buffer.from('body') },
  });
  const part = [...messagesOf(1, { status: 200, headers: { a: 'b' }, body: Buffer.from('body') })][0]!;
  for (const [decode, source] of [
    [decodeFrontendMessage, whole],
    [decodeQuerierMessage, part],
  ] as const) {
    for (let end = 0; end < source.length; end++) expectRefusalOrMessage(() => decode(source.subarray(0, end)));
    for (let bit = 0; bit < source.length * 8; bit++) {
      const flipped = source.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expectRefusalOrMessage(() => decode(flipped));
    }
  }
});

function expectRefusalOrMessage(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(TelamonError);
  }
}
