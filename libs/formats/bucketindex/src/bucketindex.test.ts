import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlockMetaShape, bucketBlockOf, encodeBucketIndex, isBucketIndexTooOld, parseBucketIndex } from './bucket-index.ts';
import { blockFilePath, blockMarkPath, globalMarkPath, parseGlobalMarkName } from './bucket-paths.ts';
import { BucketIndexError } from './json-fields.ts';
import {
  encodeDeletionMark,
  encodeNoCompactMark,
  encodeTenantDeletionMark,
  parseDeletionMark,
  parseNoCompactMark,
  parseTenantDeletionMark,
} from './marks.ts';

const bucket = path.resolve(import.meta.dirname, '../../../../../shared/conformance/prometheus/blocks/cortex/bucket');
const isPresent = existsSync(bucket);
const ULID = '01AN4Z07BY79KA1307SR9X4MV3';
const OTHER = '01AN4Z07BY79KA1307SR9X4MV4';

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

const meta: BlockMetaShape = {
  ulid: ULID,
  minTime: 1000,
  maxTime: 2000,
  compaction: { level: 2 },
  thanos: { labels: { __compactor_shard_id__: '1_of_4' }, source: 'compactor', segment_files: ['000001', '000002'] },
};

describe('bucket index', () => {
  it('gives back what was written', () => {
    const block = bucketBlockOf(meta, 77);
    expect(block).toMatchObject({ segmentsFormat: '1b6d', segmentsCount: 2, compactorShardId: '1_of_4', compactionLevel: 2 });
    const index = { blocks: [block], deletions: [{ ulid: OTHER, deletionTimeS: 5 }], updatedAtS: 99 };
    expect(parseBucketIndex(encodeBucketIndex(index))).toEqual({ version: 2, index, rejected: [], rejectedCount: 0 });
    const text = JSON.parse(new TextDecoder().decode(encodeBucketIndex(index)));
    expect(text).toEqual({
      version: 2,
      blocks: [
        {
          block_id: ULID,
          min_time: 1000,
          max_time: 2000,
          segments_format: '1b6d',
          segments_num: 2,
          uploaded_at: 77,
          compactor_shard_id: '1_of_4',
          source: 'compactor',
          compaction_level: 2,
          out_of_order: false,
          labels: { __compactor_shard_id__: '1_of_4' },
        },
      ],
      block_deletion_marks: [{ block_id: OTHER, deletion_time: 5 }],
      updated_at: 99,
    });
  });

  it('keeps a label of any name', () => {
    const bytes = new TextEncoder().encode(`{"version":2,"blocks":[{"block_id":"${ULID}","labels":{"__proto__":"x"}}]}`);
    const [block] = parseBucketIndex(bytes).index.blocks;
    expect(Object.entries(block!.labels)).toEqual([['__proto__', 'x']]);
    expect(new TextDecoder().decode(encodeBucketIndex(parseBucketIndex(bytes).index))).toContain('{"__proto__":"x"}');
  });

  it('tells out-of-order blocks and segments of other names', () => {
    expect(bucketBlockOf({ ...meta, compaction: { level: 1, hints: ['from-out-of-order'] } }, 0).isOutOfOrder).toBe(true);
    const labels = { __out_of_order__: 'true' };
    const thanos = { labels, source: '', files: [{ rel_path: 'chunks/000002' }, { rel_path: 'index' }] };
    expect(bucketBlockOf({ ...meta, thanos }, 0)).toMatchObject({ isOutOfOrder: true, segmentsFormat: '', segmentsCount: 0 });
  });

  it('leaves poisoned entries out and keeps the rest', () => {
    const good = { block_id: ULID, min_time: 1, max_time: 2, path: '../../other-tenant/secret' };
    const bad = [
      { ...good, block_id: '../other/01AN4Z07BY79KA1307SR9X4MV3' },
      { ...good, block_id: `${ULID}/../${OTHER}` },
      { ...good, block_id: ULID.toLowerCase() },
      { ...good, block_id: 7 },
      { ...good, min_time: 3 },
      { ...good, min_time: 1.5 },
      { ...good, max_time: 1e300 },
      { ...good, segments_format: '../../x' },
      { ...good, segments_num: -1 },
      { ...good, segments_num: 1e12 },
      { ...good, labels: { a: 1 } },
      null,
      'x',
      [],
    ];
    const marks = [
      { block_id: '..', deletion_time: 1 },
      { block_id: OTHER, deletion_time: 1 },
    ];
    const parsed = parseBucketIndex(json({ version: 2, blocks: [...bad, good], block_deletion_marks: marks, updated_at: 1 }));
    expect(parsed.index.blocks.map((block) => block.ulid)).toEqual([ULID]);
    expect(JSON.stringify(parsed.index)).not.toContain('secret');
    expect(parsed.index.deletions).toEqual([{ ulid: OTHER, deletionTimeS: 1 }]);
    expect(parsed.rejectedCount).toBe(bad.length + 1);
  });

  it.each([
    ['no JSON', new TextEncoder().encode('{"version": 2,')],
    ['not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['not an object', json([])],
    ['unknown version', json({ version: 3 })],
    ['not a list', json({ version: 2, blocks: {} })],
    ['not an integer', json({ version: 2, updated_at: 'x' })],
  ])('is refused: %s', (message, bytes) => {
    expect(() => parseBucketIndex(bytes)).toThrow(BucketIndexError);
    expect(() => parseBucketIndex(bytes)).toThrow(new RegExp(message));
  });

  it('survives any JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (a, b) => {
        const bytes = new TextEncoder().encode(`{"version":2,"blocks":[${a}],"block_deletion_marks":${b}}`);
        try {
          parseBucketIndex(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(BucketIndexError);
        }
      }),
    );
  });

  it('is too old after its age', () => {
    const index = { blocks: [], deletions: [], updatedAtS: 1000 };
    expect([4600, 4601].map((now) => isBucketIndexTooOld(index, now, 3600))).toEqual([false, true]);
  });

  it.skipIf(!isPresent)('of Cortex is read', () => {
    const bytes = gunzipSync(readFileSync(path.join(bucket, 'tenant-a/bucket-index.json.gz')));
    const parsed = parseBucketIndex(bytes);
    expect(parsed).toMatchObject({ version: 1, rejectedCount: 0 });
    expect(parsed.index.blocks.length).toBe(10);
    expect(parsed.index.deletions.length).toBe(8);
    const ulids = readdirSync(path.join(bucket, 'tenant-a')).filter((name) => name.length === 26);
    expect(parsed.index.blocks.map((block) => block.ulid).sort()).toEqual(ulids.sort());
    for (const block of parsed.index.blocks) {
      const file = JSON.parse(readFileSync(path.join(bucket, 'tenant-a', block.ulid, 'meta.json'), 'utf8')) as BlockMetaShape;
      const { ulid, minTimeMs, maxTimeMs, segmentsFormat, segmentsCount } = bucketBlockOf(file, block.uploadedAtS);
      expect({ ulid, minTimeMs, maxTimeMs, segmentsFormat, segmentsCount }).toEqual({
        ulid: block.ulid,
        minTimeMs: block.minTimeMs,
        maxTimeMs: block.maxTimeMs,
        segmentsFormat: block.segmentsFormat,
        segmentsCount: block.segmentsCount,
      });
    }
  });
});

