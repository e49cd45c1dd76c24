import fc from 'fast-check';
import { expect, it } from 'vitest';
import { v1 } from './index.ts';

const detail = fc.record({
  id: fc.string(),
  status: fc.nat({ max: 599 }),
  isRetryable: fc.boolean(),
  message: fc.string({ unit: 'grapheme' }),
});

it('reads what it wrote', () => {
  fc.assert(
    fc.property(detail, (value) => {
      expect(v1.ErrorDetail.decode(v1.ErrorDetail.encode(value).finish())).toMatchObject(value);
    }),
  );
});

it('keeps what a newer version added', () => {
  // Field 15, varint 7, and field 16, text "x".
  const added = Uint8Array.of(0x78, 7, 0x82, 1, 1, 0x78);
  const known = v1.Matcher.encode({ type: v1.Matcher.Type.REGEX_MATCH, name: 'job', value: '.+' }).finish();
  const message = v1.Matcher.decode(Buffer.concat([known, added]));
  expect(message).toMatchObject({ type: 2, name: 'job', value: '.+' });
  expect(Buffer.from(v1.Matcher.encode(message).finish())).toEqual(Buffer.concat([known, added]));
});

it('keeps a type that a newer version added', () => {
  const message = v1.Matcher.decode(v1.Matcher.encode({ type: 9 as v1.Matcher.Type, name: 'a' }).finish());
  expect(message.type).toBe(9);
});

it('refuses or reads every cut and every flipped bit, and does not hang', () => {
  const bytes = v1.ErrorDetail.encode({ id: 'err-x', status: 422, isRetryable: true, message: 'no such thing' }).finish();
  for (let end = 0; end < bytes.length; end++) expectErrorOrMessage(bytes.subarray(0, end));
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expectErrorOrMessage(flipped);
  }
});

function expectErrorOrMessage(bytes: Uint8Array): void {
  try {
    expect(v1.ErrorDetail.decode(bytes)).toBeInstanceOf(v1.ErrorDetail);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
  }
}
