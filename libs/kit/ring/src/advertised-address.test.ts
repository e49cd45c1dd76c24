import { expect, it } from 'vitest';
import { advertisedAddress } from './advertised-address.ts';

it.each([
  ['10.1.2.3', '10.1.2.3:9095'],
  ['10.1.2.3:80', '10.1.2.3:80'],
  ['fd00::1', '[fd00::1]:9095'],
  ['[fd00::1]:80', '[fd00::1]:80'],
  ['ingester-0.pods.local', 'ingester-0.pods.local:9095'],
  ['ingester-0:80', 'ingester-0:80'],
  ['[10.1.2.3]:80', undefined],
  ['[fd00::1]', undefined],
  ['http://a:80', undefined],
  ['a:70000', undefined],
  ['a b', undefined],
  ['a:', undefined],
])('%s is reached at %s', (configured, address) => {
  expect(advertisedAddress(configured, 9095)).toBe(address);
});
