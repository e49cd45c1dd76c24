import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext, type SecureContext } from 'node:tls';
import { ChannelCredentials } from '@grpc/grpc-js';
import type { PeerTls } from './peer-tls.ts';

/** How a channel is secured. */
export interface ChannelSecurity {
  readonly credentials: ChannelCredentials;
  /** Host name that the handshake asks for; '' for the host of the address. */
  readonly requestedName: string;
}

/** Asked for where the server is known by its IP address, which TLS does not let be asked for; no server has this name (RFC 6761). */
const NO_NAME = 'peer.invalid';

/** Context for connections to servers; undefined without authorities for them: calls are plain then. */
export function createPeerContext(tls: PeerTls | undefined): SecureContext | undefined {
  const { ca, cert, key } = tls?.material ?? {};
  return ca === undefined ? undefined : createSecureContext({ ca, cert, key });
}

/** Security of channels to `host:port`, whose certificate must carry `serverName`, or the host when it is ''. */
export function channelSecurity(context: SecureContext | undefined, address: string, serverName: string): ChannelSecurity {
  if (context === undefined) return { credentials: ChannelCredentials.createInsecure(), requestedName: '' };
  const expected = serverName === '' ? hostOf(address) : serverName;
  if (isIP(expected) === 0) {
    return { credentials: ChannelCredentials.createFromSecureContext(context), requestedName: serverName };
  }
  // grpc-js would ask for the IP address, which Node refuses since 26.
  const credentials = ChannelCredentials.createFromSecureContext(context, {
    checkServerIdentity: (_requested, certificate) => checkServerIdentity(expected, certificate),
  });
  return { credentials, requestedName: NO_NAME };
}

function hostOf(address: string): string {
  const host = address.slice(0, address.lastIndexOf(':'));
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
