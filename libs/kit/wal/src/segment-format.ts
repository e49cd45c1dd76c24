import { crc32c } from '@telamon/bytes';

/**
 * Bytes of a segment or checkpoint. Little-endian.
 *
 * ```
 * ┌────────────┬────────────┬──────────┬──────────┬─────
 * │ header     │ the same   │ record 1 │ record 2 │ ...
 * │ 32 bytes   │ once more  │          │          │
 * └────────────┴────────────┴──────────┴──────────┴─────
 * header (twice, because losing it would lose the whole file):
 * ┌───────────┬────────────┬─────────┬────────────┬───────────────┬──────────┬─────────┐
 * │ magic u32 │ version u8 │ kind u8 │ 2 zero     │ number u64    │ lsn u64  │ salt u32│ crc32c u32
 * │ TWAL      │ 1          │ 0, 1    │ bytes      │ file's number │ see below│ random  │ of 28 bytes
 * └───────────┴────────────┴─────────┴────────────┴───────────────┴──────────┴─────────┘
 * kind 0, segment: `lsn` belongs to the first record, each next record has the next one;
 * kind 1, checkpoint: `lsn` is the last one that it stands for (0 = not known), its records count from 0.
 *
 * record:
 * ┌────────────┬─────────────┬───────────────────────────┬─────────┬─────────┐
 * │ crc32c u32 │ length u32  │ lsn u32                   │ type u8 │ payload │
 * │ from here →│ of payload  │ low bits of the record's  │         │         │
 * └────────────┴─────────────┴───────────────────────────┴─────────┴─────────┘
 * ```
 * The sum is seeded with the file's salt: bytes that a client sent can never pass for a record when the reader looks for
 * the next one behind a damaged place.
 */
export const SEGMENT_HEADER_BYTES = 64;
const HEADER_COPY_BYTES = 32;
/** Bytes of a record before its payload. */
export const RECORD_HEADER_BYTES = 13;
const MAGIC = 0x4c415754;
const VERSION = 1;

/** What a file of a log is. */
export type SegmentKind = 0 | 1;
/** Records as they were appended. */
export const KIND_SEGMENT = 0;
/** Records that stand for all segments up to a number. */
export const KIND_CHECKPOINT = 1;

/** The header of a segment or checkpoint. */
export interface SegmentHeader {
  readonly kind: SegmentKind;
  readonly number: number;
  readonly lsn: number;
  readonly salt: number;
}

/** Both copies of a header. */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  bytes[4] = VERSION;
  bytes[5] = header.kind;
  writeCount(view, 8, header.number);
  writeCount(view, 16, header.lsn);
  view.setUint32(24, header.salt, true);
  view.setUint32(28, crc32c(bytes, 0, 28, 0), true);
  bytes.copyWithin(HEADER_COPY_BYTES, 0, HEADER_COPY_BYTES);
  return bytes;
}

/** The header in `bytes`, from whichever copy is whole; undefined when neither is or the version is unknown. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | undefined {
  for (let at = 0; at + HEADER_COPY_BYTES <= Math.min(bytes.length, SEGMENT_HEADER_BYTES); at += HEADER_COPY_BYTES) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_COPY_BYTES);
    const kind = bytes[at + 5]!;
    if (view.getUint32(0, true) !== MAGIC || bytes[at + 4] !== VERSION) continue;
    if (kind !== KIND_SEGMENT && kind !== KIND_CHECKPOINT) continue;
    if (crc32c(bytes, at, at + 28, 0) !== view.getUint32(28, true)) continue;
    return { kind, number: readCount(view, 8), lsn: readCount(view, 16), salt: view.getUint32(24, true) };
  }
  return undefined;
}

/**
 * Writes the header of the record that starts at `at` and whose payload (`length` bytes) already stands behind it.
 * `view` and `bytes` are the same memory.
 */
export function sealRecord(bytes: Uint8Array, view: DataView, at: number, record: RecordSeal): void {
  view.setUint32(at + 4, record.length, true);
  view.setUint32(at + 8, record.lsn >>> 0, true);
  bytes[at + 12] = record.type;
  view.setUint32(at, crc32c(bytes, at + 4, at + RECORD_HEADER_BYTES + record.length, record.salt), true);
}

/** What {@link sealRecord} needs to know. */
export interface RecordSeal {
  readonly length: number;
  readonly lsn: number;
  readonly type: number;
  readonly salt: number;
}

function writeCount(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}

function readCount(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}
