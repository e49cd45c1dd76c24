import { expect, it } from 'vitest';
import { metadataWithinLimits } from './usable-metadata.ts';

it('cuts help between characters, leaves out what is too long or says nothing', () => {
  const all = [
    { name: 'a', type: 'gauge' as const, help: 'üüü', unit: 'seconds' },
    { name: 'name', type: 'gauge' as const, help: 'h', unit: '' },
    { name: 'b', type: 'unknown' as const, help: '', unit: '' },
    { name: '', type: 'gauge' as const, help: 'h', unit: '' },
  ];
  expect([...metadataWithinLimits(all, 3)]).toEqual([{ name: 'a', type: 'gauge', help: 'ü', unit: '' }]);
  expect([...metadataWithinLimits(all, 0)].map(({ name }) => name)).toEqual(['a', 'name']);
});
