import { decompress, UnsupportedEncodingError } from '@telamon/bytes';
import { otlpRequestTooLarge } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { type HttpContext, parseMediaType } from '@telamon/rpc';
import { encodeOtlpMetricsResponse, encodeRpcStatus, type OtlpEncoding } from '@telamon/wire';
import type { OtlpDeps } from './otlp-deps.ts';
import { otlpFailure, retryAfterSeconds } from './otlp-failure.ts';
import { decodeFailure, type OtlpReceiver } from './otlp-receiver.ts';

const CONTENT_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};
const CODINGS: ReadonlySet<string> = new Set(['', 'identity', 'gzip', 'zstd', 'lz4']);

/** `POST` of OTLP metrics. Replies are of the type of the request; errors are `google.rpc.Status`. */
export function otlpHandler(deps: OtlpDeps, receiver: OtlpReceiver): (context: HttpContext) => Promise<void> {
  const random = deps.random ?? Math.random;
  return async (context) => {
    const encoding = encodingOf(context.headers['content-type']);
    if (encoding === undefined) {
      await context.text(400, `${wrongType(context.headers['content-type'] ?? '')}\n`);
      return;
    }
    let reply: { status: number; body: Uint8Array };
    try {
      reply = { status: 200, body: await receive(context, deps, receiver, encoding) };
    } catch (error) {
      if (context.isGone) throw error;
      if (!(error instanceof TelamonError)) deps.log.error('OTLP request failed', { error, tenant: context.tenant });
      const failure = otlpFailure(error);
      if (failure.isRetryable) {
        const attempt = context.headers['retry-attempt'];
        const text = Array.isArray(attempt) ? attempt[0] : attempt;
        context.setHeader('Retry-After', String(retryAfterSeconds(text, random())));
      }
      reply = { status: failure.status, body: encodeRpcStatus(encoding, failure.code, failure.message) };
    }
    await context.bytes(reply.status, CONTENT_TYPES[encoding], reply.body);
  };
}

async function receive(
  context: HttpContext,
  deps: OtlpDeps,
  receiver: OtlpReceiver,
  encoding: OtlpEncoding,
): Promise<Uint8Array> {
  const coding = (context.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (!CODINGS.has(coding)) throw wrongCoding(coding);
  const { tenant, headers } = context;
  receiver.admit(tenant);
  const maxBytes = deps.maxRequestSizeBytes;
  const tooLarge = (limitBytes: number, compressedBytes: number): TelamonError =>
    otlpRequestTooLarge({ compressedBytes, limitBytes });
  const sent = await context.readBody({ maxBytes, tooLarge });
  const body = await unpack(coding, sent, maxBytes);
  return encodeOtlpMetricsResponse(encoding, await receiver.receive({ tenant, encoding, body, headers }));
}

async function unpack(coding: string, sent: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  try {
    return await decompress(coding, sent, maxBytes);
  } catch (error) {
    throw error instanceof UnsupportedEncodingError ? wrongCoding(coding) : decodeFailure(error, maxBytes);
  }
}

function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const essence = parseMediaType(contentType)?.essence;
  if (essence === CONTENT_TYPES.json) return 'json';
  return essence === CONTENT_TYPES.protobuf ? 'protobuf' : undefined;
}

function wrongType(contentType: string): string {
  return `unsupported content type: ${contentType}, supported: [${CONTENT_TYPES.json}, ${CONTENT_TYPES.protobuf}]`;
}

function wrongCoding(coding: string): TelamonError {
  const text = `unsupported compression: ${coding}. Only "gzip", "zstd", "lz4" or no compression supported`;
  return new TelamonError(text, { status: 400, isRetryable: false });
}
