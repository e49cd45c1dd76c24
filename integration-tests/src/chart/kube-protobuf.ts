import protobuf from 'protobufjs';

/**
 * What helm sends as protobuf are the Secrets that its releases are kept in: four bytes `k8s\0`, then
 *
 *   Unknown   1 TypeMeta { 1 apiVersion, 2 kind }   2 raw bytes of the object
 *   Secret    1 ObjectMeta   2 data map<string, bytes>   3 type   4 stringData map<string, string>
 *
 * (k8s.io/apimachinery runtime/generated.proto, k8s.io/api core/v1/generated.proto).
 */
const DEFINITIONS = `
syntax = "proto2";
message TypeMeta { optional string apiVersion = 1; optional string kind = 2; }
message Unknown { optional TypeMeta typeMeta = 1; optional bytes raw = 2; }
message ObjectMeta {
  optional string name = 1;
  optional string namespace = 3;
  optional string uid = 5;
  optional string resourceVersion = 6;
  map<string, string> labels = 11;
  map<string, string> annotations = 12;
}
message Secret { optional ObjectMeta metadata = 1; map<string, bytes> data = 2; optional string type = 3; map<string, string> stringData = 4; }
message DeleteOptions { optional string propagationPolicy = 4; }
`;

const MAGIC = Buffer.from('k8s\0');
const root = protobuf.parse(DEFINITIONS, { keepCase: true }).root;

/** A Secret or a message without content as the JSON that the same client would have sent; throws for any other kind. */
export function decodeKubeProtobuf(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, 4).equals(MAGIC)) throw new Error('not a protobuf of Kubernetes');
  const unknown = root.lookupType('Unknown').decode(body.subarray(4)) as unknown as {
    typeMeta: { apiVersion: string; kind: string };
    raw: Uint8Array;
  };
  const { apiVersion, kind } = unknown.typeMeta;
  if (kind === 'DeleteOptions') return { apiVersion, kind };
  if (kind !== 'Secret') throw new Error(`a protobuf of ${apiVersion} ${kind}, which nobody expected`);
  const type = root.lookupType('Secret');
  const secret = type.toObject(type.decode(unknown.raw), { bytes: String, longs: String }) as Record<string, unknown>;
  return { apiVersion, kind, ...secret };
}
