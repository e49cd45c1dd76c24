import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { V1_HEADERS } from '../harness/remote-write-body.ts';
import { pushBody } from '../harness/telamon-client.ts';
import type { Contender } from './contenders.ts';
import type { ScrapeLoad, ScrapeRange } from './scrape-load.ts';

/** What one server took to receive a load. */
export interface IngestFigures {
  readonly samplesPerSecond: number;
  readonly cpuUsPerSample: number;
  readonly residentBytesPerSeries: number;
}

/** Requests in flight. */
const LANES = 4;
/** Work that a server puts off until after the acknowledgement counts too, as far as it is done in this time. */
const SETTLE_MS = 2000;

/** Sends a load (the whole of it by default), four requests at a time, and measures the server; throws when it refuses one. */
export async function sendLoad(
  { target, usage }: Pick<Contender, 'target' | 'usage'>,
  load: ScrapeLoad,
  scrapes: ScrapeRange = { from: 0, to: load.size.scrapeCount },
): Promise<IngestFigures> {
  const sampleCount = load.size.seriesCount * (scrapes.to - scrapes.from);
  const before = usage();
  const startedMs = performance.now();
  // As senders do; making connections is not what is measured.
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  const sendLane = async (_item: unknown, lane: number): Promise<void> => {
    for (const body of load.requests(lane, LANES, scrapes)) {
      const answer = await pushBody(target, body, V1_HEADERS, agent);
      if (answer.status >= 300) throw new Error(`refused with ${answer.status}: ${answer.text.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, sendLane));
  const wallMs = performance.now() - startedMs;
  agent.destroy();
  await delay(SETTLE_MS);
  const after = usage();
  return {
    samplesPerSecond: (sampleCount / wallMs) * 1000,
    cpuUsPerSample: ((after.cpuMs - before.cpuMs) * 1000) / sampleCount,
    residentBytesPerSeries: (after.residentBytes - before.residentBytes) / load.size.seriesCount,
  };
}
