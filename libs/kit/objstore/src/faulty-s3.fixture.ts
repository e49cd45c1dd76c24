import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to do to a request instead of serving it. */
export type Fault =
  | 'slow-down'
  | 'forbidden'
  | 'unknown-key'
  | 'truncate'
  | 'stall'
  | 'reset'
  | 'lost-reply'
  | 'no-bucket'
  | 'not-implemented';

/** Decides per request; undefined serves it. */
export type FaultPlan = (request: {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
}) => Fault | undefined;

/** A tiny S3 in memory that misbehaves on demand. It checks no signature and pages by 1000. For unit tests only. */
export class FaultyS3 {
  readonly objects = new Map<string, Buffer>();
  readonly log: string[] = [];
  plan: FaultPlan = () => undefined;
  /** Replaces the body of listings. */
  listing: string | undefined;
  isConditionIgnored = false;
  readonly #uploads = new Map<string, Map<number, Buffer>>();
  readonly #server: Server = createServer((req, res) => void this.#serve(req, res));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Uploads neither completed nor given up. */
  get openUploads(): number {
    return this.#uploads.size;
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const url = new URL(req.url!, 'http://x');
    const method = req.method!;
    this.log.push(`${method} ${decodeURIComponent(url.pathname)}${url.search}`);
    const fault = this.plan({ method, url, headers: req.headers });
    if (fault === 'slow-down') fail(res, 503, 'SlowDown');
    else if (fault === 'forbidden') fail(res, 403, 'AccessDenied');
    else if (fault === 'unknown-key') fail(res, 403, 'InvalidAccessKeyId', method === 'HEAD');
    else if (fault === 'no-bucket') fail(res, 404, 'NoSuchBucket');
    else if (fault === 'not-implemented') fail(res, 501, 'NotImplemented');
    else if (fault === 'reset') req.socket.destroy();
    else if (fault === 'stall') return;
    else if (fault === 'lost-reply') {
      this.#handle(req, url, Buffer.concat(chunks), res, true);
      req.socket.destroy();
    } else if (fault === 'truncate') {
      res.writeHead(req.headers.range ? 206 : 200, { 'content-length': 1000, 'content-range': 'bytes 0-999/1000' });
      res.write('x'.repeat(10), () => req.socket.destroy());
    } else this.#handle(req, url, Buffer.concat(chunks), res, false);
  }

  #handle(req: IncomingMessage, url: URL, body: Buffer, res: ServerResponse, isMuted: boolean): void {
    const key = decodeURIComponent(url.pathname).split('/').slice(2).join('/');
    const reply = (status: number, headers: object, text: string | Buffer = ''): void => {
      if (!isMuted) res.writeHead(status, headers as Record<string, string>).end(text);
    };
    const id = url.searchParams.get('uploadId');
    if (req.method === 'POST' && url.searchParams.has('uploads')) {
      this.#uploads.set(key, new Map());
      reply(200, {}, `<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>`);
    } else if (req.method === 'PUT' && id !== null) {
      this.#uploads.get(key)!.set(Number(url.searchParams.get('partNumber')), body);
      reply(200, { etag: '"p"' });
    } else if (req.method === 'POST' && id !== null) {
      const parts = [...this.#uploads.get(key)!].sort(([a], [b]) => a - b).map(([, part]) => part);
      this.objects.set(key, Buffer.concat(parts));
      this.#uploads.delete(key);
      reply(200, {}, '<CompleteMultipartUploadResult><ETag>"m"</ETag></CompleteMultipartUploadResult>');
    } else if (req.method === 'DELETE' && id !== null) {
      this.#uploads.delete(key);
      reply(204, {});
    } else if (req.method === 'PUT') {
      if (req.headers['if-none-match'] === '*' && this.objects.has(key) && !this.isConditionIgnored) {
        if (!isMuted) fail(res, 412, 'PreconditionFailed');
        return;
      }
      this.objects.set(key, body);
      reply(200, { etag: '"x"' });
    } else if (req.method === 'DELETE') {
      this.objects.delete(key);
      reply(204, {});
    } else if (key === '') reply(200, { 'content-type': 'application/xml' }, this.listing ?? this.#list(url));
    else this.#read(req, key, reply, res);
  }

  #read(
    req: IncomingMessage,
    key: string,
    reply: (status: number, headers: object, body?: Buffer) => void,
    res: ServerResponse,
  ): void {
    const found = this.objects.get(key);
    if (!found) {
      fail(res, 404, 'NoSuchKey');
      return;
    }
    const range = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '');
    if (!range) {
      reply(200, { 'content-length': found.length, etag: '"x"' }, req.method === 'HEAD' ? undefined : found);
      return;
    }
    const [start, end] = [Number(range[1]), Math.min(Number(range[2]), found.length - 1)];
    if (start >= found.length) {
      fail(res, 416, 'InvalidRange');
      return;
    }
    reply(
      206,
      { 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${found.length}` },
      found.subarray(start, end + 1),
    );
  }

  #list(url: URL): string {
    const prefix = url.searchParams.get('prefix') ?? '';
    const after = url.searchParams.get('continuation-token') ?? url.searchParams.get('start-after') ?? '';
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, 1000);
    const isCut = keys.length > page.length;
    const contents = page
      .map((key) => `<Contents><Key>${key}</Key><Size>${this.objects.get(key)!.length}</Size></Contents>`)
      .join('');
    const token = isCut ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${isCut}</IsTruncated>${token}${contents}</ListBucketResult>`;
  }
}

function fail(res: ServerResponse, status: number, code: string, isMuted: boolean = false): void {
  const text = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>`;
  res.writeHead(status, { 'content-type': 'application/xml' }).end(isMuted ? undefined : text);
}
