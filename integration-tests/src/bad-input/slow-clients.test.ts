import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeParams, exchange } from '../harness/http-exchange.ts';
import { ROOT } from '../harness/repository.ts';
import { drip, StalledReader } from '../harness/slow-connection.ts';
import { pushSeries, telamonTarget } from '../harness/telamon-client.ts';
import type { TelamonProcess } from '../harness/telamon-process.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { guardServer } from './guarded-server.ts';

const HEADERS_MS = 1500;
const REQUEST_MS = 3000;
/** Longer than the query takes, as the connection is idle meanwhile. */
const IDLE_MS = 5000;
/** A look for overdue connections runs every second; the rest is a busy machine. */
const SLACK_MS = 4000;

const SERIES = 360;
const nowMs = Date.now();
/** A stalled connection must not make memory grow while it stands. */
const STALLED_GROWTH_BYTES_MAX = 32 << 20;
/** 500 bodies of 100 MB each are announced; what is taken for them beforehand is at most 1 MiB each. */
const ANNOUNCED_GROWTH_BYTES_MAX = 600 << 20;

/** Asks for JSON that is not compressed: about 9 KB for each point. */
function largeRequest(points: number): string {
  const params = encodeParams([
    ['query', 'large'],
    ['start', String(nowMs / 1000)],
    ['end', String((nowMs + (points - 1) * 20) / 1000)],
    ['step', '0.02'],
  ]);
  return `GET /prometheus/api/v1/query_range?${params} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

async function fill(server: TelamonProcess): Promise<void> {
  const series = Array.from({ length: SERIES }, (_item, index) => ({
    labels: [
      ['__name__', 'large'],
      ['i', String(index)],
    ] as const,
    samples: [[nowMs - 1000, 0.1 + index]] as const,
  }));
  await pushSeries(telamonTarget(server.metrics), series);
}

describe('as it comes', () => {
  const { server } = guardServer({ name: 'slow-clients' });
  beforeAll(() => fill(server()));

  it('B35 serves others beside 500 bodies that never end', async () => {
    const head = 'POST /api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n';
    const before = server().usage().residentBytes;
    const enough = new AbortController();
    const one = (): Promise<unknown> => {
      const until = { everyMs: 500, timeoutMs: 60_000, signal: enough.signal };
      return drip(server().metrics, `${head}Content-Length: 100000000\r\n\r\n`, until);
    };
    const slow = Promise.all(Array.from({ length: 500 }, one));
    await waitUntil('the requests to be taken', async () => {
      const { text } = await exchange({ base: server().metrics, path: '/metrics' });
      return Number(/^telamon_inflight_requests\{route="\/api\/v1\/push"\} (\d+)$/m.exec(text)?.[1]) >= 450;
    });
    const startedMs = performance.now();
    expect((await exchange({ base: server().metrics, path: '/ready' })).status).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(server().usage().residentBytes - before).toBeLessThan(ANNOUNCED_GROWTH_BYTES_MAX);
    enough.abort();
    await slow;
  });

  it('B35 keeps memory flat while a reader of 100 MB takes nothing, and loses no byte', async () => {
    const reader = await StalledReader.open(server().metrics, largeRequest(11_000));
    const announcedBytes = reader.announcedBytes;
    expect(announcedBytes).toBeGreaterThan(90e6);
    const stalledBytes = server().usage().residentBytes;
    let most = stalledBytes;
    for (let i = 0; i < 15; i++) {
      await delay(100);
      most = Math.max(most, server().usage().residentBytes);
    }
    expect(most - stalledBytes).toBeLessThan(STALLED_GROWTH_BYTES_MAX);
    expect((await exchange({ base: server().metrics, path: '/ready' })).status).toBe(200);
    const { bodyBytes, tail } = await reader.finish(10_000);
    expect([bodyBytes, tail.slice(-5)]).toEqual([announcedBytes, ']]}]}}'.slice(-5)]);
  });
});

/** Whether the program knows the options that make the timeouts short enough for a test. */
function hasTimeoutOptions(flags: readonly string[]): boolean {
  const program = process.env.TELAMON_TEST_MAIN ?? join(ROOT, 'services/all/dist/main.js');
  const help = execFileSync(process.execPath, [program, '--help-all']).toString();
  return flags.every((flag) => help.includes(flag.slice(0, flag.indexOf('='))));
}

const TIMEOUTS: readonly string[] = [
  `--http.read-header-timeout=${HEADERS_MS}ms`,
  `--http.read-timeout=${REQUEST_MS}ms`,
  `--http.socket-idle-timeout=${IDLE_MS}ms`,
];

describe.skipIf(!hasTimeoutOptions(TIMEOUTS))('with short timeouts', () => {
  const { server } = guardServer({ name: 'slow-clients-timed', flags: TIMEOUTS });
  beforeAll(() => fill(server()));

  it('B35 closes a connection whose headers come byte by byte', async () => {
    const head = 'GET /ready HTTP/1.1\r\nHost: x\r\nX-Slow: ';
    const answer = await drip(server().metrics, head, { everyMs: 250, timeoutMs: HEADERS_MS + SLACK_MS });
    expect(answer.isClosedByServer).toBe(true);
    expect([0, 408]).toContain(answer.status);
  });

  it('B35 closes a connection whose body comes a byte a second', async () => {
    const head = 'Host: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000\r\n';
    const request = { everyMs: 1000, timeoutMs: REQUEST_MS + SLACK_MS };
    const ends = await Promise.all([
      drip(server().metrics, `POST /api/v1/push HTTP/1.1\r\n${head}Content-Encoding: snappy\r\n\r\n`, request),
      drip(server().listeners['otlp-http'], `POST /v1/metrics HTTP/1.1\r\n${head}\r\n`, request),
    ]);
    for (const answer of ends) {
      expect(answer.isClosedByServer).toBe(true);
      expect([0, 408]).toContain(answer.status);
      expect(answer.tookMs).toBeGreaterThan(REQUEST_MS - 500);
    }
  });

  it('B35 cuts a reader that takes nothing', async () => {
    const reader = await StalledReader.open(server().metrics, largeRequest(2000));
    const isGone = async (): Promise<boolean> => {
      const { text } = await exchange({ base: server().metrics, path: '/metrics' });
      return /^telamon_inflight_requests\{route="[^"]*query_range"\} 0$/m.test(text);
    };
    expect(await isGone()).toBe(false);
    // At the end of the first idle time node finds that bytes have left since the one before, and waits for another.
    await waitUntil('the request to be given up', isGone, { timeoutMs: 2 * IDLE_MS + SLACK_MS, pollMs: 250 });
    expect((await reader.finish(5000)).bodyBytes).toBeLessThan(reader.announcedBytes);
  });
});
