import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether the next stop is for good: everything is shipped and the instance leaves the ring. A file, so that a restart in between (a
 * node that was drained) does not forget it.
 */
export class ShutdownMarker {
  readonly #path: string;

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'prepare-shutdown');
  }

  get isSet(): boolean {
    return existsSync(this.#path);
  }

  set(): void {
    const file = openSync(this.#path, 'w', 0o600);
    fsyncSync(file);
    closeSync(file);
  }

  unset(): void {
    rmSync(this.#path, { force: true });
  }
}
