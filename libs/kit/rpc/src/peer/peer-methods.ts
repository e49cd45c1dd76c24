import type { PeerDuplexHandler, PeerService, PeerStreamHandler, PeerUnaryHandler } from './peer-contract.ts';

/** A method and how it talks. */
export type PeerMethod =
  | { readonly kind: 'unary'; readonly path: string; readonly handler: PeerUnaryHandler }
  | { readonly kind: 'stream'; readonly path: string; readonly handler: PeerStreamHandler }
  | { readonly kind: 'duplex'; readonly path: string; readonly handler: PeerDuplexHandler };

/** Methods by path. */
export type PeerMethods = ReadonlyMap<string, PeerMethod>;

/** The methods of services by path. Throws on malformed or repeated names (programmer error). */
export function indexPeerMethods(services: readonly PeerService[]): PeerMethods {
  const methods = new Map<string, PeerMethod>();
  const add = (method: PeerMethod): void => {
    if (!/^\/[A-Za-z0-9_.]+\/[A-Za-z0-9_]+$/.test(method.path)) throw new Error(`malformed method path: ${method.path}`);
    if (methods.has(method.path)) throw new Error(`method registered twice: ${method.path}`);
    methods.set(method.path, method);
  };
  for (const { name, unary, streams, duplex } of services) {
    for (const [key, handler] of Object.entries(unary ?? {})) add({ kind: 'unary', path: `/${name}/${key}`, handler });
    for (const [key, handler] of Object.entries(streams ?? {})) add({ kind: 'stream', path: `/${name}/${key}`, handler });
    for (const [key, handler] of Object.entries(duplex ?? {})) add({ kind: 'duplex', path: `/${name}/${key}`, handler });
  }
  return methods;
}
