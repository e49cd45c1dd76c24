import { ServerCredentials } from '@grpc/grpc-js';
import type { PeerTls } from './peer-tls.ts';

/**
 * TLS of a server, following the files of a {@link PeerTls}: new handshakes take the new certificate, connections that stand go on. With
 * authorities for callers at the start, callers without a certificate of theirs don't get past the handshake.
 */
export class ReloadableServerCredentials extends ServerCredentials {
  readonly #stopWatching: () => void;

  constructor(tls: PeerTls, handshakeTimeoutMs: number) {
    const isClientChecked = tls.material.clientCa !== undefined;
    super(
      {
        requestCert: isClientChecked,
        rejectUnauthorized: isClientChecked,
        handshakeTimeout: handshakeTimeoutMs,
        minVersion: 'TLSv1.2',
        ALPNProtocols: ['h2'],
      },
      contextOf(tls),
    );
    this.#stopWatching = tls.onChange(() => this.updateSecureContextOptions(contextOf(tls)));
  }

  /** Stops following the files. */
  close(): void {
    this.#stopWatching();
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

function contextOf({ material }: PeerTls): { cert?: Buffer; key?: Buffer; ca?: Buffer; minVersion: 'TLSv1.2' } {
  const { cert, key, clientCa } = material;
  return {
    minVersion: 'TLSv1.2',
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(clientCa === undefined ? {} : { ca: clientCa }),
  };
}
