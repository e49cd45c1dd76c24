import { createHmac, randomBytes } from 'node:crypto';
import { TelamonError } from '@telamon/model';
import type { PasswordChecker } from './password-checker.ts';

/** Error id of wrong or missing credentials, as against a missing tenant. */
export const UNAUTHORIZED_ID = 'err-telamon-unauthorized';

/** bcrypt looks at 72 bytes only: a longer password would equal another that merely starts alike. */
const MAX_PASSWORD_BYTES = 72;
const MAX_HEADER_LENGTH = 1024;
const CACHE_ENTRIES = 1024;

interface Credentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Checks `Authorization: Basic` headers against bcrypt hashes. Every answer costs one comparison, for unknown users too, so that time
 * tells nothing about which users exist. Only successes are remembered, under a keyed digest of user, hash and password whose parts
 * are length-prefixed: no choice of user and password can stand for another.
 */
export class BasicAuth {
  readonly #users: ReadonlyMap<string, string>;
  readonly #checker: PasswordChecker;
  readonly #digestKey: Buffer = randomBytes(32);
  readonly #known = new Set<string>();

  constructor(users: ReadonlyMap<string, string>, checker: PasswordChecker) {
    this.#users = users;
    this.#checker = checker;
  }

  /**
   * Resolves with the user when the header is right.
   *
   * @throws TelamonError 401 `Unauthorized` when not; 503 when too many comparisons wait.
   */
  async authenticate(authorization: string | undefined): Promise<string> {
    const given = parseBasic(authorization);
    const hash = given === undefined ? undefined : this.#users.get(given.user);
    if (given === undefined) throw unauthorized();
    if (hash === undefined || isUnfit(given.password)) {
      await this.#compare(given.password.slice(0, MAX_PASSWORD_BYTES), this.#anyHash());
      throw unauthorized();
    }
    const digest = this.#digest(given, hash);
    if (this.#known.has(digest)) return given.user;
    if (!(await this.#compare(given.password, hash))) throw unauthorized();
    this.#remember(digest);
    return given.user;
  }

  async #compare(password: string, hash: string): Promise<boolean> {
    const answer = await this.#checker.compare(password, hash);
    if (answer === 'busy') throw new TelamonError('too many log-ins at once; try again', { status: 503 });
    return answer;
  }

  #anyHash(): string {
    for (const hash of this.#users.values()) return hash;
    throw new Error('authentication without users');
  }

  #digest(given: Credentials, hash: string): string {
    const hmac = createHmac('sha256', this.#digestKey);
    for (const part of [given.user, hash, given.password]) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
    return hmac.digest('base64');
  }

  #remember(digest: string): void {
    if (this.#known.size >= CACHE_ENTRIES)
      for (const oldest of this.#known) {
        this.#known.delete(oldest);
        break;
      }
    this.#known.add(digest);
  }
}

function isUnfit(password: string): boolean {
  return password === '' || Buffer.byteLength(password) > MAX_PASSWORD_BYTES || password.includes('\0');
}

function unauthorized(): TelamonError {
  return new TelamonError('Unauthorized', { status: 401, id: UNAUTHORIZED_ID });
}

function parseBasic(header: string | undefined): Credentials | undefined {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return undefined;
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
