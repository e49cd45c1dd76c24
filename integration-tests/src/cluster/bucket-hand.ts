import { gunzipSync } from 'node:zlib';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { S3_CREDENTIALS } from '../harness/real-servers.ts';

/** Someone with the keys to the bucket, who looks and meddles without the product. */
export class BucketHand {
  readonly #bucket: string;
  readonly #client: S3Client;

  /** `url` as S3Store has it: `http://key:secret@host:port/bucket`. */
  constructor(url: string) {
    const { host, pathname } = new URL(url);
    const { accessKey, secretKey } = S3_CREDENTIALS;
    this.#bucket = pathname.slice(1);
    this.#client = new S3Client({
      endpoint: `http://${host}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    });
  }

  /** Every key below a prefix. */
  async keys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ContinuationToken: token }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys;
  }

  async get(key: string): Promise<Buffer> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    return Buffer.from(await Body!.transformToByteArray());
  }

  /** The ETag without quotes. */
  async put(key: string, body: Uint8Array): Promise<string> {
    const { ETag = '' } = await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body }));
    return ETag.replaceAll('"', '');
  }

  async copy(from: string, to: string): Promise<void> {
    await this.#client.send(new CopyObjectCommand({ Bucket: this.#bucket, CopySource: `${this.#bucket}/${from}`, Key: to }));
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  /** Blocks of a tenant that are complete and not marked for deletion. */
  async liveBlocks(tenant: string): Promise<LiveBlock[]> {
    const keys = new Set(await this.keys(`${tenant}/`));
    const ids = [...keys].flatMap((key) => /^[^/]+\/([0-9A-Z]{26})\/meta\.json$/.exec(key)?.[1] ?? []);
    // Either copy of a mark counts: the compactor may have been killed between the two.
    const live = ids.filter(
      (id) => !keys.has(`${tenant}/${id}/deletion-mark.json`) && !keys.has(`${tenant}/markers/${id}-deletion-mark.json`),
    );
    return await Promise.all(
      live.map(async (id) => {
        const meta = JSON.parse((await this.get(`${tenant}/${id}/meta.json`)).toString()) as LiveBlock;
        return { ...meta, ulid: id };
      }),
    );
  }

  /** ULIDs of the blocks that a tenant's bucket index lists, which the compactor writes. */
  async indexedBlocks(tenant: string): Promise<Set<string>> {
    const index = JSON.parse(gunzipSync(await this.get(`${tenant}/bucket-index.json.gz`)).toString()) as BucketIndexFile;
    return new Set(index.blocks.map(({ block_id }) => block_id));
  }

  close(): void {
    this.#client.destroy();
  }
}

interface BucketIndexFile {
  readonly blocks: readonly { readonly block_id: string }[];
}

/** What is used of a block's meta.json. */
export interface LiveBlock {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
  readonly compaction: { readonly level: number; readonly sources?: readonly string[] };
  readonly stats?: { readonly numSamples?: number };
}
