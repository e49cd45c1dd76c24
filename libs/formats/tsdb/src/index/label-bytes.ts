import { CorruptError } from '../format-error.ts';
import type { SymbolTable } from './symbol-table.ts';

/** Bytes that a uvarint takes. */
export function uvarintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Writes a uvarint (< 2^31) and returns where it ends. */
export function putUvarint(out: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  while (rest >= 0x80) {
    out[end++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[end++] = rest;
  return end;
}

/** Canonical label bytes (see `Labels` of the model) of a series' symbols. The result is the caller's. */
export function encodeLabels(symbolRefs: readonly number[], symbols: SymbolTable): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const ref of symbolRefs) {
    const bytes = symbols.bytes(ref);
    parts.push(bytes);
    size += uvarintSize(bytes.length) + bytes.length;
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    at = putUvarint(out, at, part.length);
    if (part.length < 24) for (let i = 0; i < part.length; i++) out[at + i] = part[i]!;
    else out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Calls `visit` with the bounds of every name and value of canonical label bytes, in turn. {@link CorruptError} when cut short. */
export function visitLabelBytes(labels: Uint8Array, visit: (start: number, end: number) => void): void {
  let at = 0;
  while (at < labels.length) {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = labels[at++];
      if (byte === undefined || shift > 28) throw new CorruptError('label bytes are cut short');
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    if (length > labels.length - at) throw new CorruptError('label bytes are cut short');
    visit(at, at + length);
    at += length;
  }
}

/**
 * Prometheus' order of two sets of canonical label bytes: pair by pair, names then values, bytewise; a prefix comes first.
 * Cost: O(common prefix).
 */
export function compareLabelBytes(a: Uint8Array, b: Uint8Array): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const aLength = readLength(a, i);
    const bLength = readLength(b, j);
    i += uvarintSize(aLength);
    j += uvarintSize(bLength);
    const shared = Math.min(aLength, bLength);
    for (let k = 0; k < shared; k++) {
      const difference = a[i + k]! - b[j + k]!;
      if (difference !== 0) return difference;
    }
    if (aLength !== bLength) return aLength - bLength;
    i += aLength;
    j += bLength;
  }
  return a.length - i - (b.length - j);
}

function readLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return first;
  let length = first & 0x7f;
  for (let i = 1; i < 5; i++) {
    const byte = bytes[at + i] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  return length;
}
