import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** Runs in the thread. A string, so that it starts alike from sources and from built files. */
const THREAD_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const bcrypt = require(workerData.bcryptPath);
parentPort.on('message', ({ id, password, hash }) => {
  let isEqual = false;
  try { isEqual = bcrypt.compareSync(password, hash); } catch { isEqual = false; }
  parentPort.postMessage({ id, isEqual });
});`;

/** Most comparisons waiting; more are refused. At cost 10 the queue empties in about two seconds. */
const MAX_WAITING = 32;

interface Answer {
  readonly id: number;
  readonly isEqual: boolean;
}

/**
 * Compares passwords with bcrypt hashes in a thread of its own: one comparison takes 50 ms and more, and even the asynchronous form of
 * the library holds the event loop for slices of up to 100 ms. The thread starts with the first comparison.
 */
export class PasswordChecker {
  readonly #waiting = new Map<number, (isEqual: boolean) => void>();
  #thread: Worker | undefined;
  #nextId = 0;

  /** Whether the password fits. Returns 'busy' when too many comparisons wait. A crash of the thread answers false. */
  async compare(password: string, hash: string): Promise<boolean | 'busy'> {
    if (this.#waiting.size >= MAX_WAITING) return 'busy';
    const id = this.#nextId++;
    const thread = this.#running();
    return await new Promise<boolean>((resolve) => {
      this.#waiting.set(id, resolve);
      thread.postMessage({ id, password, hash });
    });
  }

  /** Ends the thread; waiting comparisons answer false. */
  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #running(): Worker {
    if (this.#thread) return this.#thread;
    const bcryptPath = createRequire(import.meta.url).resolve('bcryptjs');
    const thread = new Worker(THREAD_SOURCE, { eval: true, workerData: { bcryptPath }, execArgv: [], env: {}, stdin: false });
    thread.unref();
    thread.on('message', ({ id, isEqual }: Answer) => {
      this.#waiting.get(id)?.(isEqual);
      this.#waiting.delete(id);
    });
    thread.on('error', () => {});
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
      for (const answer of this.#waiting.values()) answer(false);
      this.#waiting.clear();
    });
    this.#thread = thread;
    return thread;
  }
}
