import { ProtoWriter } from '@telamon/wire';
import { describe, expect, it } from 'vitest';
import { requestPieces } from './request-pieces.ts';

function messageOf(count: number, size: number): Uint8Array {
  const writer = new ProtoWriter();
  for (let i = 0; i < count; i++) writer.bytes(1, new Uint8Array(size).fill(i));
  return writer.finish();
}

describe('requestPieces', () => {
  it('cuts between fields and loses nothing', () => {
    const message = messageOf(10, 30);
    const pieces = [...requestPieces(message, 50)];
    expect(pieces.map(({ length }) => length)).toEqual([64, 64, 64, 64, 64]);
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(message));
    expect([...requestPieces(message, 100)].map(({ length }) => length)).toEqual([128, 128, 64]);
  });

  it('leaves small messages whole, whatever is in them', () => {
    const bytes = Uint8Array.of(0xff, 0xff);
    expect([...requestPieces(bytes, 2)]).toEqual([bytes]);
    expect([...requestPieces(new Uint8Array(0), 2)]).toEqual([new Uint8Array(0)]);
  });

  it('refuses broken messages', () => {
    expect(() => [...requestPieces(messageOf(10, 30).subarray(0, 200), 50)]).toThrow('unexpected EOF');
  });
});
