import type { Instance } from './instance.ts';
import { MessageInbox } from './message-inbox.ts';
import { ReplicaRace, type ReplicaRead } from './replica-race.ts';

/** A read with a stream of messages of each instance. */
export interface ReplicaStream<T> extends ReplicaRead {
  /** Must fail soon after the signal aborts. */
  readonly call: (instance: Instance, signal: AbortSignal) => AsyncIterable<T>;
}

/**
 * Messages of so many instances that together they hold everything acknowledged, in the order of arrival. Messages of instances
 * that failed or lost in the end are among them: what is read is all there, some of it twice. Throws as `gatherFromReplicas` does.
 * Holds at most one message of each instance; a reader that stops aborts the calls.
 */
export async function* streamFromReplicas<T>(stream: ReplicaStream<T>): AsyncGenerator<T, void, undefined> {
  const inbox = new MessageInbox<T>();
  const race = new ReplicaRace(stream, async (instance, signal) => {
    for await (const message of stream.call(instance, signal)) {
      if (!(await inbox.put(message))) return;
      signal.throwIfAborted();
    }
    // A call that ends early because it was told to has not answered.
    signal.throwIfAborted();
  });
  let failure: { readonly error: unknown } | undefined;
  const run = race.run().catch((error: unknown) => {
    failure = { error };
  });
  void run.then(() => inbox.drop());
  try {
    for (;;) {
      race.expectNews();
      const message = await inbox.take();
      race.stopExpecting();
      if (message === undefined) break;
      yield message.value;
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    race.abandon();
    inbox.drop();
    await run;
  }
}
