import { crc32c } from '@telamon/bytes';
import { ProtoReader, ProtoWriter } from '@telamon/wire';

/** A query as a client writes it; types of matchers by number. */
export interface SentQuery {
  readonly fromMs: number | bigint;
  readonly toMs: number | bigint;
  readonly matchers: readonly (readonly [type: number, name: string, value: string])[];
}

/** Encodes a `ReadRequest`, with hints as Prometheus sends them. */
export function encodeReadRequest(queries: readonly SentQuery[], types: readonly number[] = []): Uint8Array {
  const request = new ProtoWriter();
  for (const { fromMs, toMs, matchers } of queries) {
    request.message(1, (query) => {
      query.int64(1, fromMs).int64(2, toMs);
      for (const [type, name, value] of matchers) {
        query.message(3, (matcher) => matcher.uvarint(1, type).string(2, name).string(3, value));
      }
      query.message(4, (hints) => hints.int64(1, 15_000).string(2, 'rate'));
    });
  }
  return request.packed(2, types, (out, type) => out.uvarint(type)).finish();
}

/** A chunk of a stream. */
export interface ReceivedChunk {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly encoding: number;
  readonly data: Uint8Array;
}

/** A frame of a stream, which holds one series or a part of it. */
export interface ReceivedFrame {
  readonly queryIndex: number;
  readonly labels: string;
  readonly chunks: readonly ReceivedChunk[];
}

/** Reads a stream; throws when a checksum is wrong or a frame cut short. Written apart from the product's codec. */
export function readFrames(stream: Uint8Array): ReceivedFrame[] {
  const frames: ReceivedFrame[] = [];
  const outer = new ProtoReader(stream);
  while (outer.at < stream.length) {
    const size = outer.readUvarint();
    const checksum = outer.view.getUint32(outer.at);
    const message = stream.subarray(outer.at + 4, outer.at + 4 + size);
    if (message.length !== size || crc32c(message) !== checksum) throw new Error('a broken frame');
    outer.at += 4 + size;
    frames.push(readFrame(message));
  }
  return frames;
}

function readFrame(message: Uint8Array): ReceivedFrame {
  const reader = new ProtoReader(message);
  let queryIndex = 0;
  const labels: string[] = [];
  const chunks: ReceivedChunk[] = [];
  while (reader.readTag(message.length)) {
    if (reader.field === 2) queryIndex = reader.readUvarint();
    else {
      const end = reader.readEnd(message.length);
      while (reader.readTag(end)) {
        const isLabel = reader.field === 1;
        const stop = reader.readEnd(end);
        const fields = fieldsOf(reader, stop);
        if (isLabel) labels.push(`${Buffer.from(fields[1] as Uint8Array)}=${Buffer.from(fields[2] as Uint8Array)}`);
        else {
          const [, minTimeMs = 0, maxTimeMs = 0, encoding = 0, data] = fields as [unknown, number, number, number, Uint8Array];
          chunks.push({ minTimeMs, maxTimeMs, encoding, data });
        }
      }
    }
  }
  return { queryIndex, labels: labels.join(','), chunks };
}

function fieldsOf(reader: ProtoReader, end: number): (number | Uint8Array)[] {
  const fields: (number | Uint8Array)[] = [];
  while (reader.readTag(end)) {
    if (reader.wireType === 0) fields[reader.field] = reader.readInt64();
    else {
      const stop = reader.readEnd(end);
      fields[reader.field] = reader.bytes.slice(reader.at, stop);
      reader.at = stop;
    }
  }
  return fields;
}
