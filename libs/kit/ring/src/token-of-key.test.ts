import { expect, it } from 'vitest';
import { tokenOfKey } from './token-of-key.ts';

it('is the low half of xxHash64, unsigned', () => {
  expect(tokenOfKey('').toString(16)).toBe('51d8e999');
  const tokens = Array.from({ length: 1000 }, (_x, i) => tokenOfKey(`key-${i}`));
  expect(new Set(tokens).size).toBe(1000);
  expect(tokens.every((token) => token >= 0 && token < 2 ** 32)).toBe(true);
});
