import { decodeUtf8, encodeUtf8 } from '@telamon/bytes';

/** Which replica of a pair is elected, as all distributors know it. */
export interface HaElection {
  readonly tenant: string;
  readonly cluster: string;
  readonly replica: string;
  /** When the replica was last known to send, ms of the wall clock. Told to the store now and then only. */
  readonly seenMs: number;
}

/** The value of an election's key: JSON, `{"tenant","cluster","replica","seenMs"}`. */
export function encodeElection({ tenant, cluster, replica, seenMs }: HaElection): Uint8Array {
  return encodeUtf8(JSON.stringify({ tenant, cluster, replica, seenMs }));
}

/** Reads a value; undefined when it is not an election. Unknown fields are passed over. */
export function decodeElection(value: Uint8Array): HaElection | undefined {
  let read: unknown;
  try {
    read = JSON.parse(decodeUtf8(value, 0, value.length));
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const { tenant, cluster, replica, seenMs } = read as Record<string, unknown>;
  const isElection = typeof tenant === 'string' && typeof cluster === 'string' && typeof replica === 'string';
  return isElection && typeof seenMs === 'number' ? { tenant, cluster, replica, seenMs } : undefined;
}
