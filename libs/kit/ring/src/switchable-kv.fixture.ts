import { InProcessKv, type KvListener, type KvStore, KvUnavailableError } from '@telamon/kv';

/** A store that can be away: calls fail, watches tell nothing until it is back. */
export class SwitchableKv extends InProcessKv {
  isAway = false;
  /** Writes are done, but their callers are told that the store did not answer. */
  losesAnswers = false;
  readonly #held: (() => void)[] = [];

  override another(): SwitchableKv {
    throw new Error('not made for that');
  }

  override get(...args: Parameters<KvStore['get']>): ReturnType<KvStore['get']> {
    return this.#read(() => super.get(...args));
  }

  override list(...args: Parameters<KvStore['list']>): ReturnType<KvStore['list']> {
    return this.#read(() => super.list(...args));
  }

  override create(...args: Parameters<KvStore['create']>): ReturnType<KvStore['create']> {
    return this.#write(() => super.create(...args));
  }

  override update(...args: Parameters<KvStore['update']>): ReturnType<KvStore['update']> {
    return this.#write(() => super.update(...args));
  }

  override delete(...args: Parameters<KvStore['delete']>): ReturnType<KvStore['delete']> {
    return this.#write(() => super.delete(...args));
  }

  override watch(prefix: string, listener: KvListener): () => void {
    return super.watch(prefix, (change) => {
      if (this.isAway) this.#held.push(() => listener(change));
      else listener(change);
    });
  }

  /** Answers again, and tells what watches missed. */
  comeBack(): void {
    this.isAway = false;
    for (const tell of this.#held.splice(0)) tell();
  }

  async #read<T>(call: () => Promise<T>): Promise<T> {
    if (this.isAway) throw new KvUnavailableError('away');
    return await call();
  }

  async #write<T>(call: () => Promise<T>): Promise<T> {
    const result = await this.#read(call);
    if (this.losesAnswers) throw new KvUnavailableError('the answer was lost');
    return result;
  }
}
