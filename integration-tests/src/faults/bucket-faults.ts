import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { S3Request } from '../cluster/s3-fault-proxy.ts';
import { S3_CREDENTIALS, S3_NEXT_CREDENTIALS } from '../harness/real-servers.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type FaultRig, type FaultRow, READS_MAY_STUMBLE, UNNOTICED } from './fault-row.ts';
import { limitTenants } from './runtime-limits.ts';
import { checkStoreTenant, copyStoreTenant, makeStoreTenant, type StoreTenant, ulidsOf, untilRight } from './store-tenant.ts';
import { flushAll, restart } from './zero-loss.ts';

/** A flush that may fail while the bucket does. */
async function tryFlush({ cluster, tenants, say }: FaultRig): Promise<void> {
  await flushAll(cluster, tenants).then(
    () => say('a flush meanwhile succeeded'),
    () => say('a flush meanwhile failed'),
  );
}

/** Store-gateways forget everything that they keep in memory or on disk about blocks, one after the other. */
async function forgetBlocks({ cluster }: FaultRig): Promise<void> {
  for (const gateway of cluster.ofRole('store-gateway')) {
    await gateway.kill();
    rmSync(join(gateway.dataDir, 'index-header'), { recursive: true, force: true });
    await restart([gateway]);
  }
}

/** Asks about a tenant again and again for some time; no answer may be wrong. Says how many failed. */
async function askMeanwhile(rig: FaultRig, tenant: StoreTenant, tableMs: number): Promise<void> {
  const untilMs = performance.now() + rig.scaled(tableMs);
  const errors: string[] = [];
  let rounds = 0;
  do {
    errors.push(...(await checkStoreTenant(tenant, { mayFail: true })));
    rounds++;
  } while (performance.now() < untilMs);
  const first = errors[0] === undefined ? '' : ` (${errors[0].slice(0, 100)})`;
  rig.say(`of ${rounds * tenant.right.length} queries of blocks alone ${errors.length} failed${first}, none was wrong`);
}

/** Lets the compactors believe that the hours are over after which a partial block is marked, and then deleted. */
async function untilCleaned(rig: FaultRig, tenant: string, partial: string): Promise<void> {
  await limitTenants(rig, { [tenant]: { compactor_partial_block_deletion_delay: '4h' } });
  const hasAny = async (end: string): Promise<boolean> => (await rig.bucket.keys(partial)).some((key) => key.endsWith(end));
  const laterBy = (hours: number): void => {
    for (const compactor of rig.cluster.ofRole('compactor')) compactor.skewClock(hours * 3_600_000);
  };
  laterBy(5);
  await waitUntil('the partial block to be marked', async () => await hasAny('deletion-mark.json'), { timeoutMs: 60_000 });
  laterBy(5 + 13);
  await waitUntil('the partial block to be deleted', async () => !(await hasAny('')), { timeoutMs: 60_000 });
  rig.cluster.heal();
  for (const compactor of rig.cluster.ofRole('compactor')) await compactor.ready();
}

/** A read that is not answered is sent again within this time, ms; ample. */
const SECOND_SENDING_MS = 2000;
const isBlockOf =
  (tenant: string, method = 'GET') =>
  (request: S3Request): boolean =>
    request.method === method && new RegExp(`^${tenant}/[0-9A-Z]{26}/(index|chunks/)`).test(request.key);

/** The first request that matches, and the next one after a while: never the second sending of one that was struck. */
function nowAndThen(matches: (request: S3Request) => boolean): (request: S3Request) => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (request) => {
    if (!matches(request) || performance.now() - lastMs < SECOND_SENDING_MS) return false;
    lastMs = performance.now();
    return true;
  };
}

