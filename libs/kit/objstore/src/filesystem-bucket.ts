import { constants } from 'node:fs';
import { type FileHandle, link, lstat, open, realpath, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { TelamonError } from '@telamon/model';
import {
  type Bucket,
  type BucketCapabilities,
  type ByteRange,
  checkRange,
  type ListEntry,
  type ListOptions,
  type ObjectInfo,
  type PutBody,
} from './bucket.ts';
import { walkObjects } from './filesystem-walk.ts';
import {
  copyInto,
  makeDurableFolder,
  prepareRoot,
  removeStaleTemporaries,
  syncFolder,
  TEMPORARY_FOLDER,
  temporaryName,
} from './filesystem-write.ts';
import { abortedError, isFound, ObjectNotFoundError, storeError } from './object-errors.ts';
import { checkKey, checkPrefix, compareKeys } from './object-key.ts';

/** Attempts to place an object whose folder another delete keeps taking away. */
const MAX_PLACE_ATTEMPTS = 10;
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Objects as files below a folder, the key being the path. A write goes to a temporary file, is synced, and renamed; the folders are synced too.
 * Symbolic links are followed nowhere below the root. A key cannot be both an object and a folder here (`a` and `a/b`).
 */
export class FilesystemBucket implements Bucket {
  readonly name: string;
  readonly capabilities: BucketCapabilities = { hasConditionalPut: true };
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
    this.name = root;
  }

  /**
   * Opens the folder, creating it (mode 0700) when it is not there.
   *
   * @throws TelamonError when it is a symbolic link, no folder, or writable for everyone.
   */
  static async open(folder: string): Promise<FilesystemBucket> {
    await prepareRoot(folder);
    const root = await realpath(folder);
    await removeStaleTemporaries(root);
    return new FilesystemBucket(root);
  }

  /** The file of an object, whether it is there or not; to be opened in a worker thread (see `FileSource`). @throws TelamonError 400 for a bad key. */
  pathOf(key: string): string {
    checkKey(key);
    if (key === TEMPORARY_FOLDER || key.startsWith(`${TEMPORARY_FOLDER}/`)) {
      throw new TelamonError(`object key ${key} is reserved`, { status: 400 });
    }
    return join(this.#root, key);
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return await this.#read(key, signal, async (file) => {
      const { size } = await file.stat();
      return await readFully(file, 0, size);
    });
  }

  async getRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    checkRange(range);
    return await this.#read(key, signal, async (file) => {
      const { size } = await file.stat();
      return await readFully(file, range.offset, Math.max(0, Math.min(range.length, size - range.offset)));
    });
  }

  async getStream(key: string, signal?: AbortSignal): Promise<Readable> {
    const path = this.#begin(key, signal);
    const file = await this.#guard(key, 'read', () => this.#openObject(path, key));
    return file.createReadStream(signal ? { signal } : {});
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectInfo> {
    const path = this.#begin(key, signal);
    return await this.#guard(key, 'head', async () => {
      await this.#checkFolder(path, key);
      const found = await lstat(path, { bigint: true });
      if (!found.isFile()) throw new ObjectNotFoundError(this.name, key);
      const etag = `${found.size.toString(16)}-${found.mtimeNs.toString(16)}-${found.ino.toString(16)}`;
      return { sizeBytes: Number(found.size), modifiedMs: Number(found.mtimeMs), etag };
    });
  }

  async exists(key: string, signal?: AbortSignal): Promise<boolean> {
    return await isFound(this.head(key, signal));
  }

  async put(key: string, body: PutBody, signal?: AbortSignal): Promise<void> {
    const path = this.#begin(key, signal);
    await this.#guard(key, 'write', () => this.#write(path, key, body, signal, (temporary) => rename(temporary, path)));
  }

  async putIfAbsent(key: string, body: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    const path = this.#begin(key, signal);
    return await this.#guard(key, 'write', async () => {
      try {
        await this.#write(path, key, body, signal, async (temporary) => {
          await link(temporary, path);
          await unlink(temporary);
        });
        return true;
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false;
        throw error;
      }
    });
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ListEntry> {
    checkPrefix(prefix);
    const { signal, startAfter, isRecursive = false } = options;
    const from = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (from !== '' && !(await this.#isRealFolder(join(this.#root, from)))) return;
    for await (const entry of walkObjects({ root: this.#root, from, prefix, isRecursive, startAfter })) {
      if (signal?.aborted) throw abortedError(signal);
      if (startAfter === undefined || compareKeys(entry.key, startAfter) > 0) yield entry;
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    const path = this.#begin(key, signal);
    await this.#guard(key, 'delete', async () => {
      await this.#checkFolder(path, key);
      if ((await lstat(path)).isFile()) await unlink(path);
      await this.#pruneFolders(dirname(path));
    }).catch((error: unknown) => {
      if (!(error instanceof ObjectNotFoundError)) throw error;
    });
  }

  async deleteMany(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    let failure: unknown;
    for (const key of keys) {
      await this.delete(key, signal).catch((error: unknown) => {
        failure ??= error;
      });
    }
    if (failure !== undefined) throw failure;
  }

  async close(): Promise<void> {}

  #begin(key: string, signal: AbortSignal | undefined): string {
    const path = this.pathOf(key);
    if (signal?.aborted) throw abortedError(signal);
    return path;
  }

  async #read<T>(key: string, signal: AbortSignal | undefined, use: (file: FileHandle) => Promise<T>): Promise<T> {
    const path = this.#begin(key, signal);
    return await this.#guard(key, 'read', async () => {
      const file = await this.#openObject(path, key);
      try {
        return await use(file);
      } finally {
        await file.close();
      }
    });
  }

  async #openObject(path: string, key: string): Promise<FileHandle> {
    await this.#checkFolder(path, key);
    const file = await open(path, READ_FLAGS);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new ObjectNotFoundError(this.name, key);
  }

  /** O_NOFOLLOW covers the last name only; this covers those before it. */
  async #checkFolder(path: string, key: string): Promise<void> {
    const folder = dirname(path);
    if ((await realpath(folder)) !== folder) throw linkError(this.name, key);
  }

  async #isRealFolder(folderWithSlash: string): Promise<boolean> {
    const folder = folderWithSlash.replace(/\/$/, '');
    try {
      return (await realpath(folder)) === folder && (await stat(folder)).isDirectory();
    } catch {
      return false;
    }
  }

  async #write(
    path: string,
    key: string,
    body: PutBody,
    signal: AbortSignal | undefined,
    place: (temporary: string) => Promise<void>,
  ): Promise<void> {
    const temporary = join(this.#root, TEMPORARY_FOLDER, temporaryName());
    try {
      await copyInto(temporary, body, signal);
      for (let attempt = 1; ; attempt++) {
        try {
          await makeDurableFolder(dirname(path));
          await this.#checkFolder(path, key);
          await place(temporary);
          break;
        } catch (error) {
          if (codeOf(error) !== 'ENOENT' || attempt === MAX_PLACE_ATTEMPTS) throw error;
        }
      }
      await syncFolder(dirname(path)).catch((error: unknown) => {
        // Somebody has already deleted the object, and its folder with it.
        if (codeOf(error) !== 'ENOENT') throw error;
      });
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw error;
    }
  }

  /** Removes folders that became empty, so that a listing shows none of them. */
  async #pruneFolders(start: string): Promise<void> {
    for (let folder = start; folder.length > this.#root.length; folder = dirname(folder)) {
      try {
        await rmdir(folder);
      } catch {
        return;
      }
    }
  }

  async #guard<T>(key: string, action: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof TelamonError) throw error;
      const code = codeOf(error);
      if (code === 'ELOOP') throw linkError(this.name, key);
      if ((code === 'ENOENT' || code === 'ENOTDIR') && action !== 'write') throw new ObjectNotFoundError(this.name, key, error);
      if (code === 'ENAMETOOLONG')
        throw new TelamonError(`object key ${key.slice(0, 128)} is too long for the file system`, { status: 400 });
      throw storeError(this.name, `${action} of ${key}`, error, code === 'EMFILE' || code === 'ENFILE' || code === 'EAGAIN');
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function linkError(bucket: string, key: string): TelamonError {
  return new TelamonError(`object ${key} in ${bucket} is behind a symbolic link, which is not followed`, {
    status: 500,
    isRetryable: false,
  });
}

async function readFully(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let used = 0;
  while (used < length) {
    const { bytesRead } = await file.read(bytes, used, length - used, offset + used);
    if (bytesRead === 0) break;
    used += bytesRead;
  }
  return new Uint8Array(bytes.buffer, 0, used);
}
