import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPacked, packFrame, unpackFrame } from './packed-frame.ts';
import { SeriesFrameWriter } from './series-frame.ts';

function frameOf(series: number): Uint8Array {
  const writer = new SeriesFrameWriter();
  for (let i = 0; i < series; i++) {
    writer.beginSeries(Buffer.from(`labels of series number ${i}`));
    writer.addChunk(1, i, i + 1, Uint8Array.of(1, 2, 3));
  }
  return writer.finish();
}

it('makes frames smaller and gives them back', () => {
  for (const series of [0, 1, 100, 5000]) {
    const frame = frameOf(series);
    const packed = packFrame(frame);
    expect(isPacked(packed)).toBe(series >= 100);
    if (isPacked(packed)) expect(packed.length).toBeLessThan(frame.length / 2);
    expect(Buffer.compare(unpackFrame(packed), frame)).toBe(0);
    expect(packFrame(packed)).toBe(packed);
  }
});

it('takes damaged ones for what they are', () => {
  const packed = packFrame(frameOf(500));
  fc.assert(
    fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = packed.slice();
      damaged[at]! ^= flip;
      try {
        unpackFrame(damaged);
      } catch (error) {
        expect(error).toMatchObject({ name: 'TelamonError', status: 500 });
      }
      try {
        unpackFrame(packed.subarray(0, at));
      } catch (error) {
        expect(error).toMatchObject({ status: 500 });
      }
    }),
  );
});
