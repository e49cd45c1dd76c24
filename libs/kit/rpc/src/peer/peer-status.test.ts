import { Metadata, status as Status } from '@grpc/grpc-js';
import { TelamonError } from '@telamon/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeFailure, ERROR_TRAILER, encodeFailure } from './peer-status.ts';

const anyError = fc
  .record({
    message: fc.string({ unit: 'binary', maxLength: 300 }),
    id: fc.string({ maxLength: 50 }),
    status: fc.integer({ min: 400, max: 599 }),
    isRetryable: fc.boolean(),
  })
  .map(({ message, ...options }) => new TelamonError(message, options));

it('brings back every operational error as it was', () => {
  fc.assert(
    fc.property(anyError, (error) => {
      const found = decodeFailure(encodeFailure(error), 'a', '/s/m');
      const { message, id, status, isRetryable } = error;
      expect(found).toMatchObject({ message, id, status, isRetryable });
    }),
  );
});

it.each([
  [Status.UNAVAILABLE, 'gone', 'peer-unavailable', 503, true],
  [Status.CANCELLED, 'Call cancelled', 'peer-unavailable', 503, true],
  [Status.INTERNAL, 'Received RST_STREAM with code 2', 'peer-unavailable', 503, true],
  [Status.DEADLINE_EXCEEDED, 'late', 'peer-timeout', 504, true],
  [Status.UNIMPLEMENTED, 'what?', 'peer-unknown-method', 501, false],
  [Status.RESOURCE_EXHAUSTED, 'Received message larger than max (2 vs 1)', 'peer-message-too-large', 413, false],
  [Status.RESOURCE_EXHAUSTED, 'Bandwidth exhausted or memory limit exceeded', 'peer-unavailable', 503, true],
] as const)('says what status %i without our trailer means', (code, details, id, status, isRetryable) => {
  expect(decodeFailure({ code, details, metadata: new Metadata() }, 'a', '/s/m')).toMatchObject({ id, status, isRetryable });
});

it('takes any trailer for what it is worth', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const metadata = new Metadata();
      metadata.set(ERROR_TRAILER, Buffer.from(bytes));
      const { status } = decodeFailure({ code: Status.UNKNOWN, details: '', metadata }, 'a', '/s/m');
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThanOrEqual(599);
    }),
  );
});

it('sends long texts cut', () => {
  const status = encodeFailure(new TelamonError('😀'.repeat(100_000), { status: 400 }));
  expect(status.details.length).toBeLessThanOrEqual(257);
  expect(decodeFailure(status, 'a', '/s/m').message.length).toBeLessThanOrEqual(8193);
  // Both in one block of headers, which the caller takes up to 64 KiB of.
  const trailer = status.metadata.get(ERROR_TRAILER)[0] as Buffer;
  expect((trailer.length * 4) / 3 + encodeURI(status.details).length).toBeLessThan(48 << 10);
});
