import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENT_CERT, CLIENT_KEY, SERVER_CERT, SERVER_KEY, TEST_CA } from '@telamon/test-certificates';
import { afterAll, describe, expect, it } from 'vitest';
import { NatsKv } from './nats-kv.ts';
import { makeOperator } from './nats-operator.fixture.ts';
import { NATS, type NatsConfig } from './nats-options.ts';
import { NATS_PROGRAMS, NatsServer } from './nats-server.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'telamon-nats-security-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(mkdtempSync(join(folder, 'f-')), name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

async function canWrite(config: Partial<NatsConfig>, timeoutMs: number = 1_500): Promise<boolean> {
  const kv = new NatsKv({ config: { ...NATS.defaults(), ...config } });
  try {
    await kv.put('a', new Uint8Array(1), { timeoutMs });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ id: 'kv-unavailable', isRetryable: true });
    return false;
  } finally {
    await kv.close();
  }
}

for (const program of NATS_PROGRAMS) {
  describe.skipIf(!program.isThere)(`NatsKv on ${program.name}, security`, { concurrent: true, timeout: 60_000 }, () => {
    it('talks TLS with a certificate of its own, and to nobody whose authority it does not know', async () => {
      const paths = {
        cert: file('server.pem', SERVER_CERT),
        key: file('server-key.pem', SERVER_KEY),
        ca: file('ca.pem', TEST_CA),
      };
      const tls = `tls: { cert_file: "${paths.cert}", key_file: "${paths.key}", ca_file: "${paths.ca}", verify: true, timeout: 5 }`;
      const server = await NatsServer.start({ program, config: tls });
      try {
        const own = { tlsCertFile: file('client.pem', CLIENT_CERT), tlsKeyFile: file('client-key.pem', CLIENT_KEY) };
        const url = [`nats://localhost:${server.port}`];
        expect(await canWrite({ url, ...own, tlsCaFile: paths.ca }, 20_000)).toBe(true);
        expect(await canWrite({ url, ...own })).toBe(false);
        expect(await canWrite({ url, tlsCaFile: paths.ca })).toBe(false);
      } finally {
        await server.dispose();
      }
    });

    it('reads its credentials from a file at every attempt', async () => {
      const { config, credentials } = makeOperator();
      const server = await NatsServer.start({ program, config });
      try {
        const path = file('user.creds', makeOperator().credentials);
        const options = { url: [server.url], credentialsFile: path };
        expect(await canWrite({ url: [server.url] })).toBe(false);
        expect(await canWrite(options)).toBe(false);
        const kv = new NatsKv({ config: { ...NATS.defaults(), ...options } });
        try {
          const written = kv.put('a', new Uint8Array(1), { timeoutMs: 15_000 });
          writeFileSync(path, credentials);
          expect(await written).toBe(1);
        } finally {
          await kv.close();
        }
      } finally {
        await server.dispose();
      }
    });
  });
}
