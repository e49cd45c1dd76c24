import type { KvStore } from '@telamon/kv';
import type { RingReader } from '@telamon/ring';
import type { PeerService, PeerTransport } from '@telamon/rpc';

/** What a process knows of the others. */
export interface Cluster {
  readonly kv: KvStore;
  readonly transport: PeerTransport;
  /** The ring of a role by the role's name; the same one each time. Followed while the process runs. */
  ring(role: string): RingReader;
  /** Offers calls to other processes on the internal listener. Only before the process starts. */
  serve(service: PeerService): void;
}
