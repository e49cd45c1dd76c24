import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ByteWriter, snappyUncompress } from '@telamon/bytes';
import { MemoryLogFiles } from '@telamon/wal';
import { WriteRequestCursor, WriteRequestV2Cursor } from '@telamon/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppendHooks, type AppendResult, DEFAULT_APPEND_LIMITS } from './append-contract.ts';
import { dumpHead } from './dump-head.ts';
import { labelsOf } from './fake-cursor.ts';
import { TenantHead } from './tenant-head.ts';

const T0 = 1_793_491_200_000;
const captured = fileURLToPath(new URL('../../../../../../shared/conformance/prometheus/rw/', import.meta.url));

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'head-'));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

let admitted = 0;
const hooks: AppendHooks = {
  admitSeries: (cursor) => {
    admitted++;
    return labelsOf(cursor.decodeLabelPairs());
  },
  admitExemplar: (exemplar) => labelsOf(exemplar.labels),
};

function openHead(files: MemoryLogFiles): Promise<TenantHead> {
  return TenantHead.open({
    tenant: 't',
    log: { directory: '/log', files },
    chunkDirectory: join(root, 'chunks'),
    now: () => T0 + 40 * 86_400_000,
  });
}

function labelField(name: string, value: string): Uint8Array {
  const pair = new ByteWriter(64).u8(0x0a).uvarintString(name).u8(0x12).uvarintString(value).finish();
  return new ByteWriter(64).u8(0x0a).uvarintBytes(pair).finish();
}

const sampleField = (timeMs: number, value: number): Uint8Array => {
  const sample = new ByteWriter(32).u8(0x09).f64le(value).u8(0x10).uvarint(timeMs).finish();
  return new ByteWriter(32).u8(0x12).uvarintBytes(sample).finish();
};

/** A request of version 1 whose series are given as lists of fields. */
function requestBody(...series: Uint8Array[][]): Uint8Array {
  const body = new ByteWriter(256);
  for (const fields of series) body.u8(0x0a).uvarintBytes(Buffer.concat(fields));
  return body.finish();
}

function push(head: TenantHead, body: Uint8Array, isBodyGiven = true): Promise<AppendResult> {
  return head.push({
    cursor: new WriteRequestCursor(body),
    body: isBodyGiven ? body : undefined,
    hooks,
    limits: DEFAULT_APPEND_LIMITS,
  });
}

