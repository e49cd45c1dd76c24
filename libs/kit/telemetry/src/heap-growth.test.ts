import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { heapGrowthPercent } from './heap-growth.ts';

const MIB = 2 ** 20;

describe('heapGrowthPercent', () => {
  it('is large for small processes only', () => {
    expect([1, 100 * MIB, 256 * MIB - 1].map(heapGrowthPercent)).toEqual([300, 300, 300]);
    expect([0, 256 * MIB, 8192 * MIB].map(heapGrowthPercent)).toEqual([100, 100, 100]);
  });
});

describe('letHeapsGrow', () => {
  it('sets a flag that the engine knows, and does not keep a process alive', () => {
    const module = JSON.stringify(fileURLToPath(new URL('./heap-growth.ts', import.meta.url)));
    const script = `const { letHeapsGrow } = await import(${module}); letHeapsGrow(); console.log('done');`;
    const args = ['--import', 'tsx', '-C', 'telamon-source', '--input-type=module', '--eval', script];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
    // The engine complains of a flag that it does not know on standard output or error, and goes on.
    expect({ stdout, stderr, status }).toEqual({ stdout: 'done\n', stderr: '', status: 0 });
  });
});
