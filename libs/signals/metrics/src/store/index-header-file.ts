import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CorruptError, INDEX_TOC_BYTES, planIndexHeader } from '@telamon/tsdb';
import type { ObjectReader } from './read-object.ts';

/** Bytes copied at once. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Magic number and version of an index. */
const INDEX_START_BYTES = 5;

/**
 * Copies what lookups need of an index in the bucket into a local file: symbols and the postings offset table (see `IndexHeader`).
 * The file appears whole or not at all; several may make the same one. Throws CorruptError when the object is no index,
 * else the bucket's errors. Cost: the bytes of both tables, held 4 MiB at a time.
 */
export async function makeIndexHeader(bucket: ObjectReader, indexKey: string, path: string, signal?: AbortSignal): Promise<void> {
  const { sizeBytes } = await bucket.head(indexKey, signal);
  if (sizeBytes < INDEX_START_BYTES + INDEX_TOC_BYTES) throw new CorruptError(`${indexKey}: cut short`);
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = await bucket.getRange(indexKey, { offset, length }, signal);
    if (bytes.length !== length) throw new CorruptError(`${indexKey}: shrank while it was read`);
    return bytes;
  };
  const head = await read(0, INDEX_START_BYTES);
  const plan = planIndexHeader(head, await read(sizeBytes - INDEX_TOC_BYTES, INDEX_TOC_BYTES), sizeBytes);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(plan.start);
      for (const range of [plan.symbols, plan.postingsTable]) {
        const end = range.offset + range.sizeBytes;
        for (let at = range.offset; at < end; at += PIECE_BYTES) {
          await file.writeFile(await read(at, Math.min(PIECE_BYTES, end - at)));
        }
      }
      await file.writeFile(plan.end);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
