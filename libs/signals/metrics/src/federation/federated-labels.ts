import { compareUtf8, splitTenantIds } from '@telamon/model';
import type { LabelsRequest } from '../metrics-source.ts';
import { narrowTenants, ORIGINAL_TENANT_LABEL, TENANT_LABEL } from './tenant-label.ts';

/** Asks one tenant. */
type AskOne = (request: LabelsRequest) => Promise<readonly string[]>;

/** Label names of one tenant or of several, sorted bytewise; several have the tenant's label, too. */
export async function federatedNames(request: LabelsRequest, ask: AskOne): Promise<readonly string[]> {
  if (splitTenantIds(request.tenant).length === 1) return await ask(request);
  const names = await united(request, ask);
  if (names.has(TENANT_LABEL)) names.add(ORIGINAL_TENANT_LABEL);
  return [...names.add(TENANT_LABEL)].sort(compareUtf8);
}

/** Values of a label of one tenant or of several, sorted bytewise. `ask` gets the name that the series themselves have. */
export async function federatedValues(
  name: string,
  request: LabelsRequest,
  ask: (name: string) => AskOne,
): Promise<readonly string[]> {
  if (splitTenantIds(request.tenant).length === 1) return await ask(name)(request);
  if (name === TENANT_LABEL) return labelsRequestsOf(request).map(({ tenant }) => tenant);
  const inner = name === ORIGINAL_TENANT_LABEL ? TENANT_LABEL : name;
  return [...(await united(request, ask(inner)))].sort(compareUtf8);
}

/** The request to each tenant that its matchers let through. */
export function labelsRequestsOf(request: LabelsRequest): LabelsRequest[] {
  const tenants = splitTenantIds(request.tenant);
  if (request.matcherSets.length === 0) return tenants.map((tenant) => ({ ...request, tenant }));
  const sets = request.matcherSets.map((matchers) => narrowTenants(tenants, matchers));
  return tenants
    .map((tenant) => {
      const matcherSets = sets.filter((set) => set.tenants.includes(tenant)).map(({ matchers }) => matchers);
      return { ...request, tenant, matcherSets };
    })
    .filter(({ matcherSets }) => matcherSets.length > 0);
}

async function united(request: LabelsRequest, ask: AskOne): Promise<Set<string>> {
  const lists = await Promise.all(labelsRequestsOf(request).map(ask));
  return new Set(lists.flat());
}
