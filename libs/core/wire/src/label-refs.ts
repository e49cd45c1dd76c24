import { DecodeError } from '@telamon/bytes';
import { BYTES, type ProtoReader, VARINT } from './proto-reader.ts';

/** References to symbols of the present series or exemplar; reused. */
export class LabelRefs {
  count = 0;
  refs: Uint32Array = new Uint32Array(64);

  /** Reads a repeated uint32 field that the reader stands before, packed or not. References beyond 32 bits become the largest one. */
  read(reader: ProtoReader, limit: number): void {
    if (reader.wireType === VARINT) {
      this.#push(reader.readUvarint());
      return;
    }
    reader.expect(BYTES, 'LabelsRefs');
    const end = reader.readEnd(limit);
    while (reader.at < end) this.#push(reader.readUvarint());
    if (reader.at !== end) throw new DecodeError('proto: packed field ends inside a number');
  }

  #push(ref: number): void {
    if (this.count >= this.refs.length) {
      const refs = new Uint32Array(this.count * 2);
      refs.set(this.refs);
      this.refs = refs;
    }
    this.refs[this.count++] = Math.min(ref, 0xffffffff);
  }
}
