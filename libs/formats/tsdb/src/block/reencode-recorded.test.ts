import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MemorySource } from '@telamon/bytes';
import { describe, expect, it } from 'vitest';
import { isHistogramEncoding } from '../chunk/chunk-encoding.ts';
import { reencodeWithout } from '../chunk/reencode.ts';
import { encodeBlockMeta, parseBlockMeta } from './block-meta.ts';
import { BlockReader } from './block-reader.ts';
import { BlockWriter } from './block-writer.ts';
import { Tombstones } from './tombstones.ts';

const root = path.resolve(import.meta.dirname, '../../../../../../shared/conformance/prometheus/blocks');
const isPresent = existsSync(root);

function blockDirs(...databases: string[]): string[] {
  // Skipped by name: a suite without a test counts as a failure.
  if (!isPresent) return ['each (the recordings are not beside the checkout)'];
  return databases.flatMap((db) =>
    readdirSync(path.join(root, db))
      .filter((name) => /^[0-9A-Z]{26}$/.test(name))
      .map((name) => path.join(db, name)),
  );
}

function read(dir: string, name: string): Uint8Array | undefined {
  const file = path.join(root, dir, name);
  return existsSync(file) ? readFileSync(file) : undefined;
}

function openBlock(dir: string): BlockReader {
  return new BlockReader((name) => {
    const bytes = read(dir, name);
    return bytes === undefined ? undefined : new MemorySource(bytes);
  });
}

/** Reads a block and writes it again; files by name. */
function rewrite(dir: string): Map<string, Buffer> {
  const block = openBlock(dir);
  const files = new Map<string, Uint8Array[]>();
  const { thanos: _, ...meta } = block.meta;
  const writer = new BlockWriter(
    (name) => {
      const pieces: Uint8Array[] = [];
      files.set(name, pieces);
      return { write: (bytes) => pieces.push(bytes), close: () => undefined };
    },
    { meta, hasTombstones: true },
  );
  writer.writeSymbols(block.index.symbols.all());
  for (const ref of block.index.select([])) {
    const series = block.index.series(ref);
    writer.addLabels(
      series.labels,
      series.chunks.map((chunk) => block.chunk(chunk)),
    );
  }
  writer.finish();
  return new Map([...files].map(([name, pieces]) => [name, Buffer.concat(pieces)]));
}

const DATABASES = ['float/db', 'head-cut/db', 'compacted/db', 'tombstones/db', 'cortex/bucket/tenant-a', 'thanos/bucket'];

describe('a recorded block that is read and written again', () => {
  it.skipIf(!isPresent).each(blockDirs(...DATABASES))('%s is the same', (dir) => {
    const files = rewrite(dir);
    expect(files.get('index')!.equals(read(dir, 'index')!)).toBe(true);
    expect(files.get('chunks/000001')!.equals(read(dir, 'chunks/000001')!)).toBe(true);
  });

  it.skipIf(!isPresent).each(blockDirs('float/db', 'head-cut/db', 'compacted/db'))(
    '%s has the same meta.json and tombstones',
    (dir) => {
      const files = rewrite(dir);
      expect(files.get('meta.json')!.toString()).toBe(Buffer.from(read(dir, 'meta.json')!).toString());
      expect(files.get('tombstones')!.equals(read(dir, 'tombstones')!)).toBe(true);
    },
  );

  it.skipIf(!isPresent).each(blockDirs(...DATABASES, 'thanos-1h/bucket'))('%s keeps its meta.json byte for byte', (dir) => {
    const bytes = read(dir, 'meta.json')!;
    expect(Buffer.from(encodeBlockMeta(parseBlockMeta(bytes))).toString()).toBe(Buffer.from(bytes).toString());
  });

  it.skipIf(!isPresent).each(blockDirs('float/db', 'head-cut/db', 'cortex/bucket/tenant-a'))(
    '%s has chunks as our appenders write them',
    (dir) => {
      const block = openBlock(dir);
      let count = 0;
      for (const series of block.select([], Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
        for (const chunk of series.chunks) {
          const again = reencodeWithout(chunk, []);
          const want = Buffer.from(chunk.data);
          const got = Buffer.from(again[0]!.data);
          if (isHistogramEncoding(chunk.encoding)) {
            // What lay before the chunk is not known when it is written anew, so its header may say less.
            expect(got[2]! === want[2] || got[2] === 0).toBe(true);
            want[2] = got[2]!;
          }
          expect([again.length, again[0]!.encoding, got.equals(want)]).toEqual([1, chunk.encoding, true]);
          count++;
        }
      }
      expect(count).toBe(block.meta.stats.numChunks);
    },
  );

  it.skipIf(!isPresent).each(blockDirs('tombstones/db'))('%s keeps its tombstones byte for byte', (dir) => {
    const bytes = read(dir, 'tombstones')!;
    const decoded = Tombstones.decode(bytes);
    const again = Tombstones.decode(decoded.encode());
    expect(decoded.encode().length).toBe(bytes.length);
    expect(again.refs().map((ref) => again.get(ref))).toEqual(decoded.refs().map((ref) => decoded.get(ref)));
  });
});
