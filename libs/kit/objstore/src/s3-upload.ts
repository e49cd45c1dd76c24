import { open } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { PutBody } from './bucket.ts';
import { abortedError } from './object-errors.ts';
import { type RetryPolicy, withRetry } from './retry.ts';
import { explainS3Error } from './s3-errors.ts';
import { readSse, type S3Sse, writeSse } from './s3-options.ts';

/** Bodies above this are sent in parts of at least this size. */
export const PART_BYTES: number = 16 << 20;
/** S3's bound. */
const MAX_PARTS = 10_000;
/** Parts in flight: bounds the memory to 64 MiB for objects up to 156 GiB. */
const CONCURRENT_PARTS = 4;

type Sdk = typeof import('@aws-sdk/client-s3');

/** What an upload works with. */
export interface UploadContext {
  readonly sdk: Sdk;
  readonly client: S3Client;
  readonly bucket: string;
  readonly name: string;
  readonly sse: S3Sse | undefined;
  readonly retry: RetryPolicy;
  /** Runs a call, again if the credentials were refused and there are others: an upload may outlive them. */
  readonly run: <T>(call: () => Promise<T>) => Promise<T>;
}

/** Reads [offset, offset + length) of the body. */
type ReadPart = (offset: number, length: number) => Promise<Uint8Array>;

/** Runs with the size of the body and a reader of its parts; closes the file after. */
export async function withParts<T>(body: PutBody, use: (sizeBytes: number, read: ReadPart) => Promise<T>): Promise<T> {
  if (body instanceof Uint8Array) return await use(body.length, async (offset, length) => body.subarray(offset, offset + length));
  const file = await open(body.file, 'r');
  try {
    const { size } = await file.stat();
    return await use(size, async (offset, length) => {
      const part = Buffer.allocUnsafeSlow(length);
      for (let used = 0; used < length; ) {
        const { bytesRead } = await file.read(part, used, length - used, offset + used);
        if (bytesRead === 0) throw new Error('the file became shorter while it was uploaded');
        used += bytesRead;
      }
      return part;
    });
  } finally {
    await file.close();
  }
}

/** Uploads in parts; each part is retried by itself. When it fails, what was uploaded is given up so that it costs nothing. */
export async function uploadParts(
  context: UploadContext,
  key: string,
  sizeBytes: number,
  read: ReadPart,
  signal?: AbortSignal,
): Promise<void> {
  const { sdk, client, bucket } = context;
  const options = signal ? { abortSignal: signal } : {};
  const target = { Bucket: bucket, Key: key };
  const created = await client.send(new sdk.CreateMultipartUploadCommand({ ...target, ...writeSse(context.sse) }), options);
  const upload = { ...target, UploadId: created.UploadId };
  try {
    const parts = await sendAll(context, upload, sizeBytes, read, signal);
    const completion = { ...upload, MultipartUpload: { Parts: parts } };
    await context.run(() => client.send(new sdk.CompleteMultipartUploadCommand(completion), options));
  } catch (error) {
    await context.run(() => client.send(new sdk.AbortMultipartUploadCommand(upload))).catch(() => {});
    throw error;
  }
}

interface Upload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

interface SentPart {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
}

async function sendAll(
  context: UploadContext,
  upload: Upload,
  sizeBytes: number,
  read: ReadPart,
  signal: AbortSignal | undefined,
): Promise<SentPart[]> {
  const partBytes = Math.max(PART_BYTES, Math.ceil(sizeBytes / MAX_PARTS));
  const count = Math.ceil(sizeBytes / partBytes);
  const sent: SentPart[] = [];
  let next = 0;
  let failure: unknown;
  const work = async (): Promise<void> => {
    while (next < count && failure === undefined) {
      const index = next++;
      try {
        if (signal?.aborted) throw abortedError(signal);
        const body = await read(index * partBytes, Math.min(partBytes, sizeBytes - index * partBytes));
        sent[index] = await sendPart(context, upload, index + 1, body, signal);
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_PARTS, count) }, work));
  if (failure !== undefined) throw failure;
  return sent;
}

async function sendPart(
  context: UploadContext,
  upload: Upload,
  number: number,
  body: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<SentPart> {
  const input = { ...upload, ...readSse(context.sse), PartNumber: number, Body: body, ContentLength: body.length };
  return await withRetry(context.retry, signal, async () => {
    try {
      const options = signal ? { abortSignal: signal } : {};
      const reply = await context.run(() => context.client.send(new context.sdk.UploadPartCommand(input), options));
      return { PartNumber: number, ETag: reply.ETag };
    } catch (error) {
      throw explainS3Error(context.name, upload.Key, 'upload of a part', error, signal);
    }
  });
}
