import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MemorySource } from '@telamon/bytes';
import { describe, expect, it } from 'vitest';
import { BlockReader } from '../block/block-reader.ts';
import { DownsampledChunkError } from '../format-error.ts';
import { dumpBlock } from './dump-block.ts';

const root = path.resolve(import.meta.dirname, '../../../../../../shared/conformance/prometheus/blocks');
const isPresent = existsSync(root);

function open(dir: string): BlockReader {
  return new BlockReader((name) => {
    const file = path.join(dir, name);
    return existsSync(file) ? new MemorySource(readFileSync(file)) : undefined;
  });
}

/** Blocks of a database that no other replaces or marks. */
function liveBlocks(db: string): BlockReader[] {
  return readdirSync(db)
    .filter((name) => /^[0-9A-Z]{26}$/.test(name) && !existsSync(path.join(db, name, 'deletion-mark.json')))
    .map((name) => open(path.join(db, name)))
    .filter((block) => (block.meta.thanos?.downsample.resolution ?? 0) === 0)
    .sort((a, b) => a.meta.minTime - b.meta.minTime);
}

/** Lines of several blocks as a dump of all together: by series, then time, each once. */
function dumpAll(blocks: readonly BlockReader[]): string[] {
  return [...new Set(blocks.flatMap((block) => [...dumpBlock(block)]))].sort();
}

function expected(file: string): string[] {
  const lines = gunzipSync(readFileSync(path.join(root, file)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  return [...new Set(lines)].sort();
}

describe('recorded blocks', () => {
  it.skipIf(!isPresent).each([
    ['float/db', 'float/dump.txt.gz'],
    ['head-cut/db', 'head-cut/dump.txt.gz'],
    ['compacted/db', 'compacted/dump.txt.gz'],
    ['tombstones/db', 'tombstones/dump.txt.gz'],
    ['thanos/bucket', 'thanos/raw-dump.txt.gz'],
    ['thanos-1h/bucket', 'thanos-1h/raw-dump.txt.gz'],
    ['cortex/bucket/tenant-a', 'cortex/dump.txt.gz'],
  ])('%s dumps as %s', (db, dump) => {
    const blocks = liveBlocks(path.join(root, db));
    expect(blocks.length).toBeGreaterThan(0);
    const got = dumpAll(blocks);
    const want = expected(dump);
    const wanted = new Set(want);
    const have = new Set(got);
    expect({
      extra: got.filter((l) => !wanted.has(l)).slice(0, 5),
      missing: want.filter((l) => !have.has(l)).slice(0, 5),
    }).toEqual({
      extra: [],
      missing: [],
    });
  });

  it.skipIf(!isPresent)('downsampled blocks are recognised', () => {
    const block = open(path.join(root, 'thanos-1h/bucket/01M7YPV7ATNXK752EC5PM4BJVC'));
    expect(block.meta.thanos!.downsample.resolution).toBeGreaterThan(0);
    expect(() => [...dumpBlock(block)]).toThrow(DownsampledChunkError);
  });
});
