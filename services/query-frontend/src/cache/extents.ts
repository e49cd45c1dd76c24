import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ByteReader, ByteWriter, crc32c, decompress } from '@telamon/bytes';

/** An answer for some steps that is known; both ends belong to it. Times in ms. */
export interface Extent {
  readonly fromMs: number;
  readonly toMs: number;
  readonly expiresAtMs: number;
  readonly body: Uint8Array;
}

const VERSION = 1;
const PLAIN = 0;
const GZIPPED = 1;
/** Smaller payloads are kept as they are. */
const MIN_GZIP_BYTES = 4096;
/** Extents of one value, against values that are none of ours. */
const EXTENTS_MAX = 1000;

const zip = promisify(gzip) as (input: Uint8Array, options: { level: number }) => Promise<Uint8Array>;

/**
 * The value under which extents are kept. The key is written into it, so that a hash collision is found out.
 *
 * ```
 * ┌─────────┬────────┬──────────────┬────────────────────────────┬─────────────┐
 * │ version │ coding │ key          │ payload, gzipped if coding │ CRC32C of   │
 * │ 1       │ u8     │ uvarint, text│ is 1                       │ the rest, 4 │
 * └─────────┴────────┴──────────────┴────────────────────────────┴─────────────┘
 * payload: count (uvarint), then for each extent:
 * ┌────────┬────────┬─────────────┬───────────────┐
 * │ fromMs │ toMs   │ expiresAtMs │ body          │
 * │ f64 BE │ f64 BE │ f64 BE      │ uvarint, bytes│
 * └────────┴────────┴─────────────┴───────────────┘
 * ```
 */
export async function encodeExtents(key: string, extents: readonly Extent[]): Promise<Uint8Array> {
  const sizeBytes = extents.reduce((sum, { body }) => sum + body.length + 40, 16);
  const payload = new ByteWriter(sizeBytes).uvarint(extents.length);
  for (const { fromMs, toMs, expiresAtMs, body } of extents) {
    payload.f64be(fromMs).f64be(toMs).f64be(expiresAtMs).uvarintBytes(body);
  }
  const isGzipped = payload.length >= MIN_GZIP_BYTES;
  const stored = isGzipped ? await zip(payload.view(), { level: 1 }) : payload.view();
  const value = new ByteWriter(stored.length + key.length + 16);
  value
    .u8(VERSION)
    .u8(isGzipped ? GZIPPED : PLAIN)
    .uvarintString(key)
    .bytes(stored);
  return value.u32be(crc32c(value.view())).finish();
}

/** Reads a value; [] for anything that {@link encodeExtents} has not written for this key, or that expands to more than `maxBytes`. */
export async function decodeExtents(key: string, value: Uint8Array, maxBytes: number): Promise<readonly Extent[]> {
  try {
    const end = value.length - 4;
    if (new ByteReader(value, end).u32be() !== crc32c(value, 0, end)) return [];
    const reader = new ByteReader(value, 0, end);
    if (reader.u8() !== VERSION) return [];
    const isGzipped = reader.u8() === GZIPPED;
    if (reader.uvarintString() !== key) return [];
    const stored = reader.bytes(reader.remaining);
    return readPayload(isGzipped ? await decompress('gzip', stored, maxBytes) : stored);
  } catch {
    return [];
  }
}

function readPayload(payload: Uint8Array): readonly Extent[] {
  const reader = new ByteReader(payload);
  const count = reader.uvarint();
  if (count > EXTENTS_MAX) return [];
  return Array.from({ length: count }, () => ({
    fromMs: reader.f64be(),
    toMs: reader.f64be(),
    expiresAtMs: reader.f64be(),
    body: reader.uvarintBytes(),
  }));
}
