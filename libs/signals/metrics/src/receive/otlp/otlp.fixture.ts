import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits, type TenantLimits } from '@telamon/limits';
import { createRegistry, createSilentLogger, FakeClock } from '@telamon/telemetry';
import { MemoryLogFiles } from '@telamon/wal';
import type { OtlpEncoding, OtlpPartialSuccess } from '@telamon/wire';
import { type DumpedSample, dumpHead } from '../../head/dump-head.ts';
import type { AppendInput, AppendResult } from '../../head/index.ts';
import { TenantHead } from '../../head/tenant-head.ts';
import { HaTracker } from '../ha-tracker.ts';
import { SeriesPreparers } from '../series-preparers.ts';
import { createWriteMetrics } from '../write-metrics.ts';
import { WriteRates } from '../write-rates.ts';
import { headLastSample } from './head-last-sample.ts';
import type { OtlpDeps } from './otlp-deps.ts';
import { OtlpReceiver } from './otlp-receiver.ts';

/** The time of most samples in tests, ms. */
export const T0 = 1_793_491_800_000;

/** A receiver of OTLP metrics over a real head with a log in memory, for tests. */
export class OtlpStation {
  readonly deps: OtlpDeps;
  readonly receiver: OtlpReceiver;
  head: TenantHead;
  limits: TenantLimits = defaultLimits();
  /** What the appender throws instead of appending. */
  failure: Error | undefined;
  appended: AppendResult[] = [];
  #files: MemoryLogFiles;
  readonly #root: string;
  /** As with a store that makes the head for a tenant's first request. */
  #hasHead = false;

  private constructor(root: string, files: MemoryLogFiles, head: TenantHead, deps: Partial<OtlpDeps>) {
    this.#root = root;
    this.#files = files;
    this.head = head;
    const clock = new FakeClock(T0);
    const limitsOf = (): TenantLimits => this.limits;
    this.deps = {
      limitsOf,
      appender: { append: (_tenant, input) => this.#append(input) },
      lastSamplesOf: () => headLastSample(this.#hasHead ? this.head : undefined),
      preparers: new SeriesPreparers(),
      ha: new HaTracker({ failoverTimeoutMs: 30_000, nowMs: () => clock.nowMs() }),
      rates: new WriteRates(limitsOf, clock),
      metrics: createWriteMetrics(createRegistry()),
      maxRequestSizeBytes: 1 << 20,
      lookbackDeltaMs: 300_000,
      log: createSilentLogger(),
      random: () => 0.5,
      ...deps,
    };
    this.receiver = new OtlpReceiver(this.deps);
  }

  /** Opens an empty head in a directory of its own. */
  static async open(deps: Partial<OtlpDeps> = {}): Promise<OtlpStation> {
    const root = await mkdtemp(join(tmpdir(), 'otlp-'));
    const files = new MemoryLogFiles();
    return new OtlpStation(root, files, await openHead(root, files), deps);
  }

  /** Pulls the plug and starts again from what the log holds. */
  async restart(): Promise<void> {
    this.#files = this.#files.afterPowerLoss();
    await this.head.close();
    this.head = await openHead(this.#root, this.#files);
  }

  /** Sends a request: an object is sent as JSON. */
  async send(request: object | Uint8Array, encoding?: OtlpEncoding): Promise<OtlpPartialSuccess | undefined> {
    const isBytes = request instanceof Uint8Array;
    const body = isBytes ? request : Buffer.from(JSON.stringify(request));
    return this.receiver.receive({ tenant: 't', encoding: encoding ?? (isBytes ? 'protobuf' : 'json'), body, headers: {} });
  }

  /** All samples by series. */
  async dump(): Promise<Map<string, DumpedSample[]>> {
    return dumpHead(this.head);
  }

  async close(): Promise<void> {
    await this.head.close();
    await rm(this.#root, { recursive: true });
  }

  async #append(input: AppendInput): Promise<AppendResult> {
    if (this.failure !== undefined) throw this.failure;
    this.#hasHead = true;
    const result = await this.head.push(input);
    this.appended.push(result);
    return result;
  }
}

async function openHead(root: string, files: MemoryLogFiles): Promise<TenantHead> {
  const log = { directory: '/log', files };
  return TenantHead.open({ tenant: 't', log, chunkDirectory: join(root, 'chunks'), now: () => T0 + 3_600_000 });
}

/** A request with one resource, one scope and these metrics. */
export function requestOf(
  metrics: readonly object[],
  attributes: Readonly<Record<string, string>> = { 'service.name': 'a' },
): object {
  return {
    resourceMetrics: [
      { resource: { attributes: attributesOf(attributes) }, scopeMetrics: [{ scope: { name: 'lib' }, metrics }] },
    ],
  };
}

/** OTLP/JSON attributes. */
export function attributesOf(attributes: Readonly<Record<string, string>>): object[] {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

/** OTLP/JSON time of an offset from {@link T0}, seconds. */
export function timeNano(offsetSeconds: number): string {
  return String(BigInt(T0 + offsetSeconds * 1000) * 1_000_000n);
}
