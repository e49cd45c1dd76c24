import type { Readable } from 'node:stream';

/** What a store says of an object without its bytes. */
export interface ObjectInfo {
  readonly sizeBytes: number;
  /** Milliseconds since the epoch; stores round to seconds. */
  readonly modifiedMs: number;
  /** Changes whenever the content does; opaque. */
  readonly etag: string;
}

/** One element of a listing. */
export interface ListEntry {
  /** Full key; of a folder, with its trailing slash. */
  readonly key: string;
  readonly isFolder: boolean;
  /** 0 for folders. */
  readonly sizeBytes: number;
  /** 0 for folders. */
  readonly modifiedMs: number;
}

/** What to list. */
export interface ListOptions {
  /** True: every object below the prefix. False (default): one level; deeper objects show as folders. */
  readonly isRecursive?: boolean;
  /** Begin after this key. */
  readonly startAfter?: string;
  readonly signal?: AbortSignal;
}

/** Content of an object: bytes that must not change until the write is done, or a file to read them from. */
export type PutBody = Uint8Array | { readonly file: string };

/** What a store can do. */
export interface BucketCapabilities {
  /** Whether {@link Bucket.putIfAbsent} is decided by the store, race-free; otherwise it is a look before the write. */
  readonly hasConditionalPut: boolean;
}

/**
 * A flat space of objects by key. Objects are replaced whole and are readable only when complete. Keys are checked by `checkKey` (TelamonError 400).
 * Reads of a key that is not there throw `ObjectNotFoundError`. Other failures are TelamonErrors whose `isRetryable` tells whether to try again.
 * Every call takes a signal and rejects soon after it aborts.
 */
export interface Bucket {
  /** For logs and errors; holds no credentials. */
  readonly name: string;
  readonly capabilities: BucketCapabilities;
  /** The whole object. The array belongs to the caller. */
  get(key: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** The bytes [offset, offset + length), fewer when the object ends before, none when it ends before the offset. The array belongs to the caller. */
  getRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array>;
  /** The whole object as a stream, for copying large ones to disk. The caller consumes or destroys it. */
  getStream(key: string, signal?: AbortSignal): Promise<Readable>;
  head(key: string, signal?: AbortSignal): Promise<ObjectInfo>;
  /** Whether the object is there. */
  exists(key: string, signal?: AbortSignal): Promise<boolean>;
  /** Writes or replaces. When it resolves, the object is durable. */
  put(key: string, body: PutBody, signal?: AbortSignal): Promise<void>;
  /** Writes unless the key is there; false when it was. */
  putIfAbsent(key: string, body: Uint8Array, signal?: AbortSignal): Promise<boolean>;
  /**
   * Objects whose key begins with the prefix ('' for all), in the order of their UTF-8 bytes. What no key of ours can name is left out.
   * Some servers keep showing a folder whose last object was deleted.
   */
  list(prefix: string, options?: ListOptions): AsyncIterable<ListEntry>;
  /** Deletes; a key that is not there is no error. */
  delete(key: string, signal?: AbortSignal): Promise<void>;
  /** Deletes several, in any order. Throws after trying all when any failed. */
  deleteMany(keys: readonly string[], signal?: AbortSignal): Promise<void>;
  /** Ends connections. */
  close(): Promise<void>;
}

/** Part of an object. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** @throws Error when the range is not made of non-negative safe integers (programmer error). */
export function checkRange({ offset, length }: ByteRange): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new Error(`malformed range: offset ${offset}, length ${length}`);
  }
}
