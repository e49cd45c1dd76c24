import { DecodeError } from '@telamon/bytes';
import { BYTES, FIXED64, type ProtoReader, VARINT } from '../proto-reader.ts';
import type { ItemBudget } from './item-budget.ts';
import { EMPTY_VALUE, MAX_VALUE_DEPTH, type OtlpAttribute, type OtlpValue } from './otlp-value.ts';
import type { TextCache } from './text-cache.ts';

/** A reader with what the request may still cost. */
export interface OtlpReader {
  readonly proto: ProtoReader;
  readonly budget: ItemBudget;
  readonly texts: TextCache;
}

/** Reads the string field that the reader stands before. */
export function readText({ proto, texts }: OtlpReader, limit: number): string {
  proto.expect(BYTES, 'string');
  const end = proto.readEnd(limit);
  const text = texts.get(proto.at, end);
  proto.at = end;
  return text;
}

/** Opens the nested message that the reader stands before: counts it and returns its end. */
export function openMessage({ proto, budget }: OtlpReader, limit: number): number {
  proto.expect(BYTES, 'message');
  budget.take();
  return proto.readEnd(limit);
}

/** Skips a field that means nothing here. It counts, so that a message of millions of them does not hold the thread. */
export function skipUnknown({ proto, budget }: OtlpReader, limit: number): void {
  budget.take();
  proto.skip(limit);
}

/** Reads a `KeyValue` field: key 1, value 2. */
export function readAttribute(reader: OtlpReader, limit: number, depth = 0): OtlpAttribute {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  let key = '';
  let value: OtlpValue = EMPTY_VALUE;
  while (proto.readTag(end)) {
    if (proto.field === 1) key = readText(reader, end);
    else if (proto.field === 2) value = readValue(reader, end, depth);
    else skipUnknown(reader, end);
  }
  return { key, value };
}

/** Reads an `AnyValue` field: string 1, bool 2, int 3, double 4, array 5, map 6, bytes 7; the last one wins. */
function readValue(reader: OtlpReader, limit: number, depth: number): OtlpValue {
  if (depth > MAX_VALUE_DEPTH) throw new DecodeError(`attribute value is nested deeper than ${MAX_VALUE_DEPTH}`);
  const { proto } = reader;
  const end = openMessage(reader, limit);
  let value: OtlpValue = EMPTY_VALUE;
  while (proto.readTag(end)) {
    if (proto.field >= 1 && proto.field <= 7) value = readVariant(reader, end, depth);
    else skipUnknown(reader, end);
  }
  return value;
}

function readVariant(reader: OtlpReader, end: number, depth: number): OtlpValue {
  const { proto } = reader;
  switch (proto.field) {
    case 1:
      return { kind: 'string', value: readText(reader, end) };
    case 2:
      proto.expect(VARINT, 'bool_value');
      return { kind: 'bool', value: proto.readUvarint() !== 0 };
    case 3:
      proto.expect(VARINT, 'int_value');
      return { kind: 'int', value: proto.readInt64Big() };
    case 4:
      proto.expect(FIXED64, 'double_value');
      return { kind: 'double', value: proto.readDouble(end) };
    case 5:
      return { kind: 'array', values: readList(reader, end, (stop) => readValue(reader, stop, depth + 1)) };
    case 6:
      return { kind: 'map', entries: readList(reader, end, (stop) => readAttribute(reader, stop, depth + 1)) };
    default: {
      proto.expect(BYTES, 'bytes_value');
      const stop = proto.readEnd(end);
      reader.budget.takeText(stop - proto.at);
      const value = proto.bytes.slice(proto.at, stop);
      proto.at = stop;
      return { kind: 'bytes', value };
    }
  }
}

/** Reads a message whose only field is a repeated 1. */
function readList<T>(reader: OtlpReader, limit: number, readItem: (end: number) => T): T[] {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  const items: T[] = [];
  while (proto.readTag(end)) {
    if (proto.field === 1) items.push(readItem(end));
    else skipUnknown(reader, end);
  }
  return items;
}
