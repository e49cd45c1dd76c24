import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { createSilentLogger } from '@telamon/telemetry';
import { hashSync } from 'bcryptjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_CERT, CLIENT_KEY, ROGUE_CERT, ROGUE_KEY, SERVER_CERT, SERVER_KEY, TEST_CA } from './certificates.fixture.ts';
import { useListeners } from './listener.fixture.ts';
import { ListenerSecurity, listenerGroups } from './listener-security.ts';
import { loadWebConfig } from './web-config.ts';

const start = useListeners();
let folder = '';
const opened: ListenerSecurity[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'telamon-web-'));
  writeFileSync(join(folder, 'server.crt'), SERVER_CERT);
  writeFileSync(join(folder, 'server.key'), SERVER_KEY);
  writeFileSync(join(folder, 'ca.crt'), TEST_CA);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((security) => security.close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

const HASH = hashSync('right', 4);
const TLS = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function securityOf(name: string, text: string, files: Readonly<Record<string, string>> = {}): Promise<ListenerSecurity> {
  for (const [file, content] of Object.entries(files)) write(file, content);
  const security = await ListenerSecurity.load({ file: write(name, text), log: createSilentLogger(), checkIntervalMs: 0 });
  opened.push(security);
  return security;
}

const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('web configuration', () => {
  it('reads every part', async () => {
    const config = await loadWebConfig(
      write(
        'full.yml',
        `${TLS}  client_ca_file: ca.crt
  client_auth_type: VerifyClientCertIfGiven
  client_allowed_sans: [scraper]
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  curve_preferences: [X25519, CurveP256]
  prefer_server_cipher_suites: true
http_server_config:
  http2: false
  headers:
    X-Frame-Options: deny
basic_auth_users:
  alice: ${HASH}
`,
      ),
    );
    expect(config.tls?.context).toMatchObject({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ecdhCurve: 'X25519:prime256v1' });
    expect(config.tls?.clientCert).toEqual({ isRequested: true, isRequired: false, isVerified: true });
    expect([config.isHttp2Enabled, config.users.get('alice'), config.headers.get('X-Frame-Options')]).toEqual([
      false,
      HASH,
      'deny',
    ]);
    expect(config.files).toHaveLength(4);
  });

  it.each([
    ['foo: 1', 'unknown key "foo"'],
    ['basic_auth_users: {a: ""}', 'is not a bcrypt hash'],
    ['basic_auth_users: {a: plaintext}', 'is not a bcrypt hash'],
    [`basic_auth_users: {"a:b": "${HASH}"}`, 'user name'],
    ['basic_auth_users: [a]', 'must be a mapping'],
    ['tls_server_config: {cert_file: server.crt}', 'both a certificate and a key'],
    ['tls_server_config: {cert_file: nope, key_file: server.key}', 'ENOENT'],
    [`${TLS}  min_version: SSL3`, 'must be one of TLS10'],
    [`${TLS}  cipher_suites: [X]`, 'unknown name "X"'],
    [`${TLS}  client_auth_type: Maybe`, 'unknown type'],
    [`${TLS}  client_auth_type: RequireAndVerifyClientCert`, 'requires client_ca_file'],
    [`${TLS}  client_ca_file: ca.crt\n  client_auth_type: NoClientCert`, 'is NoClientCert'],
    ['http_server_config: {headers: {X-Evil: a}}', 'unknown key "X-Evil"'],
    ['http_server_config: {http2: maybe}', 'must be true or false'],
    ['a: &a [x]\nb: *a', 'not valid YAML'],
    ['basic_auth_users: {a: secret', 'not valid YAML'],
  ])('refuses %s', async (text, message) => {
    const failure = await loadWebConfig(write('bad.yml', text)).catch((error: Error) => error);
    expect((failure as Error).message).toContain(message);
    expect((failure as Error).message).not.toContain('secret');
  });
});

describe('basic authentication', () => {
  it('lets only the right password in, for every route and method (B31, B48)', async () => {
    const security = await securityOf('auth.yml', `basic_auth_users:\n  alice: ${HASH}\n  bob: ${hashSync('x'.repeat(72), 4)}\n`);
    const listener = await start((l) => l.route('GET', '/a', async (c) => await c.text(200, 'in')), { security });
    const statusFor = async (authorization?: string, path: string = '/a'): Promise<number> =>
      (await fetch(`${listener.url}${path}`, authorization === undefined ? {} : { headers: { authorization } })).status;
    expect(await statusFor(basic('alice', 'right'))).toBe(200);
    expect(await statusFor(basic('alice', 'right'))).toBe(200);
    expect(await statusFor(basic('bob', 'x'.repeat(72)))).toBe(200);
    const wrong = [
      undefined,
      basic('alice', 'wrong'),
      basic('alice', ''),
      basic('alice', `right\0`),
      basic('mallory', 'right'),
      basic('', ''),
      basic('bob', `${'x'.repeat(72)}y`),
      basic('alice', HASH),
      basic(`alice${HASH}`, 'right'),
      'Bearer right',
      'Basic !!!',
      `Basic ${Buffer.from('alice').toString('base64')}`,
    ];
    for (const authorization of wrong) expect(await statusFor(authorization)).toBe(401);
    expect(await statusFor(basic('alice', 'right'))).toBe(200);
    expect(await statusFor(undefined, '/unknown')).toBe(401);
    const refused = await fetch(`${listener.url}/a`);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic /);
    await refused.text();
  });

  it('guards gRPC too', async () => {
    const security = await securityOf('grpc.yml', `basic_auth_users:\n  alice: ${HASH}\n`);
    let calls = 0;
    const count = async (message: Uint8Array): Promise<Uint8Array> => {
      calls++;
      return message;
    };
    const listener = await start((l) => l.grpcMethod('/t.S/M', count), { security });
    const client = new Client(`127.0.0.1:${listener.port}`, credentials.createInsecure());
    const call = (authorization?: string): Promise<number> =>
      new Promise((resolve) => {
        const metadata = new Metadata();
        if (authorization !== undefined) metadata.set('authorization', authorization);
        const same = (bytes: Buffer): Buffer => bytes;
        client.makeUnaryRequest('/t.S/M', same, same, Buffer.from('x'), metadata, (error) => resolve(error?.code ?? 0));
      });
    expect([await call(), await call(basic('alice', 'wrong')), calls]).toEqual([16, 16, 0]);
    expect([await call(basic('alice', 'right')), calls]).toEqual([0, 1]);
    client.close();
  });

  it('does not hold the event loop while comparing', async () => {
    const security = await securityOf('slow.yml', `basic_auth_users:\n  alice: ${hashSync('right', 11)}\n`);
    const before = performance.eventLoopUtilization();
    await security.authenticate(basic('alice', 'right'));
    // One comparison at this cost takes about 150 ms in plain JavaScript: here it would use the loop up, in its thread it leaves it idle.
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.7);
  });

  it('takes over changed users and keeps the last good ones', async () => {
    const security = await securityOf('reload.yml', `basic_auth_users:\n  alice: ${HASH}\n`);
    await security.authenticate(basic('alice', 'right'));
    write('reload.yml', 'basic_auth_users: {');
    await security.reload();
    await security.authenticate(basic('alice', 'right'));
    write('reload.yml', `basic_auth_users:\n  alice: ${hashSync('new', 4)}\n`);
    await security.reload();
    await expect(security.authenticate(basic('alice', 'right'))).rejects.toThrow('Unauthorized');
    await security.authenticate(basic('alice', 'new'));
  });

  it('shares one security between the listeners of a file', async () => {
    const file = write('group.yml', `basic_auth_users:\n  alice: ${HASH}\n`);
    const groups = await listenerGroups(
      new Map([
        ['metrics', file],
        ['admin', file],
      ]),
      { log: createSilentLogger(), checkIntervalMs: 0 },
    );
    opened.push(...groups.values());
    expect(groups.get('metrics')).toBe(groups.get('admin'));
  });
});

