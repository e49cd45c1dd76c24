type Step<T> = { readonly from: number; readonly result: IteratorResult<T> };

/**
 * What several streams give, as it comes. Each is asked for its next item only when its last one was taken, so no more than one
 * item of each waits here. The first failure ends all; so does leaving the loop.
 */
export async function* mergeStreams<T>(streams: readonly AsyncIterable<T>[]): AsyncIterable<T> {
  if (streams.length === 1) {
    yield* streams[0]!;
    return;
  }
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
  const pending = new Map<number, Promise<Step<T>>>();
  const ask = (from: number): void => {
    const step = iterators[from]!.next().then((result) => ({ from, result }));
    // Whoever loses the race below may fail when nobody looks any more.
    step.catch(() => undefined);
    pending.set(from, step);
  };
  for (const from of iterators.keys()) ask(from);
  try {
    while (pending.size > 0) {
      const { from, result } = await Promise.race(pending.values());
      // The one that was served goes to the end, or a fast stream would keep the others waiting.
      pending.delete(from);
      if (result.done === true) continue;
      ask(from);
      yield result.value;
    }
  } finally {
    // Not awaited: an iterator that waits for its source ends only with its signal.
    for (const from of pending.keys()) void iterators[from]!.return?.().catch(() => undefined);
  }
}
