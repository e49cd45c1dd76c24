import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { kvConformance } from './conformance.ts';
import type { KvStore } from './kv-store.ts';
import { NatsKv } from './nats-kv.ts';
import { NATS } from './nats-options.ts';
import { NATS_PROGRAMS, NatsServer } from './nats-server.fixture.ts';

for (const program of NATS_PROGRAMS) {
  describe.skipIf(!program.isThere)(`NatsKv on ${program.name}`, () => {
    let server: NatsServer;
    beforeAll(async () => {
      server = await NatsServer.start({ program });
    });
    afterAll(() => server.dispose());

    describe('conformance', () => {
      for (const each of kvConformance()) {
        it(each.name, async () => {
          const config = { ...NATS.defaults(), url: [server.url], bucket: `b-${randomUUID()}` };
          const opened: KvStore[] = [];
          const open = async (): Promise<KvStore> => {
            const kv = new NatsKv({ config });
            opened.push(kv);
            await kv.list('');
            return kv;
          };
          try {
            await each.run(open);
          } finally {
            await Promise.all(opened.map((kv) => kv.close()));
          }
        });
      }
    });
  });
}
