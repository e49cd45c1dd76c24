import { ProtoWriter, snappyBlock, uvarint } from '../harness/remote-write-body.ts';

/** Milliseconds between two scrapes. */
export const SCRAPE_INTERVAL_MS = 15_000;

/** How much to send. */
export interface LoadSize {
  readonly seriesCount: number;
  readonly scrapeCount: number;
  /** Series in one request. */
  readonly requestSeries: number;
}

/** Scrapes of a load: from one, counted from 0, up to before another. */
export interface ScrapeRange {
  readonly from: number;
  readonly to: number;
}

/** The size that figures are quoted for. */
export const STANDARD_LOAD: LoadSize = { seriesCount: 50_000, scrapeCount: 60, requestSeries: 2000 };

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const STATUSES = ['200', '201', '301', '400', '404', '500'];

/**
 * Labels of a series: three fifths are one counter of requests (10 or 11 labels, 6 statuses, 4 methods), the rest
 * gauges of containers (8 or 9 labels), as a cluster of services has them.
 */
function labelsOf(index: number, requestCounters: number): [string, string][] {
  const isCounter = index < requestCounters;
  const pod = Math.floor(index / 24);
  const service = pod % 50;
  const labels: [string, string][] = [
    ['__name__', isCounter ? 'http_requests_total' : `container_metric_${index % 24}`],
    ['cluster', 'prod-eu-1'],
    ['container', `app-${service}`],
    ['instance', `10.${pod % 16}.${Math.floor(pod / 16) % 256}.${pod % 251}:8080`],
    ['job', `service-${service}`],
    ['namespace', `team-${service % 10}`],
    ['node', `ip-10-0-${pod % 40}-17.eu-central-1.compute.internal`],
    ['pod', `service-${service}-7d9f8c6b5-${pod.toString(36).padStart(5, 'x')}`],
  ];
  if (isCounter) {
    labels.push(['method', METHODS[index % 4]!], ['status', STATUSES[Math.floor(index / 4) % 6]!]);
    if (index % 2 === 0) labels.push(['version', 'v1.42.0']);
  } else if (index % 2 === 0) labels.push(['image', `registry.example/app-${service}:v1.42.0`]);
  return labels.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A load whose label bytes are encoded once, so that the client's CPU doesn't bound the server's speed. */
export class ScrapeLoad {
  readonly size: LoadSize;
  /** Time of the first scrape; the last one is about now. */
  readonly startMs: number;
  readonly #labelBytes: readonly Uint8Array[];
  /** Series before this one are counters, the others gauges. */
  readonly #counters: number;

  constructor(size: LoadSize, endMs: number) {
    this.size = size;
    this.startMs = Math.floor(endMs / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS - (size.scrapeCount - 1) * SCRAPE_INTERVAL_MS;
    this.#counters = Math.floor(size.seriesCount * 0.6);
    this.#labelBytes = Array.from({ length: size.seriesCount }, (_item, index) => {
      const writer = new ProtoWriter();
      for (const [name, value] of labelsOf(index, this.#counters))
        writer.bytes(1, new ProtoWriter().bytes(1, name).bytes(2, value));
      return writer.finish();
    });
  }

  get endMs(): number {
    return this.startMs + (this.size.scrapeCount - 1) * SCRAPE_INTERVAL_MS;
  }

  get sampleCount(): number {
    return this.size.seriesCount * this.size.scrapeCount;
  }

  /**
   * Compressed v1 bodies, scrape by scrape, of every `lanes`-th request beginning with `lane`: a series stays in its lane,
   * so lanes may be sent side by side without a sample overtaking an older one.
   */
  *requests(lane: number, lanes: number, scrapes: ScrapeRange): Generator<Uint8Array> {
    const { seriesCount, requestSeries } = this.size;
    for (let scrape = scrapes.from; scrape < scrapes.to; scrape++) {
      for (let from = lane * requestSeries; from < seriesCount; from += lanes * requestSeries) {
        yield this.#encode(scrape, from, Math.min(seriesCount, from + requestSeries));
      }
    }
  }

  #encode(scrape: number, from: number, to: number): Uint8Array {
    const time = uvarint(BigInt(this.startMs + scrape * SCRAPE_INTERVAL_MS));
    // Sample: field 2, then value (field 1, double) and time (field 2, varint).
    const sample = Buffer.alloc(2 + 9 + 1 + time.length);
    sample[0] = 0x12;
    sample[1] = sample.length - 2;
    sample[2] = 0x09;
    sample[11] = 0x10;
    sample.set(time, 12);
    const parts: Uint8Array[] = [];
    for (let index = from; index < to; index++) {
      const labels = this.#labelBytes[index]!;
      const own = Buffer.from(sample);
      own.writeDoubleLE(sampleValue(index, scrape, index < this.#counters), 3);
      parts.push(Uint8Array.of(0x0a), uvarint(BigInt(labels.length + own.length)), labels, own);
    }
    return snappyBlock(Buffer.concat(parts));
  }
}

/** Counters that only rise, each at its own pace, and gauges that wander: neither compresses unnaturally well. */
function sampleValue(index: number, scrape: number, isCounter: boolean): number {
  const noise = ((index * 2654435761 + scrape * 40503) >>> 7) % 100;
  if (isCounter) return ((index % 97) + 1) * scrape * 15 + (noise % 15);
  return Math.round((1e6 + noise * 1234.5 + scrape) * 100) / 100;
}
