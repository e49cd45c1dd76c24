import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { TelamonError } from '@telamon/model';
import { parse } from 'yaml';
import { CIPHER_SUITES, CLIENT_AUTH_TYPES, type ClientCertPolicy, CURVES, TLS_VERSIONS } from './tls-names.ts';

/** TLS part of a web configuration. Holds a private key: never print it. */
export interface WebTls {
  readonly context: SecureContextOptions;
  readonly clientCert: ClientCertPolicy;
  /** When not empty, a client certificate must carry one of these as a subject alternative name. */
  readonly allowedSans: readonly string[];
}

/** One web configuration file, read and checked, with the files that it names. */
export interface WebConfig {
  readonly tls: WebTls | undefined;
  /** bcrypt hashes by user; empty: no authentication. */
  readonly users: ReadonlyMap<string, string>;
  /** Set on every reply. */
  readonly headers: ReadonlyMap<string, string>;
  /** Whether HTTP/2 may be negotiated. */
  readonly isHttp2Enabled: boolean;
  /** Absolute paths whose content went in, the file itself first: a change of one is a reason to read again. */
  readonly files: readonly string[];
}

const MAX_CONFIG_BYTES = 1 << 20;
const BCRYPT_HASH = /^\$2[aby]\$(0[4-9]|1[0-9]|2[0-9]|3[01])\$[./A-Za-z0-9]{53}$/;
const TLS_KEYS = [
  'cert',
  'key',
  'client_ca',
  'cert_file',
  'key_file',
  'client_auth_type',
  'client_ca_file',
  'client_allowed_sans',
  'cipher_suites',
  'curve_preferences',
  'min_version',
  'max_version',
  'prefer_server_cipher_suites',
] as const;
const RESPONSE_HEADERS = [
  'Strict-Transport-Security',
  'X-Content-Type-Options',
  'X-Frame-Options',
  'X-XSS-Protection',
  'Content-Security-Policy',
] as const;

type YamlMap = Readonly<Record<string, unknown>>;

/**
 * Reads a file in the format of Prometheus' `--web.config.file` (exporter-toolkit's docs/web-configuration.md): `tls_server_config`,
 * `http_server_config`, `basic_auth_users`. Relative paths count from the folder of the file.
 *
 * @throws TelamonError naming the file and the key that is unknown, missing or of the wrong kind; secrets are never in the text.
 */
export async function loadWebConfig(path: string): Promise<WebConfig> {
  const file = resolve(path);
  try {
    return await readWebConfig(file);
  } catch (error) {
    throw new TelamonError(`web configuration ${file}: ${(error as Error).message}`, { isRetryable: false });
  }
}

async function readWebConfig(file: string): Promise<WebConfig> {
  const text = await readFile(file, 'utf8');
  if (text.length > MAX_CONFIG_BYTES) throw new Error(`larger than ${MAX_CONFIG_BYTES} bytes`);
  const top = asMap(parseYaml(text), 'the file', ['tls_server_config', 'http_server_config', 'basic_auth_users']);
  const files = [file];
  const http = asMap(top.http_server_config, 'http_server_config', ['http2', 'headers']);
  const tls = top.tls_server_config === undefined ? undefined : await readTls(top.tls_server_config, dirname(file), files);
  const isHttp2Enabled = asBoolean(http.http2, 'http_server_config.http2', true);
  return { tls, users: readUsers(top.basic_auth_users), headers: readHeaders(http.headers), isHttp2Enabled, files };
}

/** The parser's own message quotes lines of the file, which may hold secrets. */
function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0, prettyErrors: false });
  } catch {
    throw new Error('not valid YAML');
  }
}

async function readTls(value: unknown, folder: string, files: string[]): Promise<WebTls> {
  const map = asMap(value, 'tls_server_config', TLS_KEYS);
  const load = async (name: 'cert' | 'key' | 'client_ca'): Promise<string | undefined> => {
    const inline = asText(map[name], `tls_server_config.${name}`);
    const path = asText(map[`${name}_file`], `tls_server_config.${name}_file`);
    if (inline !== '' && path !== '') throw new Error(`tls_server_config: at most one of ${name} and ${name}_file may be set`);
    if (path === '') return inline === '' ? undefined : inline;
    files.push(resolve(folder, path));
    return await readFile(resolve(folder, path), 'utf8');
  };
  const [cert, key, clientCa] = [await load('cert'), await load('key'), await load('client_ca')];
  if (cert === undefined || key === undefined) throw new Error('tls_server_config: both a certificate and a key are required');
  const clientCert = readClientCert(map.client_auth_type, clientCa !== undefined);
  const context: SecureContextOptions = { cert, key, ...(clientCa === undefined ? {} : { ca: clientCa }), ...readTlsTuning(map) };
  // A key that does not fit its certificate must be found now, not at the first connection.
  createSecureContext(context);
  return { context, clientCert, allowedSans: asTextList(map.client_allowed_sans, 'tls_server_config.client_allowed_sans') };
}

