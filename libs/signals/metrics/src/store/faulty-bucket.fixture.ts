import { MemoryBucket } from '@telamon/objstore';

/** The process ends here, as far as the code under test can tell. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** A bucket whose writes and deletes fail from a chosen one on, and which says how many there were. */
export class FaultyBucket extends MemoryBucket {
  /** Writes and deletes so far. */
  changes = 0;
  /** Changes from this one on (0-based) fail. */
  failFrom: number = Number.POSITIVE_INFINITY;
  /** Whether the failing change is carried out nevertheless, its answer lost. */
  isCarriedOut = false;

  override async put(...args: Parameters<MemoryBucket['put']>): Promise<void> {
    await this.#change(() => super.put(...args));
  }

  override async delete(...args: Parameters<MemoryBucket['delete']>): Promise<void> {
    await this.#change(() => super.delete(...args));
  }

  async #change(act: () => Promise<void>): Promise<void> {
    const isFailing = this.changes >= this.failFrom;
    const isLost = isFailing && this.changes === this.failFrom && this.isCarriedOut;
    this.changes++;
    if (!isFailing || isLost) await act();
    if (isFailing) throw new Crash('crash');
  }

  /** All keys. */
  async keys(prefix: string = ''): Promise<string[]> {
    const keys: string[] = [];
    for await (const entry of this.list(prefix, { isRecursive: true })) keys.push(entry.key);
    return keys;
  }
}
