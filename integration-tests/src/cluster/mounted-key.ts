import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3_CREDENTIALS, type S3Key } from '../harness/real-servers.ts';

/** An access key in a folder of files, as Kubernetes mounts a Secret: links that are turned to another folder at once. */
export class MountedKey {
  readonly folder: string;
  #current: S3Key = S3_CREDENTIALS;
  #changes = 0;

  /** `folder` is made. */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    this.change(this.#current);
    for (const name of ['access-key-id', 'secret-access-key']) symlinkSync(join('..data', name), join(folder, name));
  }

  get current(): S3Key {
    return this.#current;
  }

  /** Whoever reads from now on gets this one. */
  change(key: S3Key): void {
    const next = `..${++this.#changes}`;
    const own = join(this.folder, next);
    mkdirSync(own);
    writeFileSync(join(own, 'access-key-id'), key.accessKey);
    writeFileSync(join(own, 'secret-access-key'), key.secretKey);
    symlinkSync(next, join(this.folder, '..data-new'));
    renameSync(join(this.folder, '..data-new'), join(this.folder, '..data'));
    rmSync(join(this.folder, `..${this.#changes - 1}`), { recursive: true, force: true });
    this.#current = key;
  }
}