describe('a head fed by remote write', () => {
  it('asks for the labels of a series once per spelling', async () => {
    const head = await openHead(new MemoryLogFiles());
    const name = labelField('__name__', 'm');
    const a = labelField('a', '1');
    const b = labelField('b', 'x'.repeat(200));
    const spellings: ((timeMs: number) => Uint8Array[])[] = [
      (timeMs) => [name, a, b, sampleField(timeMs, 1)],
      (timeMs) => [b, a, name, sampleField(timeMs, 2)],
      (timeMs) => [name, a, sampleField(timeMs, 3), b],
      (timeMs) => [name, a, labelField('c', ''), b, sampleField(timeMs, 4)],
      (timeMs) => [name, a, sampleField(timeMs, 5)],
    ];
    let timeMs = T0;
    for (let round = 0; round < 3; round++) {
      for (let s = 0; s < spellings.length; s++) {
        admitted = 0;
        const result = await push(head, requestBody(spellings[s]!(++timeMs)));
        // The third spells as the first does, only with a sample between the labels.
        expect([result.written.samples, admitted]).toEqual([1, round === 0 && s !== 2 ? 1 : 0]);
        admitted = 0;
        await push(head, requestBody(spellings[s]!(++timeMs)), false);
        expect(admitted).toBe(round === 0 && (s === 0 || s === 4) ? 1 : 0);
      }
    }
    expect([...(await dumpHead(head))].map(([series, samples]) => [series.length, samples.length])).toEqual([
      [227, 24],
      [21, 6],
    ]);
    await head.close();
  });

  it('finds series in whatever order they come, and admits them anew when the rules changed', async () => {
    const head = await openHead(new MemoryLogFiles());
    const send = (ids: readonly number[], timeMs: number): Promise<AppendResult> =>
      push(
        head,
        requestBody(...ids.map((id) => [labelField('__name__', 'm'), labelField('id', `${id}`), sampleField(timeMs, id)])),
      );
    const ids = Array.from({ length: 200 }, (_, i) => i);
    const orders = [ids, ids, ids.toReversed(), ids.filter((id) => id % 3 !== 0), ids, [5, 5, 7, 6, 7, 199, 0], ids];
    for (const [round, order] of orders.entries()) {
      admitted = 0;
      await send(order, T0 + round);
      expect(admitted).toBe(round === 0 ? 200 : 0);
    }
    head.state.forgetSpellings();
    admitted = 0;
    await send(ids, T0 + 100);
    expect(admitted).toBe(200);
    for (const [series, samples] of await dumpHead(head)) {
      const id = Number(/id="(\d+)"/.exec(series)![1]);
      const rounds = orders.flatMap((order, round) => (order.includes(id) ? [[T0 + round, `${id}`]] : []));
      expect(samples).toEqual([...rounds, [T0 + 100, `${id}`]]);
    }
    await head.close();
  });

  it('misses no label behind the samples of a series where one without it came the last time', async () => {
    const head = await openHead(new MemoryLogFiles());
    const [name, first, a, late] = [
      labelField('__name__', 'm'),
      labelField('a', '0'),
      labelField('a', '1'),
      labelField('b', '1'),
    ];
    const request = (timeMs: number, ...behind: Uint8Array[]): Uint8Array =>
      requestBody([name, first, sampleField(timeMs, 1)], [name, a, sampleField(timeMs, 2), ...behind]);
    for (const round of [0, 1]) await push(head, request(T0 + round));
    for (const round of [2, 3]) await push(head, request(T0 + round, late));
    await push(head, request(T0 + 4));
    const times = [...(await dumpHead(head))].map(([series, samples]) => [
      series,
      samples.map(([timeMs]) => Number(timeMs) - T0),
    ]);
    expect(Object.fromEntries(times)).toEqual({
      '{__name__="m", a="0"}': [0, 1, 2, 3, 4],
      '{__name__="m", a="1"}': [0, 1, 4],
      '{__name__="m", a="1", b="1"}': [2, 3],
    });
    await head.close();
  });

  it.skipIf(!existsSync(captured))('stores captured traffic of a real Prometheus alike before and after a restart', async () => {
    const lines = readFileSync(join(captured, 'requests.jsonl'), 'utf8').trim().split('\n');
    let stored = 0;
    for (const line of lines) {
      const { id, protocol } = JSON.parse(line) as { id: string; protocol: string };
      const body = snappyUncompress(readFileSync(join(captured, `${id}.bin`)), 1 << 26);
      const files = new MemoryLogFiles();
      let head = await openHead(files);
      const input =
        protocol === 'v1'
          ? { cursor: new WriteRequestCursor(body), body, metadata: new WriteRequestCursor(body).metadata() }
          : { cursor: new WriteRequestV2Cursor(body) };
      const result = await head.push({ ...input, hooks, limits: DEFAULT_APPEND_LIMITS });
      expect([id, result.failed.samples, result.failed.histograms]).toEqual([id, 0, 0]);
      stored += result.written.samples + result.written.histograms;
      const dump = await dumpHead(head);
      const metadata = [...head.state.metadata.entries()];
      const exemplars = [...head.state.exemplars.all()].map((item) => ({ ...item, labels: [...item.labels] }));
      await head.close();
      head = await openHead(files.afterPowerLoss());
      expect(await dumpHead(head)).toEqual(dump);
      expect([...head.state.metadata.entries()]).toEqual(metadata);
      expect([...head.state.exemplars.all()].map((item) => ({ ...item, labels: [...item.labels] }))).toEqual(exemplars);
      await head.close();
    }
    expect(stored).toBeGreaterThan(100);
  });
});
