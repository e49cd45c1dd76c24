import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, UnaryFrameReader } from './grpc-frame.ts';
import { encodeGrpcMessage, GrpcError, parseGrpcTimeoutMs } from './grpc-status.ts';
import { isGzipAccepted } from './http-compress.ts';
import { parseMediaType } from './media-type.ts';

function readAll(bytes: Uint8Array, cuts: readonly number[], maxBytes: number = 1000): Uint8Array {
  const reader = new UnaryFrameReader(maxBytes);
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const to = Math.min(bytes.length, Math.max(from, cut));
    reader.add(bytes.subarray(from, to));
    from = to;
  }
  reader.add(bytes.subarray(from));
  return reader.take().body;
}

describe('gRPC frames', () => {
  const message = fc.uint8Array({ maxLength: 1000 });

  it('come out as they went in, however they are cut', () => {
    fc.assert(
      fc.property(message, fc.array(fc.nat(1010)), (bytes, cuts) => {
        expect(Buffer.compare(readAll(encodeFrame(bytes), cuts), bytes)).toBe(0);
      }),
    );
  });

  it('are refused when cut short, prolonged or damaged, and with nothing but a GrpcError', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(255), (bytes, at, value) => {
        const frame = encodeFrame(bytes);
        expect(() => readAll(frame.subarray(0, at % frame.length), [])).toThrow(GrpcError);
        expect(() => readAll(Buffer.concat([frame, Buffer.from([value])]), [])).toThrow(GrpcError);
        const damaged = Buffer.from(frame);
        damaged[at % 5] = value;
        try {
          readAll(damaged, []);
        } catch (error) {
          expect(error).toBeInstanceOf(GrpcError);
        }
      }),
    );
  });

  it('are decompressed up to the limit', async () => {
    const body = gzipSync(Buffer.alloc(1000, 'x'));
    expect(await decodeFrame({ isCompressed: true, body }, 'gzip', 1000)).toHaveLength(1000);
    await expect(decodeFrame({ isCompressed: true, body }, 'gzip', 999)).rejects.toMatchObject({ code: 8 });
    const twice = gzipSync(gzipSync(Buffer.alloc(1 << 20)));
    expect((await decodeFrame({ isCompressed: true, body: twice }, 'gzip', 10_000)).length).toBeLessThan(10_000);
    const members = Buffer.concat(Array.from({ length: 100 }, () => body));
    await expect(decodeFrame({ isCompressed: true, body: members }, 'gzip', 5000)).rejects.toMatchObject({ code: 8 });
    for (let end = 0; end < body.length; end++) {
      await expect(decodeFrame({ isCompressed: true, body: body.subarray(0, end) }, 'gzip', 1000)).rejects.toMatchObject({
        code: 13,
      });
    }
  });
});

describe('headers', () => {
  it.each([
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['3S', 3000],
    ['99999999m', 99_999_999],
    ['5000u', 5],
    ['1000000n', 1],
  ])('grpc-timeout %s', (text, ms) => expect(parseGrpcTimeoutMs(text)).toBeCloseTo(ms));

  it.each(['', '1', 'S', '-1S', '123456789S', '1 S', '1.5S', '1x'])('grpc-timeout %o is refused', (text) => {
    expect(() => parseGrpcTimeoutMs(text)).toThrow(GrpcError);
  });

  it('grpc-message is printable and bounded', () => {
    expect(encodeGrpcMessage('ü %\n')).toBe('%C3%BC %25%0A');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = encodeGrpcMessage(text);
        expect(encoded).toMatch(/^[ -~]*$/);
        if (text.length < 1000 && !/\p{Surrogate}/u.test(text)) expect(decodeURIComponent(encoded)).toBe(text);
      }),
    );
  });

  it.each([
    ['gzip', true],
    ['br, gzip;q=0.5', true],
    ['GZIP', true],
    ['*', true],
    ['*;q=0', false],
    ['gzip;q=0', false],
    ['gzip;q=0.000, *', false],
    ['identity', false],
    ['', false],
    [undefined, false],
    ['gzip,'.repeat(1000), false],
  ])('accept-encoding %s', (header, expected) => expect(isGzipAccepted(header)).toBe(expected));

  it('content types are parsed strictly', () => {
    const parsed = parseMediaType('Application/X-Protobuf; Proto=io.prometheus.write.v2.Request; x="a;\\"b"; proto=evil');
    expect(parsed?.essence).toBe('application/x-protobuf');
    expect([...(parsed?.parameters ?? [])]).toEqual([
      ['proto', 'io.prometheus.write.v2.Request'],
      ['x', 'a;"b'],
    ]);
    for (const bad of ['', 'text', 'text/', 'text/plain; a', 'text/plain a', 'a/b;c="', `a/b;${'x'.repeat(2000)}`, undefined]) {
      expect(parseMediaType(bad)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '/', ';', '=', '"', '\\', ' ') }), (text) => {
        parseMediaType(text);
      }),
    );
  });
});
