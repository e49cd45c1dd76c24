import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ByteWriter } from '@telamon/bytes';
import { Labels } from '@telamon/model';
import { WriteRequestCursor } from '@telamon/wire';
import { type AppendHooks, DEFAULT_APPEND_LIMITS } from './append-contract.ts';
import { TenantHead } from './tenant-head.ts';

/** What a run of {@link benchAppend} found. */
export interface AppendFigures {
  readonly series: number;
  readonly scrapes: number;
  /** Microseconds of this thread per sample: cursor, lookup, chunk and log record, without HTTP and snappy. */
  readonly usPerSample: number;
  /** Resident bytes per series more than before. */
  readonly bytesPerSeries: number;
}

const SERIES_A_REQUEST = 2000;

/** Pushes `scrapes` scrapes of `series` series (nine labels) into a new head with its log on a real disk. */
export async function benchAppend(series: number, scrapes: number): Promise<AppendFigures> {
  const root = await mkdtemp(join(tmpdir(), 'head-bench-'));
  const collect = (globalThis as { gc?: () => void }).gc ?? ((): void => undefined);
  try {
    const fields = Array.from({ length: series }, (_, i) => labelFields(i));
    collect();
    const before = process.memoryUsage().rss;
    const startMs = Date.now() - scrapes * 15_000;
    const options = { tenant: 'bench', log: { directory: join(root, 'wal') }, chunkDirectory: join(root, 'head') };
    const head = await TenantHead.open(options);
    let usedMs = 0;
    for (let scrape = 0; scrape < scrapes; scrape++) {
      for (let from = 0; from < series; from += SERIES_A_REQUEST) {
        const body = requestBody(fields.slice(from, from + SERIES_A_REQUEST), startMs + scrape * 15_000, scrape);
        const start = performance.now();
        head.appendRequest({ cursor: new WriteRequestCursor(body), body, hooks: HOOKS, limits: DEFAULT_APPEND_LIMITS });
        if (scrape > 0) usedMs += performance.now() - start;
        await head.log.durable(head.log.lastLsn);
      }
    }
    collect();
    const bytesPerSeries = (process.memoryUsage().rss - before) / series;
    await head.close();
    return { series, scrapes, usPerSample: (usedMs * 1000) / (series * (scrapes - 1)), bytesPerSeries };
  } finally {
    await rm(root, { recursive: true });
  }
}

const HOOKS: AppendHooks = {
  admitSeries: (cursor) => {
    const flat = cursor.decodeLabelPairs();
    return Labels.fromSortedFlat(flat);
  },
};

function labelFields(i: number): Uint8Array {
  const pod = Math.floor(i / 100);
  const labels: [string, string][] = [
    ['__name__', `http_requests_total_${i % 100}`],
    ['cluster', 'production-eu-west-1'],
    ['container', 'checkout-service'],
    ['endpoint', 'http-metrics'],
    ['instance', `10.42.${pod >>> 8}.${pod & 255}:8080`],
    ['job', 'monitoring/checkout-service'],
    ['method', i % 2 === 0 ? 'GET' : 'POST'],
    ['namespace', 'shop'],
    ['pod', `checkout-service-7d9f8c6b5d-${pod}`],
  ];
  const writer = new ByteWriter(512);
  for (const [name, value] of labels) {
    const pair = new ByteWriter(64).u8(0x0a).uvarintString(name).u8(0x12).uvarintString(value).view();
    writer.u8(0x0a).uvarintBytes(pair);
  }
  return writer.finish();
}

function requestBody(series: readonly Uint8Array[], timeMs: number, scrape: number): Uint8Array {
  const body = new ByteWriter(series.length * 300);
  series.forEach((labels, i) => {
    const value = scrape * (10 + (i % 90)) + ((i * 7919) % 1000);
    const sample = new ByteWriter(32).u8(0x09).f64le(value).u8(0x10).uvarint(timeMs).view();
    body
      .u8(0x0a)
      .uvarint(labels.length + 2 + sample.length)
      .bytes(labels)
      .u8(0x12)
      .uvarintBytes(sample);
  });
  return body.finish();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const figures = await benchAppend(Number(process.argv[2] ?? 20_000), Number(process.argv[3] ?? 60));
  console.log(JSON.stringify(figures));
}
