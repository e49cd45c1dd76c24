import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resolveEntry } from './worker-bootstrap.ts';
import { WorkerPool } from './worker-pool.ts';

const run = promisify(execFile);

describe('worker entries', () => {
  it('run from sources in a process that tsx started', async () => {
    const [pool, entry] = ['./index.ts', './pool-entry.fixture.ts'].map((file) => new URL(file, import.meta.url).href);
    const script = `
      const { WorkerPool } = await import(${JSON.stringify(pool)});
      const pool = new WorkerPool({ entry: new URL(${JSON.stringify(entry)}), size: 1, name: 'child' });
      console.log(await pool.run('echo', 'from a child'));
      await pool.close();`;
    const flags = ['--import', 'tsx', '--conditions=telamon-source', '--input-type=module', '--eval', script];
    const { stdout } = await run(process.execPath, flags, { cwd: import.meta.dirname, timeout: 15_000 });
    expect(stdout.trim()).toBe('from a child');
  });

  it('are the compiled files where there are no sources', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'telamon-worker-'));
    const written = pathToFileURL(join(folder, 'entry.ts'));
    // Speaks the protocol by itself: nothing can be imported from here.
    const built = `
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ jobId, request }) => parentPort.postMessage({ type: 'done', jobId, value: 'built ' + request, peakBytes: 0 }));`;
    await writeFile(join(folder, 'entry.js'), built);
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    expect(resolveEntry(written).href).toBe(pathToFileURL(join(folder, 'entry.js')).href);
    const pool = new WorkerPool({ entry: written, size: 1, name: 'built' });
    try {
      expect(await pool.run('any', 1)).toBe('built 1');
    } finally {
      await pool.close();
      await rm(folder, { recursive: true });
    }
  });
});
