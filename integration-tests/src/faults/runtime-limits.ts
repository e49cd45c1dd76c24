import { writeFileSync } from 'node:fs';
import { exchange } from '../harness/http-exchange.ts';
import { waitUntil } from '../harness/wait-until.ts';
import type { FaultRig } from './fault-row.ts';

/** Limits of tenants by their name in the runtime file. */
export type TenantLimits = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

/** Puts limits of tenants in force, instead of those before, and waits until every member has them. */
export async function limitTenants(rig: FaultRig, limits: TenantLimits): Promise<void> {
  // Every JSON text is YAML.
  writeFileSync(rig.runtimeFile, JSON.stringify({ overrides: limits }));
  for (const tenant of Object.keys(limits)) await untilKnown(rig, tenant);
}

async function untilKnown({ cluster }: FaultRig, tenant: string): Promise<void> {
  for (const member of cluster.members.values()) {
    if (!member.isRunning()) continue;
    await waitUntil(`${member.name} to know the limits of ${tenant}`, async () => {
      const { text } = await exchange({ base: member.url('metrics'), path: '/runtime_config' });
      return text.includes(tenant);
    });
  }
}

/** Value of a metric of a member's page whose line begins with `start`; undefined when there is none. The sum of all such lines. */
export async function metricOf(base: string, start: string): Promise<number | undefined> {
  const { text } = await exchange({ base, path: '/metrics' });
  const lines = text.split('\n').filter((line) => line.startsWith(start));
  if (lines.length === 0) return undefined;
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
