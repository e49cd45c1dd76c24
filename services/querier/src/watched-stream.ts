/** A call that was let through a breaker; told once how it ended. */
export interface CallPassage {
  succeed(): void;
  /** An `AbortError` is a call that was given up. */
  fail(error: unknown): void;
}

/** Keeps calls away from instances that fail; the circuit breakers of the ring are one. */
export interface CallGuard {
  /** Lets a call to an instance through, or throws a retryable TelamonError 503. */
  enter(instanceId: string): CallPassage;
}

/** Opens a stream when the guard lets it, and tells the guard how it ended. One that was aborted says nothing about the other side. */
export async function* watchedStream<T>(
  guard: CallGuard | undefined,
  instanceId: string,
  signal: AbortSignal,
  open: () => AsyncIterable<T>,
): AsyncGenerator<T> {
  const passage = guard?.enter(instanceId);
  let failure: { readonly error: unknown } | undefined;
  try {
    yield* open();
  } catch (error) {
    failure = { error };
    throw error;
  } finally {
    tell(passage, signal, failure);
  }
}

/** As {@link watchedStream} for a single reply. */
export async function watchedCall<T>(
  guard: CallGuard | undefined,
  instanceId: string,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  const passage = guard?.enter(instanceId);
  let failure: { readonly error: unknown } | undefined;
  try {
    return await call();
  } catch (error) {
    failure = { error };
    throw error;
  } finally {
    tell(passage, signal, failure);
  }
}

function tell(passage: CallPassage | undefined, signal: AbortSignal, failure: { readonly error: unknown } | undefined): void {
  if (signal.aborted) passage?.fail(new DOMException('given up', 'AbortError'));
  else if (failure !== undefined) passage?.fail(failure.error);
  else passage?.succeed();
}
