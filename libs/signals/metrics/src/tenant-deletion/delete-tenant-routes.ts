import type { SignalRoute } from '@telamon/contract';
import type { Bucket } from '@telamon/objstore';
import type { Logger } from '@telamon/telemetry';
import { listTenant } from '../store/list-tenant.ts';
import { readTenantDeletionMark, writeTenantDeletionMark } from './tenant-deletion-mark-file.ts';

/** What the routes work with. */
export interface DeleteTenantDeps {
  readonly bucket: Bucket;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/**
 * Mimir's `POST /compactor/delete_tenant` and `GET /compactor/delete_tenant_status`, also under Cortex' `/purger`. They give up all data
 * of a tenant, so they are for the admin listener alone. Asking twice is asking once.
 */
export function deleteTenantRoutes(deps: DeleteTenantDeps): SignalRoute[] {
  const ask: SignalRoute['handler'] = async (context) => {
    const { tenant, signal } = context;
    await markTenant(deps, tenant, signal);
    await context.empty(200);
  };
  const tell: SignalRoute['handler'] = async (context) => {
    const { tenant, signal } = context;
    const { ulids } = await listTenant(deps.bucket, tenant, signal);
    await context.json(200, JSON.stringify({ tenant_id: tenant, blocks_deleted: ulids.length === 0 }));
  };
  return ['/compactor', '/purger'].flatMap((prefix): SignalRoute[] => [
    { methods: ['POST'], pattern: `${prefix}/delete_tenant`, tenancy: 'one', handler: ask },
    { methods: ['GET'], pattern: `${prefix}/delete_tenant_status`, tenancy: 'one', handler: tell },
  ]);
}

async function markTenant({ bucket, nowMs, logger }: DeleteTenantDeps, tenant: string, signal: AbortSignal): Promise<void> {
  if ((await readTenantDeletionMark(bucket, tenant, signal)) !== undefined) return;
  await writeTenantDeletionMark(bucket, tenant, { deletionTimeS: Math.floor(nowMs() / 1000), finishedTimeS: 0 }, signal);
  logger.info('a tenant is to be deleted', { tenant });
}
