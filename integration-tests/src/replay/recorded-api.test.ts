import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { PendingList } from '../harness/pending-list.ts';
import { API_PROFILES } from '../harness/profiles.ts';
import { recorded, suiteName } from '../harness/repository.ts';
import { type Target, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { pushFederate } from './push-federate.ts';
import { type ApiCase, differenceOf, pushDataset, pushMetadata, replayApiCase } from './recorded-api.ts';
import { byGroup, expectSettled, readJsonLines, runCases } from './recorded-lines.ts';

const folder = recorded('conformance/prometheus/api');

describe.skipIf(folder === undefined)(suiteName('query API as Prometheus answered it', folder), () => {
  const cases = folder === undefined ? [] : readJsonLines<ApiCase>(join(folder, 'cases.jsonl'));
  const groups = byGroup(cases);
  const pending = new PendingList('prometheus-api');
  const servers = new Map<string, TelamonProcess>();
  const federateBaseMs = Date.now() - 20_000;

  const targetOf = (profile: string): Target => telamonTarget(servers.get(profile)!.metrics);

  beforeAll(async () => {
    const dataset = join(folder!, 'dataset');
    for (const [profile, options] of Object.entries(API_PROFILES)) {
      const server = await TelamonProcess.start({ name: `api-${profile}`, ...options });
      servers.set(profile, server);
      const target = telamonTarget(server.metrics);
      if (profile === 'metadata') await pushMetadata(target, dataset);
      else if (profile === 'federate') await pushFederate(target, join(dataset, 'federate.json'), federateBaseMs);
      else await pushDataset(target, dataset, profile === 'experimental' ? 'v2' : 'v1');
    }
  });

  afterAll(async () => {
    for (const server of servers.values()) await server.dispose();
  });

  for (const [group, members] of groups) {
    it(group, async () => {
      const run = async (item: ApiCase): Promise<string | undefined> =>
        differenceOf(item, await replayApiCase(targetOf(item.profile), item), federateBaseMs);
      expectSettled(`prometheus-api ${group}`, pending, await runCases(members, run));
    });
  }
});
