import { join } from 'node:path';
import type { LogFile } from './log-files.ts';
import { checkpointName } from './log-names.ts';
import { TYPE_CHECKPOINT_END } from './log-replay.ts';
import { RecordBuffer } from './record-buffer.ts';
import { encodeSegmentHeader, KIND_CHECKPOINT } from './segment-format.ts';
import { type SegmentPlace, writeFully } from './segment-writer.ts';

/** A record of a checkpoint; copied at once. */
export interface CheckpointRecord {
  readonly type: number;
  readonly parts: readonly Uint8Array[];
}

const FLUSH_BYTES = 1 << 20;

/**
 * Writes a checkpoint under a temporary name, syncs it, and renames it into place. On any error the temporary file is
 * removed as far as possible and the error thrown. `covers.number`: last segment that it stands for; `covers.lsn`: last
 * lsn in that segment, 0 when not known.
 */
export async function writeCheckpointFile(
  place: SegmentPlace,
  covers: { readonly number: number; readonly lsn: number },
  records: AsyncIterable<CheckpointRecord>,
): Promise<void> {
  const { files, directory, salt } = place;
  const path = join(directory, checkpointName(covers.number));
  const temporary = `${path}.tmp`;
  const file = await files.create(temporary);
  try {
    try {
      await writeRecords(file, encodeSegmentHeader({ kind: KIND_CHECKPOINT, ...covers, salt }), salt, records);
      await file.syncData();
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
    await files.syncDirectory(directory);
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
}

async function writeRecords(
  file: LogFile,
  header: Uint8Array,
  salt: number,
  records: AsyncIterable<CheckpointRecord>,
): Promise<void> {
  await writeFully(file, header, 0);
  let position = header.length;
  let index = 0;
  const buffer = new RecordBuffer(salt);
  const flush = async (): Promise<void> => {
    const batch = buffer.takeAll();
    await writeFully(file, batch.bytes, position);
    position += batch.bytes.length;
    buffer.recycle(batch);
  };
  for await (const record of records) {
    buffer.add(index++, record.type, record.parts);
    if (buffer.length >= FLUSH_BYTES) await flush();
  }
  buffer.add(index, TYPE_CHECKPOINT_END, []);
  await flush();
}