describe('marks', () => {
  it('give back what was written, in the words of the peers', () => {
    const deletion = { ulid: ULID, details: 'source of compacted block', deletionTimeS: 1795253189 };
    expect(new TextDecoder().decode(encodeDeletionMark(deletion))).toBe(
      `{"id":"${ULID}","version":1,"details":"source of compacted block","deletion_time":1795253189}`,
    );
    expect(parseDeletionMark(encodeDeletionMark(deletion), ULID)).toEqual(deletion);
    const noCompact = { ulid: ULID, details: '', noCompactTimeS: 9, reason: 'index-size-exceeding' } as const;
    expect(parseNoCompactMark(encodeNoCompactMark(noCompact), ULID)).toEqual(noCompact);
    for (const mark of [
      { deletionTimeS: 3, finishedTimeS: 0 },
      { deletionTimeS: 3, finishedTimeS: 8 },
    ]) {
      expect(parseTenantDeletionMark(encodeTenantDeletionMark(mark))).toEqual(mark);
    }
  });

  it.each([
    json({ id: OTHER, version: 1, deletion_time: 1 }),
    json({ id: ULID, version: 2, deletion_time: 1 }),
    json({ id: ULID, version: 1, deletion_time: '1' }),
    json({ version: 1, deletion_time: 1 }),
    json(null),
    new Uint8Array(0),
    new Uint8Array(65 * 1024),
  ])('of another block, version or form are refused (%#)', (bytes) => {
    expect(() => parseDeletionMark(bytes, ULID)).toThrow(BucketIndexError);
  });

  it.skipIf(!isPresent)('of Cortex are read and written the same', () => {
    const dir = path.join(bucket, 'tenant-a/markers');
    for (const name of readdirSync(dir)) {
      const found = parseGlobalMarkName(name)!;
      expect(found.kind).toBe('deletion');
      const bytes = readFileSync(path.join(dir, name));
      expect(Buffer.from(encodeDeletionMark(parseDeletionMark(bytes, found.ulid))).equals(bytes)).toBe(true);
    }
    const tenant = readFileSync(path.join(bucket, '__markers__/tenant-b/tenant-deletion-mark.json'));
    expect(Buffer.from(encodeTenantDeletionMark(parseTenantDeletionMark(tenant))).equals(tenant)).toBe(true);
  });
});

describe('paths', () => {
  it('are those of the peers, for ULIDs alone', () => {
    expect(blockMarkPath(ULID, 'deletion')).toBe(`${ULID}/deletion-mark.json`);
    expect(globalMarkPath(ULID, 'no-compact')).toBe(`markers/${ULID}-no-compact-mark.json`);
    expect(parseGlobalMarkName(`${ULID}-no-compact-mark.json`)).toEqual({ ulid: ULID, kind: 'no-compact' });
    for (const name of ['tenant-deletion-mark.json', `${ULID}-x.json`, `../${ULID}-deletion-mark.json`, '']) {
      expect(parseGlobalMarkName(name)).toBeUndefined();
    }
    for (const ulid of ['..', '', `${ULID}/..`, `${ULID}\n`]) expect(() => blockFilePath(ulid, 'index')).toThrow();
  });
});
