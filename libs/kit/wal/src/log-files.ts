import type { makeOwnDirectory } from './own-directory.ts';

/** A file and its size, as a listing shows it. */
export interface LogFileEntry {
  readonly name: string;
  readonly sizeBytes: number;
}

/** An open file of a log. Not safe for overlapping writes; the log never makes any. */
export interface LogFile {
  /** Writes some of `bytes` at `position` and tells how many were written, which may be fewer (a full disk). */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Returns once everything written is on stable storage. */
  syncData(): Promise<void>;
  /** Reads up to `into.length` bytes at `position`; 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Cuts the file to `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * The few file operations that a log needs, as an interface so that tests can fill the disk, tear writes and fail syncs.
 * Every failure is thrown as the system reports it. Paths are absolute.
 */
export interface LogFiles {
  /** As {@link makeOwnDirectory}. */
  makeDirectory(path: string, levels?: number): Promise<void>;
  /** The regular files of a directory, in no promised order. */
  list(directory: string): Promise<LogFileEntry[]>;
  /** Makes a new file; throws when it exists. */
  create(path: string): Promise<LogFile>;
  /** Opens an existing file for reading and writing; never through a symbolic link. */
  open(path: string): Promise<LogFile>;
  /** Renames within one directory, replacing. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>;
}