function readClientCert(value: unknown, hasCa: boolean): ClientCertPolicy {
  const name = asText(value, 'tls_server_config.client_auth_type') || (hasCa ? 'RequireAndVerifyClientCert' : 'NoClientCert');
  const policy = CLIENT_AUTH_TYPES.get(name);
  if (!policy) throw new Error('tls_server_config.client_auth_type: unknown type');
  if (policy.isVerified && !hasCa) throw new Error(`tls_server_config: client_auth_type ${name} requires client_ca_file`);
  if (hasCa && !policy.isRequested)
    throw new Error('tls_server_config: client_ca_file is set but client_auth_type is NoClientCert');
  return policy;
}

function readTlsTuning(map: YamlMap): SecureContextOptions {
  const ciphers = translate(CIPHER_SUITES, map.cipher_suites, 'cipher_suites');
  const curves = translate(CURVES, map.curve_preferences, 'curve_preferences');
  const version = (key: 'min_version' | 'max_version'): 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3' | undefined => {
    const name = asText(map[key], `tls_server_config.${key}`);
    if (name === '') return undefined;
    const found = TLS_VERSIONS.get(name);
    if (!found) throw new Error(`tls_server_config.${key}: must be one of ${[...TLS_VERSIONS.keys()].join(', ')}`);
    return found;
  };
  const maxVersion = version('max_version');
  return {
    minVersion: version('min_version') ?? 'TLSv1.2',
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers.length === 0 ? {} : { ciphers: ciphers.join(':') }),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(':') }),
    honorCipherOrder: asBoolean(map.prefer_server_cipher_suites, 'tls_server_config.prefer_server_cipher_suites', true),
  };
}

function translate(names: ReadonlyMap<string, string>, value: unknown, key: string): string[] {
  return asTextList(value, `tls_server_config.${key}`).map((name) => {
    const translated = names.get(name);
    if (translated === undefined) throw new Error(`tls_server_config.${key}: unknown name ${JSON.stringify(name.slice(0, 64))}`);
    return translated;
  });
}

function readUsers(value: unknown): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  const map = asMap(value, 'basic_auth_users');
  for (const [user, hash] of Object.entries(map)) {
    const isHash = typeof hash === 'string' && BCRYPT_HASH.test(hash);
    if (user === '' || user.includes(':')) throw new Error('basic_auth_users: a user name must not be empty or hold a colon');
    if (!isHash) throw new Error(`basic_auth_users: the password of ${JSON.stringify(user)} is not a bcrypt hash`);
    users.set(user, hash);
  }
  return users;
}

function readHeaders(value: unknown): ReadonlyMap<string, string> {
  const map = asMap(value, 'http_server_config.headers', RESPONSE_HEADERS);
  const headers = new Map<string, string>();
  for (const name of Object.keys(map)) {
    const text = asText(map[name], `http_server_config.headers.${name}`);
    if (/[^\t\u0020-\u007e]/.test(text)) throw new Error(`http_server_config.headers.${name}: holds control characters`);
    headers.set(name, text);
  }
  return headers;
}

function asMap(value: unknown, what: string, known?: readonly string[]): YamlMap {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new Error(`${what}: must be a mapping`);
  for (const key of Object.keys(value)) {
    if (known && !known.includes(key)) throw new Error(`${what}: unknown key ${JSON.stringify(key.slice(0, 64))}`);
  }
  return value as YamlMap;
}

function asText(value: unknown, what: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new Error(`${what}: must be text`);
  return value;
}

function asTextList(value: unknown, what: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new Error(`${what}: must be a list of text`);
  return value;
}

function asBoolean(value: unknown, what: string, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'boolean') throw new Error(`${what}: must be true or false`);
  return value;
}
