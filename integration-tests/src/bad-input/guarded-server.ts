import { afterAll, beforeAll, expect } from 'vitest';
import { exchange } from '../harness/http-exchange.ts';
import { askSeries, pushSeries, telamonTarget } from '../harness/telamon-client.ts';
import { type TelamonOptions, TelamonProcess } from '../harness/telamon-process.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** What bad input may leave behind in memory. */
const GROWTH_BYTES_MAX = 64 * 1024 * 1024;
const LOG_LINE_BYTES_MAX = 2048;

/**
 * Starts one server for the tests of a file. After them it must still be up and answer, its memory must be back within
 * 64 MiB of what it was, and no line of its log may be longer than 2 KiB.
 */
export function guardServer(options: TelamonOptions): { readonly server: () => TelamonProcess } {
  let telamon: TelamonProcess;
  let residentBefore = 0;

  beforeAll(async () => {
    telamon = await TelamonProcess.start(options);
    // A first write and query load what stays loaded.
    const target = telamonTarget(telamon.metrics, options.isMultitenant ? 'warm' : undefined);
    const nowMs = Date.now();
    await pushSeries(target, [{ labels: [['__name__', 'warm']], samples: [[nowMs, 1]] }]);
    await askSeries(target, 'query', { query: 'sum(warm)', time: String(nowMs / 1000) });
    residentBefore = telamon.usage().residentBytes;
  });

  afterAll(async () => {
    try {
      telamon.requireRunning();
      expect((await exchange({ base: telamon.metrics, path: '/ready' })).status).toBe(200);
      await waitUntil(
        `memory to be back within 64 MiB of ${residentBefore >> 20} MiB`,
        () => {
          const grown = telamon.usage().residentBytes - residentBefore;
          if (grown > GROWTH_BYTES_MAX) throw new Error(`${grown >> 20} MiB above`);
          return true;
        },
        // Memory is given back in idle times, at most every 30 s, and may take two of them.
        { timeoutMs: 110_000, pollMs: 500 },
      );
      const long = telamon
        .log()
        .split('\n')
        .find((line) => Buffer.byteLength(line) > LOG_LINE_BYTES_MAX);
      expect(long?.slice(0, 200), 'a log line longer than 2 KiB').toBeUndefined();
    } finally {
      await telamon?.dispose();
    }
  });

  return { server: () => telamon };
}
