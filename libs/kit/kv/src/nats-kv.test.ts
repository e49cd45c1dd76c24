import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type KvCase, kvConformance } from './conformance.ts';
import type { KvStore } from './kv-store.ts';
import { NatsKv } from './nats-kv.ts';
import { NATS, type NatsConfig } from './nats-options.ts';
import { NATS_PROGRAMS, NatsServer, startNatsCluster } from './nats-server.fixture.ts';

async function runCase(each: KvCase, options: Partial<NatsConfig>, timeoutMs: number = 5_000): Promise<void> {
  const config = { ...NATS.defaults(), ...options, bucket: `b-${randomUUID()}` };
  const opened: KvStore[] = [];
  const open = async (): Promise<KvStore> => {
    const kv = new NatsKv({ config });
    opened.push(kv);
    // A bucket of three elects its leader first.
    await kv.delete('first', undefined, { timeoutMs });
    return kv;
  };
  try {
    await each.run(open);
  } finally {
    await Promise.all(opened.map((kv) => kv.close()));
  }
}

for (const program of NATS_PROGRAMS) {
  describe.skipIf(!program.isThere)(`NatsKv on ${program.name}`, () => {
    let server: NatsServer;
    beforeAll(async () => {
      server = await NatsServer.start({ program });
    });
    afterAll(() => server.dispose());

    for (const each of kvConformance()) it(each.name, () => runCase(each, { url: [server.url] }));
  });
}

const newest = NATS_PROGRAMS[0]!;
describe.skipIf(!newest.isThere)(`NatsKv on three of ${newest.name}`, () => {
  let servers: NatsServer[] = [];
  beforeAll(async () => {
    servers = await startNatsCluster(newest);
    await runCase(kvConformance()[0]!, { url: servers.map(({ url }) => url) }, 40_000);
  }, 60_000);
  afterAll(async () => void (await Promise.all(servers.map((server) => server.dispose()))));

  for (const each of kvConformance()) {
    // Each client by another server, so that none happens to sit on the leader.
    it(each.name, () => runCase(each, { url: servers.map(({ url }) => url), replicas: 3 }, 40_000), 60_000);
  }
});
