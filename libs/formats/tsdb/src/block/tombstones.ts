import { ByteReader, ByteWriter, crc32c } from '@telamon/bytes';
import type { TimeInterval } from '../chunk/reencode.ts';
import { CorruptError } from '../format-error.ts';
import { asCorrupt, u32beAt } from '../source-cursor.ts';

const MAGIC = 0x0130ba30;
const HEADER_BYTES = 5;
const CRC_BYTES = 4;
const NONE: readonly TimeInterval[] = [];

/** Deleted time ranges by series ref. */
export class Tombstones {
  readonly #bySeries: Map<number, TimeInterval[]> = new Map();

  /** Number of intervals. */
  get count(): number {
    let count = 0;
    for (const intervals of this.#bySeries.values()) count += intervals.length;
    return count;
  }

  /** Deletes a closed range of a series; touching and overlapping ranges are joined. */
  add(ref: number, interval: TimeInterval): void {
    this.#bySeries.set(ref, joinIntervals([...(this.#bySeries.get(ref) ?? NONE), interval]));
  }

  /** Deleted ranges of a series, ascending, apart. */
  get(ref: number): readonly TimeInterval[] {
    return this.#bySeries.get(ref) ?? NONE;
  }

  /** Refs with deletions, ascending. */
  refs(): number[] {
    return [...this.#bySeries.keys()].sort((a, b) => a - b);
  }

  /**
   * The file:
   * ```
   * ┌──────────────┬────────────┬────────────────────────────────────────────────┬─────┬─────────┐
   * │ 0130BA30 u32 │ version u8 │ ref uvarint │ mint varint │ maxt varint        │ ... │ CRC u32 │
   * └──────────────┴────────────┴────────────────────────────────────────────────┴─────┴─────────┘
   *                               CRC over everything behind the version
   * ```
   */
  encode(): Uint8Array {
    const writer = new ByteWriter(64).u32be(MAGIC).u8(1);
    for (const ref of this.refs()) {
      for (const { minTimeMs, maxTimeMs } of this.get(ref)) writer.uvarint(ref).varint(minTimeMs).varint(maxTimeMs);
    }
    return writer.u32be(crc32c(writer.view(), HEADER_BYTES)).finish();
  }

  /** Reads a tombstones file. {@link CorruptError} when damaged. */
  static decode(bytes: Uint8Array): Tombstones {
    if (bytes.length < HEADER_BYTES + CRC_BYTES) throw new CorruptError('tombstones: cut short');
    if (u32beAt(bytes, 0) !== MAGIC) throw new CorruptError('tombstones: wrong magic number');
    if (bytes[4] !== 1) throw new CorruptError(`tombstones: unknown version ${bytes[4]}`);
    const end = bytes.length - CRC_BYTES;
    if (crc32c(bytes, HEADER_BYTES, end) !== u32beAt(bytes, end)) throw new CorruptError('tombstones: checksum differs');
    return asCorrupt('tombstones', () => {
      const reader = new ByteReader(bytes, HEADER_BYTES, end);
      const gathered = new Map<number, TimeInterval[]>();
      while (reader.remaining > 0) {
        const ref = reader.uvarint();
        const interval = { minTimeMs: readTime(reader), maxTimeMs: readTime(reader) };
        const intervals = gathered.get(ref);
        if (intervals === undefined) gathered.set(ref, [interval]);
        else intervals.push(interval);
      }
      const tombstones = new Tombstones();
      for (const [ref, intervals] of gathered) tombstones.#bySeries.set(ref, joinIntervals(intervals));
      return tombstones;
    });
  }
}

/** Times at the ends of int64 ("since ever") become the nearest safe integer. */
function readTime(reader: ByteReader): number {
  const time = reader.varintBig();
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  if (time > limit) return Number.MAX_SAFE_INTEGER;
  return time < -limit ? -Number.MAX_SAFE_INTEGER : Number(time);
}

/** Sorted intervals with touching and overlapping ones joined. Cost: O(n log n). */
export function joinIntervals(intervals: readonly TimeInterval[]): TimeInterval[] {
  const sorted = intervals.filter((interval) => interval.maxTimeMs >= interval.minTimeMs);
  sorted.sort((a, b) => a.minTimeMs - b.minTimeMs);
  const joined: TimeInterval[] = [];
  for (const interval of sorted) {
    const last = joined[joined.length - 1];
    if (last !== undefined && interval.minTimeMs <= last.maxTimeMs + 1) {
      joined[joined.length - 1] = {
        minTimeMs: last.minTimeMs,
        maxTimeMs: Math.max(last.maxTimeMs, interval.maxTimeMs),
      };
    } else joined.push(interval);
  }
  return joined;
}