/** Faults of the bucket. */
export const BUCKET_FAULTS: readonly FaultRow[] = [
  {
    id: 'F23',
    title: 'the bucket is down for 30 minutes',
    isQuick: true,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const old = await makeStoreTenant(rig, 'f23-old');
      rig.cluster.proxies.get('s3')!.fail({ isRefused: true });
      const flushed = tryFlush(rig);
      await askMeanwhile(rig, old, 28 * 60_000);
      await rig.wait(2 * 60_000);
      rig.cluster.heal();
      await flushed;
      await untilRight(old);
      await flushAll(rig.cluster, rig.tenants);
    },
  },
  {
    id: 'F24',
    title: 'the bucket answers 30 of 100 requests with 503 SlowDown',
    isQuick: true,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const old = await makeStoreTenant(rig, 'f24-old');
      rig.cluster.s3.add({ matches: () => true, chance: 0.3, refusal: { status: 503, code: 'SlowDown' } });
      for (let i = 0; i < 3; i++) await tryFlush(rig);
      await askMeanwhile(rig, old, 120_000);
      rig.say(`${rig.cluster.s3.struck} requests refused`);
      rig.cluster.heal();
      await flushAll(rig.cluster, rig.tenants);
      await untilRight(old);
    },
  },
  {
    id: 'F25',
    title: 'the bucket acknowledges uploads that it cut short, or with another ETag',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const { cluster, bucket, tenants } = rig;
      for (const file of ['index', 'chunks/']) {
        cluster.s3.add({
          matches: ({ method, key }) => method === 'PUT' && key.includes(`/${file}`),
          times: 2,
          instead: async ({ key }, body) => ({ etag: await bucket.put(key, body.subarray(0, body.length >> 1)) }),
        });
      }
      await tryFlush(rig);
      rig.say(`${cluster.s3.struck} uploads harmed`);
      cluster.heal();
      await flushAll(cluster, tenants);
      for (const tenant of tenants) await requireWhole(rig, tenant);
    },
  },
  {
    id: 'F26',
    title: 'reads from the bucket are cut short or have a wrong byte',
    isQuick: true,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const old = await makeStoreTenant(rig, 'f26-old');
      await forgetBlocks(rig);
      const matches = isBlockOf(old.name);
      rig.cluster.s3.add({ matches, chance: 0.3, isFlipped: true });
      rig.cluster.s3.add({ matches, chance: 0.3, cutAfterBytes: 100 });
      await askMeanwhile(rig, old, 120_000);
      rig.say(`${rig.cluster.s3.struck} answers of the bucket harmed`);
      if (rig.cluster.s3.struck === 0) throw new Error('no read was harmed');
      rig.cluster.heal();
      await untilRight(old, 60_000);
    },
  },
  {
    id: 'F27',
    title: 'listings of the bucket are 60 s behind',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const seenMs = new Map<string, number>();
      const hides = (key: string): boolean => performance.now() - (seenMs.get(key) ?? -Infinity) < rig.scaled(60_000);
      rig.cluster.s3.add({
        matches: ({ method }) => method === 'PUT',
        before: async ({ key }) => {
          seenMs.set(key, performance.now());
          return 'pass';
        },
      });
      rig.cluster.s3.add({ matches: ({ method, query }) => method === 'GET' && query.includes('list-type=2'), hides });
      for (let i = 0; i < 3; i++) {
        await flushAll(rig.cluster, rig.tenants);
        await rig.wait(60_000);
      }
      rig.cluster.heal();
    },
  },
  {
    id: 'F28',
    title: 'the access key to the bucket is replaced, and the old one refused before members have the new one',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const { s3, key } = rig.cluster;
      const old = await makeStoreTenant(rig, 'f28-old');
      await forgetBlocks(rig);
      const next = key.current === S3_CREDENTIALS ? S3_NEXT_CREDENTIALS : S3_CREDENTIALS;
      const signers = new Map<string, number>();
      s3.add({
        matches: ({ accessKey }) => {
          signers.set(accessKey, (signers.get(accessKey) ?? 0) + 1);
          return accessKey !== next.accessKey;
        },
        refusal: { status: 403, code: 'InvalidAccessKeyId' },
      });
      const flushed = tryFlush(rig);
      await askMeanwhile(rig, old, 60_000);
      await flushed;
      rig.say(`${s3.struck} requests with the old key refused`);
      if (s3.struck === 0) throw new Error('nothing was refused');
      key.change(next);
      await untilRight(old);
      await flushAll(rig.cluster, rig.tenants);
      rig.say(`${signers.get(next.accessKey) ?? 0} requests with the new key`);
      for (const member of rig.cluster.members.values()) if (!member.isRunning()) throw new Error(`${member.name} ended`);
      const late = s3.struck;
      await rig.wait(60_000);
      // Each process has taken the new key by its next request.
      await flushAll(rig.cluster, rig.tenants);
      rig.say(`${s3.struck - late} with the old key after it was replaced everywhere`);
      rig.cluster.heal();
    },
  },
  {
    id: 'F29',
    title: 'the bucket answers some reads 5 s late',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const old = await makeStoreTenant(rig, 'f29-old');
      await forgetBlocks(rig);
      await untilRight(old);
      await forgetBlocks(rig);
      rig.cluster.s3.add({ matches: nowAndThen(isBlockOf(old.name)), delayMs: 5000 });
      const startMs = performance.now();
      await untilRight(old);
      const tookMs = performance.now() - startMs;
      const { struck } = rig.cluster.s3;
      rig.say(`${struck} reads late, all answers in ${Math.round(tookMs)} ms`);
      rig.cluster.heal();
      if (struck > 0 && tookMs > 5000) throw new Error(`the late reads were waited for: ${Math.round(tookMs)} ms`);
    },
  },
  {
    id: 'F30',
    title: 'a block is deleted from the bucket by hand',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const { cluster, bucket } = rig;
      const old = await makeStoreTenant(rig, 'f30-old', { isKeptApart: true });
      for (const compactor of cluster.ofRole('compactor')) compactor.setPaused(true);
      const [block] = await bucket.liveBlocks(old.name);
      for (const key of await bucket.keys(`${old.name}/${block!.ulid}/`)) await bucket.remove(key);
      // SeaweedFS has folders, and lists them while they are empty.
      for (const folder of ['chunks/', '']) await bucket.remove(`${old.name}/${block!.ulid}/${folder}`);
      await forgetBlocks(rig);
      const errors = await checkStoreTenant(old, { mayFail: true });
      rig.say(`without a block of the index ${errors.length} of ${old.right.length} queries failed: ${errors[0] ?? ''}`);
      if (errors.length === 0) throw new Error('queries that need the block did not fail');
      for (const compactor of cluster.ofRole('compactor')) compactor.setPaused(false);
      // The other replicas' blocks hold the same samples, once the index is without the block.
      await untilRight(old, 60_000);
    },
  },
  {
    id: 'F31',
    title: 'a block without meta.json is in the bucket',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const old = await makeStoreTenant(rig, 'f31-old');
      const partial = `${old.name}/01ARZ3NDEKTSV4RRFFQ69G5FAV`;
      for (const [path, bytes] of old.files)
        if (path.startsWith(ulidsOf(old.files)[0]!) && !path.endsWith('meta.json'))
          await rig.bucket.put(`${partial}${path.slice(26)}`, bytes);
      await forgetBlocks(rig);
      await rig.wait(60_000);
      await checkStoreTenant(old, { mayFail: false });
      await untilCleaned(rig, old.name, partial);
      await checkStoreTenant(old, { mayFail: false });
    },
  },
  {
    id: 'F32',
    title: 'the index of one block is corrupt',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const { bucket } = rig;
      const whole = await makeStoreTenant(rig, 'f32-whole');
      const [ulid] = ulidsOf(whole.files);
      const index = whole.files.get(`${ulid}/index`)!;
      const harmed = Buffer.from(index);
      for (let at = harmed.length >> 2; at < harmed.length; at += 7) harmed[at]! ^= 0x55;
      const files = new Map(whole.files).set(`${ulid}/index`, harmed);
      const old = await copyStoreTenant(rig, { ...whole, files }, 'f32-old');
      const marksOf = async (): Promise<string[]> => (await bucket.keys('f32-old/')).filter((key) => key.includes('no-compact'));
      await waitUntil('the block to be marked', async () => (await marksOf()).length > 0, { timeoutMs: 60_000 });
      // Queries may fail, or the other replicas' blocks may answer; what is short is wrong.
      await askMeanwhile(rig, old, 60_000);
      await checkStoreTenant(whole, { mayFail: false });
      await bucket.put(`f32-old/${ulid}/index`, index);
      for (const mark of await marksOf()) await bucket.remove(mark);
      await forgetBlocks(rig);
      await untilRight(old, 60_000);
    },
  },
];

/** Every file of every live block is as long as its meta.json says. */
async function requireWhole({ bucket }: FaultRig, tenant: string): Promise<void> {
  for (const { ulid } of await bucket.liveBlocks(tenant)) {
    const meta = JSON.parse((await bucket.get(`${tenant}/${ulid}/meta.json`)).toString()) as BlockFiles;
    for (const { rel_path: path, size_bytes: size } of meta.thanos?.files ?? []) {
      if (size === undefined) continue;
      const { length } = await bucket.get(`${tenant}/${ulid}/${path}`);
      if (length !== size) throw new Error(`${tenant}/${ulid}/${path} has ${length} bytes, not ${size}`);
    }
  }
}

interface BlockFiles {
  readonly thanos?: { readonly files?: readonly { readonly rel_path: string; readonly size_bytes?: number }[] };
}
