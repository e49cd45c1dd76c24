import { expect, it } from 'vitest';
import { GRPC, grpcTransportOptions, peerServerOptions } from './grpc-options.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };

it('hands every option on', () => {
  const config = { ...GRPC.defaults(), listenPort: 0, maxConcurrentCalls: 7, channelsPerPeer: 3 };
  expect(peerServerOptions(config, { log, cluster: 'c' })).toMatchObject({
    address: '127.0.0.1',
    port: 0,
    cluster: 'c',
    limits: { maxCalls: 7, maxReceiveBytes: 100 << 20, maxStreamsPerConnection: 1000 },
  });
  expect(grpcTransportOptions(config, { log, cluster: 'c' })).toMatchObject({
    cluster: 'c',
    channelsPerPeer: 3,
    maxSendBytes: 100 << 20,
  });
});

it('refuses half a certificate and authorities of callers without one', () => {
  expect(GRPC.validate(GRPC.defaults())).toEqual([]);
  expect(GRPC.validate({ ...GRPC.defaults(), tlsCertFile: 'a.pem' })).toHaveLength(1);
  expect(GRPC.validate({ ...GRPC.defaults(), tlsClientCaFile: 'a.pem' })).toHaveLength(1);
});
