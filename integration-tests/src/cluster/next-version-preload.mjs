/**
 * Loaded into a process under test (`node --import`) it makes of this version the next one, seen from outside: every message to
 * other processes, requests and replies alike, has fields that this version does not know, and so has its entry in each ring.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(new URL('../../../libs/kit/rpc/package.json', import.meta.url));
const grpcFolder = dirname(require.resolve('@grpc/grpc-js/package.json'));

/** Field 536 a varint, field 537 a text: numbers that no message uses. */
const UNKNOWN_FIELDS = Buffer.from([0xc0, 0x21, 0x96, 0x01, 0xca, 0x21, 0x04, 0x6e, 0x65, 0x78, 0x74]);
const withMore = (message) => Buffer.concat([message, UNKNOWN_FIELDS]);

const { InternalChannel } = require(join(grpcFolder, 'build/src/internal-channel.js'));
const { createCall } = InternalChannel.prototype;
InternalChannel.prototype.createCall = function (...args) {
  const call = createCall.apply(this, args);
  const send = call.sendMessageWithContext.bind(call);
  call.sendMessageWithContext = (context, message) => send(context, withMore(message));
  return call;
};
const { BaseServerInterceptingCall } = require(join(grpcFolder, 'build/src/server-interceptors.js'));
const { sendMessage } = BaseServerInterceptingCall.prototype;
BaseServerInterceptingCall.prototype.sendMessage = function (message, done) {
  sendMessage.call(this, withMore(message), done);
};

const natsRequire = createRequire(new URL('../../../libs/kit/kv/package.json', import.meta.url));
const natsFolder = dirname(natsRequire.resolve('nats'));
const { NatsConnectionImpl } = natsRequire(join(natsFolder, 'lib/nats-base-client/nats.js'));
const { request } = NatsConnectionImpl.prototype;
NatsConnectionImpl.prototype.request = function (subject, data, ...rest) {
  const isEntry = subject.startsWith('$KV.') && /\bring\./.test(subject) && data?.length > 0;
  return request.call(this, subject, isEntry ? withField(data) : data, ...rest);
};

function withField(data) {
  const entry = JSON.parse(Buffer.from(data).toString());
  return Buffer.from(JSON.stringify({ ...entry, nextVersion: { weights: [1, 2] } }));
}
