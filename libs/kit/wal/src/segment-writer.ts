import { join } from 'node:path';
import type { LogFile, LogFiles } from './log-files.ts';
import { segmentName } from './log-names.ts';
import { encodeSegmentHeader, KIND_SEGMENT } from './segment-format.ts';

/** Writes the whole of `bytes` at `position`, over as many short writes as it takes; a write of nothing is a full disk. */
export async function writeFully(file: LogFile, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const count = await file.write(done === 0 ? bytes : bytes.subarray(done), position + done);
    if (count <= 0) throw new Error('the disk takes no more bytes');
    done += count;
  }
}

/** A segment that is being written. */
export class SegmentWriter {
  readonly number: number;
  readonly #place: SegmentPlace;
  readonly #file: LogFile;
  #sizeBytes: number;

  private constructor(place: SegmentPlace, number: number, file: LogFile, sizeBytes: number) {
    this.#place = place;
    this.number = number;
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  /**
   * Makes segment `number`, whose first record will have `firstLsn`, and its directory entry durable.
   * The header is durable with the first sync. On failure the file is removed as far as possible.
   */
  static async create(place: SegmentPlace, number: number, firstLsn: number): Promise<SegmentWriter> {
    const path = join(place.directory, segmentName(number));
    const file = await place.files.create(path);
    try {
      const header = encodeSegmentHeader({ kind: KIND_SEGMENT, number, lsn: firstLsn, salt: place.salt });
      await writeFully(file, header, 0);
      await place.files.syncDirectory(place.directory);
      return new SegmentWriter(place, number, file, header.length);
    } catch (error) {
      await file.close().catch(() => undefined);
      await place.files.remove(path).catch(() => undefined);
      throw error;
    }
  }

  /** Closes and removes the segment as far as possible; what is left of it, replay passes over. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await this.#place.files.remove(join(this.#place.directory, segmentName(this.number))).catch(() => undefined);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await writeFully(this.#file, bytes, this.#sizeBytes);
    this.#sizeBytes += bytes.length;
  }

  sync(): Promise<void> {
    return this.#file.syncData();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Where segments are made and what they have in common. */
export interface SegmentPlace {
  readonly files: LogFiles;
  readonly directory: string;
  readonly salt: number;
}
