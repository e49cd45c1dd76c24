import { afterEach, describe, it } from 'vitest';
import { CONFORMANCE_MESSAGE_BYTES, peerConformance } from './conformance.ts';
import { Cleanup, GrpcBed, openTls, QuietLog } from './grpc-peer.fixture.ts';
import { InProcessTransport } from './in-process-transport.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('calls within the process', () => {
  it.each(peerConformance())('$name', async ({ services, run }) => {
    const transport = new InProcessTransport({ log: new QuietLog(), maxMessageBytes: CONFORMANCE_MESSAGE_BYTES });
    const served = services();
    let unregister = transport.register('here', served);
    await run({
      transport,
      address: 'here',
      deadAddress: 'nowhere',
      pause: async () => unregister(),
      resume: async () => {
        unregister = transport.register('here', served);
      },
    });
    await transport.close();
  });
});

const bounds = { maxReceiveBytes: CONFORMANCE_MESSAGE_BYTES, maxSendBytes: CONFORMANCE_MESSAGE_BYTES };

describe('calls over gRPC', () => {
  it.each(peerConformance())('$name', async ({ services, run }) => {
    await run(
      await GrpcBed.open(services(), { server: { limits: bounds }, transport: { ...bounds, channelsPerPeer: 1 } }, cleanup),
    );
  });
});

describe('calls over gRPC with mutual TLS', () => {
  it.each(peerConformance())('$name', async ({ services, run }) => {
    const { server, client } = await openTls(cleanup);
    const options = {
      server: { limits: bounds, tls: server, cluster: 'c' },
      transport: { ...bounds, tls: client, cluster: 'c' },
    };
    await run(await GrpcBed.open(services(), options, cleanup));
  });
});
