import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type RealServer, S3_CREDENTIALS, startSeaweedFs } from './real-servers.ts';
import { scratchFolder } from './repository.ts';
import { findTool } from './test-tool.ts';

/** Where blocks are shipped to: a folder or a real S3-compatible server, seen from outside the product. */
export interface BlockStore {
  /** Options of the product that choose this store; none for the folder in its data directory. */
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Ids of the blocks of a tenant that are complete. */
  blocks(tenant: string): Promise<string[]>;
  /** Copies a tenant's blocks into a folder, each under its id. */
  download(tenant: string, folder: string): Promise<void>;
  /** Puts a block's folder under its id into the tenant's place, `meta.json` last. */
  upload(tenant: string, blockFolder: string, id: string): Promise<void>;
  /** Ends the server, if there is one. */
  dispose(): Promise<void>;
}

/** The file-system bucket of a data directory. */
export class FolderStore implements BlockStore {
  readonly flags: readonly string[] = [];
  readonly env: Readonly<Record<string, string>> = {};
  readonly #root: () => string;

  /** `root` is asked late, because the data directory may be chosen after the store. */
  constructor(root: () => string) {
    this.#root = root;
  }

  async blocks(tenant: string): Promise<string[]> {
    const folder = join(this.#root(), tenant);
    if (!existsSync(folder)) return [];
    return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'meta.json')));
  }

  async download(tenant: string, folder: string): Promise<void> {
    for (const id of await this.blocks(tenant)) cpSync(join(this.#root(), tenant, id), join(folder, id), { recursive: true });
  }

  async upload(tenant: string, blockFolder: string, id: string): Promise<void> {
    const folder = join(this.#root(), tenant, id);
    mkdirSync(dirname(folder), { recursive: true });
    // Copied beside the bucket first: the rename makes the block appear whole.
    const partial = join(scratchFolder('upload'), id);
    cpSync(blockFolder, partial, { recursive: true });
    try {
      renameSync(partial, folder);
    } catch {
      cpSync(partial, folder, { recursive: true });
    }
  }

  async dispose(): Promise<void> {}
}

const BUCKET = 'telamon-test-blocks';
const KEY_FLAGS: readonly string[] = [
  `--blocks-storage.s3.access-key-id=${S3_CREDENTIALS.accessKey}`,
  `--blocks-storage.s3.secret-access-key=${S3_CREDENTIALS.secretKey}`,
];

/** A bucket on a real S3-compatible server. */
export class S3Store implements BlockStore {
  /** The bucket with its credentials, as `http://key:secret@host:port/bucket`. */
  readonly url: string;
  /** `http://host:port`. */
  readonly endpoint: string;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>> = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  readonly #client: S3Client;
  readonly #server: { dispose(): Promise<void> };

  private constructor(endpoint: string, server: { dispose(): Promise<void> }) {
    const { accessKey, secretKey } = S3_CREDENTIALS;
    this.#server = server;
    this.endpoint = endpoint;
    this.url = `http://${accessKey}:${secretKey}@${new URL(endpoint).host}/${BUCKET}`;
    this.#client = new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    });
    this.flags = this.flagsVia(new URL(endpoint).host);
  }

  /** The flags with another way (host:port) to the server, and with other flags that say what the key is. */
  flagsVia(host: string, keyFlags: readonly string[] = KEY_FLAGS): string[] {
    return [
      '--blocks-storage.backend=s3',
      `--blocks-storage.s3.endpoint=${host}`,
      '--blocks-storage.s3.region=us-east-1',
      '--blocks-storage.s3.insecure=true',
      `--blocks-storage.s3.bucket-name=${BUCKET}`,
      ...keyFlags,
    ];
  }

  /** Starts SeaweedFS and makes a bucket. */
  static async onSeaweedFs(program: string): Promise<S3Store> {
    const server: RealServer = await startSeaweedFs(program);
    return await S3Store.#withBucket(server.base, server);
  }

  /** Starts MinIO in a container and makes a bucket. */
  static async onMinio(image: string): Promise<S3Store> {
    const { MinioContainer } = await import('@testcontainers/minio');
    const container = await new MinioContainer(image)
      .withUsername(S3_CREDENTIALS.accessKey)
      .withPassword(S3_CREDENTIALS.secretKey)
      .start();
    const dispose = async (): Promise<void> => void (await container.stop());
    return await S3Store.#withBucket(container.getConnectionUrl(), { dispose });
  }

  static async #withBucket(endpoint: string, server: { dispose(): Promise<void> }): Promise<S3Store> {
    const store = new S3Store(endpoint, server);
    await store.#client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    return store;
  }

  async blocks(tenant: string): Promise<string[]> {
    const keys = await this.#keys(`${tenant}/`);
    return keys.flatMap((key) => /^[^/]+\/([0-9A-Z]{26})\/meta\.json$/.exec(key)?.[1] ?? []);
  }

  async download(tenant: string, folder: string): Promise<void> {
    for (const id of await this.blocks(tenant)) {
      for (const key of await this.#keys(`${tenant}/${id}/`)) {
        const object = await this.#client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
        const path = join(folder, key.slice(tenant.length + 1));
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, await object.Body!.transformToByteArray());
      }
    }
  }

  async upload(tenant: string, blockFolder: string, id: string): Promise<void> {
    const files = readdirSync(blockFolder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(blockFolder, join(entry.parentPath, entry.name)))
      .sort((a, b) => Number(a === 'meta.json') - Number(b === 'meta.json'));
    for (const file of files) {
      await this.#client.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: `${tenant}/${id}/${file}`, Body: readFileSync(join(blockFolder, file)) }),
      );
    }
  }

  async dispose(): Promise<void> {
    this.#client.destroy();
    await this.#server.dispose();
  }

  async #keys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix, ContinuationToken: token }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys;
  }
}

/** A store to test with, or why there is none. */
export interface StoreChoice {
  readonly name: string;
  readonly reason?: string;
  open(bucketDir: () => string): Promise<BlockStore>;
}

/** The folder, SeaweedFS where its program can be had, MinIO where a Docker engine has or gets its image. */
export function storeChoices(): StoreChoice[] {
  const seaweed = findTool('seaweedfs');
  const minio = findTool('minio');
  return [
    { name: 'file system', open: async (bucketDir) => new FolderStore(bucketDir) },
    { name: 'SeaweedFS', ...withReason(seaweed.reason), open: () => S3Store.onSeaweedFs(seaweed.path!) },
    { name: 'MinIO', ...withReason(minio.reason), open: () => S3Store.onMinio(minio.path!) },
  ];
}

function withReason(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}
