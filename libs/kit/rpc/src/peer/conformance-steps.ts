import { deepStrictEqual, ok } from 'node:assert/strict';
import { TelamonError } from '@telamon/model';
import type { PeerService } from './peer-contract.ts';

/** The service of the suite. */
export const SERVICE: string = 'test.v1.Conformance';

/** Path of a method. */
export const path = (method: string): string => `/${SERVICE}/${method}`;

/** Services of one case. */
export const serve = (methods: Omit<PeerService, 'name'>): (() => readonly PeerService[]) => {
  return () => [{ name: SERVICE, ...methods }];
};

/** A message of text. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text of a message. */
export const text = (message: Uint8Array): string => new TextDecoder().decode(message);

/** Never settles. */
export const never: Promise<never> = new Promise<never>(() => {});

/** Messages one by one. */
export async function* from(messages: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* messages;
}

/** Reads a stream to its end. */
export async function all(messages: AsyncIterable<Uint8Array>): Promise<string[]> {
  const found: string[] = [];
  for await (const message of messages) found.push(text(message));
  return found;
}

/** The error that the work ends with; fails when it ends well. */
export async function failure(work: Promise<unknown>): Promise<unknown> {
  const result = await work.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  ok(result, 'expected a failure');
  return result.error;
}

/** The operational error of this id and status that the work ends with. */
export async function failureOf(work: Promise<unknown>, id: string, status: number): Promise<TelamonError> {
  const error = await failure(work);
  ok(error instanceof TelamonError, `not an operational error: ${String(error)}`);
  deepStrictEqual({ id: error.id, status: error.status }, { id, status }, error.message);
  return error;
}

/** Waits for a condition; fails after the time. */
export async function until(condition: () => boolean, what: string, timeoutMs: number = 5000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!condition()) {
    ok(performance.now() < endMs, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Waits until a number has stood still for a while. */
export async function settled(count: () => number): Promise<number> {
  let last = -1;
  let sinceMs = performance.now();
  await until(() => {
    if (count() !== last) sinceMs = performance.now();
    last = count();
    return performance.now() - sinceMs > 100;
  }, 'a count that stands still');
  return last;
}
