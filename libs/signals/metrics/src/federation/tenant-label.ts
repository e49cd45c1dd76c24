import { compileMatcher, type Labels, type MatcherSpec, METRIC_NAME } from '@telamon/model';

/** Says whose a series is, in answers about several tenants; Mimir's and Cortex' name. */
export const TENANT_LABEL = '__tenant_id__';
/** Has what a series itself holds under {@link TENANT_LABEL}. */
export const ORIGINAL_TENANT_LABEL: string = `original_${TENANT_LABEL}`;

const EVERYTHING: MatcherSpec = { operator: '!=', name: METRIC_NAME, value: '' };

/** A selection with several tenants, as each of them is asked. */
export interface TenantSelection {
  /** Those that the matchers let through. */
  readonly tenants: readonly string[];
  /** Without those of the tenant's label, and never empty. */
  readonly matchers: readonly MatcherSpec[];
}

/** What matchers say of tenants, and what is left for the series of each. */
export function narrowTenants(tenants: readonly string[], matchers: readonly MatcherSpec[]): TenantSelection {
  const ofTenants = matchers.filter(({ name }) => name === TENANT_LABEL).map((spec) => compileMatcher(spec));
  const ofSeries = matchers
    .filter(({ name }) => name !== TENANT_LABEL)
    .map((spec) => (spec.name === ORIGINAL_TENANT_LABEL ? { ...spec, name: TENANT_LABEL } : spec));
  return {
    tenants: tenants.filter((tenant) => ofTenants.every((matcher) => matcher.matches(tenant))),
    matchers: ofSeries.length === 0 ? [EVERYTHING] : ofSeries,
  };
}

/** Labels of a tenant's series in an answer about several tenants. */
export function withTenant(labels: Labels, tenant: string): Labels {
  const original = labels.get(TENANT_LABEL);
  return (original === '' ? labels : labels.with(ORIGINAL_TENANT_LABEL, original)).with(TENANT_LABEL, tenant);
}