describe('TLS', () => {
  const get = (port: number, options: object = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const req = request(
        { agent: false, port, host: '127.0.0.1', servername: 'localhost', path: '/a', ca: TEST_CA, ...options },
        (res) => {
          let text = '';
          res.on('data', (chunk) => {
            text += chunk;
          });
          res.on('end', () => resolve(text));
          res.on('error', reject);
        },
      );
      req.on('error', reject);
      req.end();
    });

  it('serves with the certificate and negotiates HTTP/2', async () => {
    const security = await securityOf('tls.yml', TLS);
    const listener = await start(
      (l) => {
        l.route('GET', '/a', async (c) => await c.text(200, 'over tls'));
        l.grpcMethod('/t.S/M', async (m) => m);
      },
      { security },
    );
    expect(listener.url).toMatch(/^https:/);
    expect(await get(listener.port)).toBe('over tls');
    const { connect } = await import('node:http2');
    const session = connect(`https://localhost:${listener.port}`, { ca: TEST_CA });
    const stream = session.request({ ':path': '/a' });
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
    });
    await new Promise((resolve) => stream.on('end', resolve));
    session.close();
    expect(text).toBe('over tls');
    await expect(fetch(`http://127.0.0.1:${listener.port}/a`)).rejects.toThrow();
  });

  it('takes over a new certificate', async () => {
    const security = await securityOf('rotate.yml', 'tls_server_config:\n  cert_file: rotating.crt\n  key_file: rotating.key\n', {
      'rotating.crt': SERVER_CERT,
      'rotating.key': SERVER_KEY,
    });
    const listener = await start((l) => l.route('GET', '/a', async (c) => await c.text(200, 'in')), { security });
    expect(await get(listener.port)).toBe('in');
    write('rotating.crt', ROGUE_CERT);
    await security.reload();
    // Half a pair is no pair: the old one stays.
    expect(await get(listener.port)).toBe('in');
    write('rotating.key', ROGUE_KEY);
    await security.reload();
    await expect(get(listener.port)).rejects.toThrow();
    expect(await get(listener.port, { ca: ROGUE_CERT, checkServerIdentity: () => undefined })).toBe('in');
  });

  it('asks for a client certificate of its authority', async () => {
    const security = await securityOf(
      'mtls.yml',
      `${TLS}  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n`,
    );
    const listener = await start((l) => l.route('GET', '/a', async (c) => await c.text(200, 'in')), { security });
    await expect(get(listener.port)).rejects.toThrow();
    await expect(get(listener.port, { cert: ROGUE_CERT, key: ROGUE_KEY })).rejects.toThrow();
    expect(await get(listener.port, { cert: CLIENT_CERT, key: CLIENT_KEY })).toBe('in');
  });
});
