import { TelamonError } from './telamon-error.ts';

/** Most bytes of a tenant id. */
export const MAX_TENANT_ID_BYTES = 150;
/** The tenant of everything when multi-tenancy is off. */
export const ANONYMOUS_TENANT = 'anonymous';

/** Names that stand in a tenant's place in the bucket. */
const RESERVED: ReadonlySet<string> = new Set(['__markers__', 'user-index.json.gz']);
/** Names that this program may use itself one day. */
const RESERVED_PREFIX = '__telamon_';
const ALLOWED = /^[A-Za-z0-9!\-_.*'()]*$/;

/**
 * Checks one tenant id: letters, digits and `!-_.*'()`, 1 to 150 bytes, not `.` or `..`, no reserved name. Throws a
 * {@link TelamonError} of status 400 (401 when empty) with the texts of Mimir's family. `id` is text decoded as UTF-8.
 */
export function validateTenantId(id: string): void {
  if (id === '') throw new TelamonError('no org id', { status: 401 });
  if (!ALLOWED.test(id)) refuse(`tenant ID '${id}' contains unsupported character '${firstUnsupported(id)}'`);
  if (id.length > MAX_TENANT_ID_BYTES) refuse(`tenant ID is too long: max ${MAX_TENANT_ID_BYTES} characters`);
  if (id === '.' || id === '..') refuse("tenant ID is '.' or '..'");
  if (RESERVED.has(id) || id.startsWith(RESERVED_PREFIX)) refuse(`tenant ID '${id}' is not allowed`);
}

/**
 * Reads a header that may name several tenants, `a|b`: each is checked as {@link validateTenantId} does; the result is
 * sorted and without duplicates, never empty. Without federation a `|` is an unsupported character.
 */
export function parseTenantIds(header: string, options: { readonly isFederated: boolean }): string[] {
  if (!options.isFederated || !header.includes('|')) {
    validateTenantId(header);
    return [header];
  }
  // Peers overlook empty ones.
  const ids = header.split('|').filter((id) => id !== '');
  if (ids.length === 0) validateTenantId('');
  for (const id of ids) validateTenantId(id);
  return [...new Set(ids)].sort();
}

/** Several tenants in the place of one, `a|b`: how they travel inside. */
export function joinTenantIds(ids: readonly string[]): string {
  return ids.join('|');
}

/** The tenants that {@link joinTenantIds} joined. */
export function splitTenantIds(joined: string): readonly string[] {
  return joined.split('|');
}

function refuse(message: string): never {
  throw new TelamonError(message.length > 600 ? `${message.slice(0, 600)}...` : message, { status: 400 });
}

/** Peers look at bytes and print the offending one as a character. */
function firstUnsupported(id: string): string {
  for (const byte of new TextEncoder().encode(id)) {
    const char = String.fromCharCode(byte);
    if (!ALLOWED.test(char)) return char;
  }
  return '';
}
