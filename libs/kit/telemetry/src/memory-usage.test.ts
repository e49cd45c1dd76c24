import { afterEach, expect, it, vi } from 'vitest';
import { memoryUsage, residentBytes } from './memory-usage.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('tells what the system tells', () => {
  expect(residentBytes()).toBeGreaterThan(1 << 20);
  expect(memoryUsage().heapUsed).toBeGreaterThan(1 << 20);
});

it('is 0 where the system does not tell, as when no file descriptor is left', () => {
  const refuse = (): never => {
    throw new Error('EMFILE: too many open files, uv_resident_set_memory');
  };
  vi.spyOn(process.memoryUsage, 'rss').mockImplementation(refuse);
  expect(residentBytes()).toBe(0);
  vi.spyOn(process, 'memoryUsage').mockImplementation(refuse as never);
  expect(memoryUsage()).toEqual({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 });
});
