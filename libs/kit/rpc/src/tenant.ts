import type { IncomingHttpHeaders } from 'node:http';
import { TelamonError } from '@telamon/model';

/** The tenant of everything when multi-tenancy is off. */
export const ANONYMOUS_TENANT = 'anonymous';

/** How tenants are told apart on a listener. */
export interface TenantPolicy {
  /** Off: the header is ignored and every request belongs to {@link ANONYMOUS_TENANT}. */
  readonly isMultitenant: boolean;
  /** Whether `a|b` names several tenants; off, `|` is just a character that ids may not hold. Default false. */
  readonly isFederated?: boolean;
}

const MAX_ID_LENGTH = 150;
const RESERVED: ReadonlySet<string> = new Set(['__markers__', 'user-index.json.gz']);

/**
 * The tenants that a request is for, from `X-Scope-OrgID`: sorted, without duplicates, at least one. `mode` `one` refuses several.
 *
 * @throws TelamonError 401 `no org id` when the header is missing or empty; 400 in the words of Mimir's family when it is malformed.
 */
export function resolveTenants(headers: IncomingHttpHeaders, policy: TenantPolicy, mode: 'one' | 'many'): readonly string[] {
  if (!policy.isMultitenant) return [ANONYMOUS_TENANT];
  const header = headers['x-scope-orgid'];
  const value = Array.isArray(header) ? header.join(',') : (header ?? '');
  if (value === '') throw new TelamonError('no org id', { status: 401 });
  const ids = policy.isFederated ? value.split('|') : [value];
  for (const id of ids) checkTenantId(id);
  const tenants = [...new Set(ids)].sort();
  if (mode === 'one' && tenants.length > 1) throw new TelamonError('multiple org IDs present', { status: 400 });
  return tenants;
}

/** The id as node hands it over: one character per byte of the header. */
function checkTenantId(id: string): void {
  if (id === '') throw invalid('tenant ID is empty');
  const bad = /[^A-Za-z0-9!\-_.*'()]/.exec(id)?.[0];
  if (bad !== undefined) {
    const shown = Buffer.from(id.slice(0, MAX_ID_LENGTH), 'latin1').toString('utf8');
    throw invalid(`tenant ID '${shown}' contains unsupported character '${bad}'`);
  }
  if (id.length > MAX_ID_LENGTH) throw invalid(`tenant ID is too long: max ${MAX_ID_LENGTH} characters`);
  if (id === '.' || id === '..') throw invalid("tenant ID is '.' or '..'");
  if (RESERVED.has(id)) throw invalid(`tenant ID '${id}' is not allowed`);
}

function invalid(message: string): TelamonError {
  return new TelamonError(message, { status: 400 });
}
