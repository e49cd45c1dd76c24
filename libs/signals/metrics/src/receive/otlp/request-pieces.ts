import { ProtoReader } from '@telamon/wire';

/**
 * Cuts a protobuf message between its outermost fields into pieces of at least `pieceBytes` (the last may be shorter). Each is a
 * message of the same type, and all of them merged are the whole; of an OTLP request each holds whole resources. Pieces are views.
 * Throws `DecodeError` when the outermost fields are broken.
 */
export function* requestPieces(message: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  if (message.length <= pieceBytes) {
    yield message;
    return;
  }
  const reader = new ProtoReader(message);
  let start = 0;
  while (reader.readTag(message.length)) {
    reader.skip(message.length);
    if (reader.at - start < pieceBytes) continue;
    yield message.subarray(start, reader.at);
    start = reader.at;
  }
  if (start < message.length) yield message.subarray(start);
}
