import type { IncomingHttpHeaders } from 'node:http';
import { ANONYMOUS_TENANT, parseTenantIds, TelamonError } from '@telamon/model';

/** How tenants are told apart on a listener. */
export interface TenantPolicy {
  /** Off: the header is ignored and every request belongs to {@link ANONYMOUS_TENANT}. */
  readonly isMultitenant: boolean;
  /** Whether `a|b` names several tenants; off, `|` is just a character that ids may not hold. Default false. */
  readonly isFederated?: boolean;
  /** Most tenants of one request, 0 = any number. Default 0. */
  readonly maxTenants?: number;
}

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
  // Node hands a header over as one character per byte.
  const tenants = parseTenantIds(Buffer.from(value, 'latin1').toString('utf8'), { isFederated: policy.isFederated ?? false });
  const { maxTenants = 0 } = policy;
  if (maxTenants > 0 && tenants.length > maxTenants)
    throw new TelamonError(`too many tenants, max: ${maxTenants}, actual: ${tenants.length}`, { status: 400 });
  if (mode === 'one' && tenants.length > 1) throw new TelamonError('multiple org IDs present', { status: 400 });
  return tenants;
}
