import { afterEach, describe, it } from 'vitest';
import { appenderConformance } from './appender-conformance.ts';
import { DirectBed, RingBed } from './ring-bed.fixture.ts';

const beds: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const bed of beds.splice(0)) await bed.close();
});

describe.each([
  ['heads of this process', () => DirectBed.open()],
  ['three ingesters in this process', () => RingBed.open({ ingesters: 3 })],
  ['three ingesters over gRPC', () => RingBed.open({ ingesters: 3, isGrpc: true })],
] as const)('%s', (_name, open) => {
  it.each(appenderConformance().map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const bed = await open();
    beds.push(bed);
    await one.run(bed);
  });
});
