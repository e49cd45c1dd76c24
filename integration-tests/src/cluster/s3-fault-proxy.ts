import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** A request to the bucket as rules see it. */
export interface S3Request {
  readonly method: string;
  /** Key of the object, '' for requests about the bucket as a whole. */
  readonly key: string;
  /** `list-type=2&prefix=...`, as it came. */
  readonly query: string;
  /** The key that signed it, '' when nobody did. */
  readonly accessKey: string;
}

/** What goes wrong with some requests. The first rule that matches a request and whose chance strikes is the one that counts. */
export interface S3Rule {
  readonly matches: (request: S3Request) => boolean;
  /** 0 to 1; 1 when not given. */
  readonly chance?: number;
  /** How often it strikes at most. */
  times?: number;
  /** Waits so long before anything else, ms. */
  readonly delayMs?: number;
  /** Runs before the request is passed on, or instead of it when it gives 'drop': the connection is cut then. */
  readonly before?: (request: S3Request) => Promise<'pass' | 'drop'>;
  /** Runs when the store has answered, before the caller is told. */
  readonly after?: (request: S3Request) => Promise<'pass' | 'drop'>;
  /** Answers with this instead of passing the request on. */
  readonly refusal?: { readonly status: number; readonly code: string };
  /** Of an answer's body only so many bytes come, then the connection is cut. */
  readonly cutAfterBytes?: number;
  /** One byte of an answer's body is another. */
  readonly isFlipped?: boolean;
  /** An upload is acknowledged with another ETag than the store's. */
  readonly etag?: string;
  /** What is uploaded is taken and acknowledged, and this is called instead of storing it. */
  readonly instead?: (request: S3Request, body: Buffer) => Promise<{ readonly etag: string }>;
  /** Keys of a listing for which this is true are left out of it. */
  readonly hides?: (key: string) => boolean;
}

/** What an {@link S3FaultProxy} is started with. */
export interface S3FaultProxyOptions {
  /** Port of the real server on 127.0.0.1. */
  readonly targetPort: number;
  /** 0 <= x < 1. */
  readonly random: () => number;
}

/**
 * An HTTP proxy in front of an S3 server that can do harm to single requests. Headers pass as they come, Host too: it is signed.
 */
export class S3FaultProxy {
  readonly #options: S3FaultProxyOptions;
  readonly #server: Server;
  #rules: S3Rule[] = [];
  /** How often rules struck since the last {@link heal}. */
  struck = 0;

  private constructor(options: S3FaultProxyOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: S3FaultProxyOptions): Promise<S3FaultProxy> {
    const proxy = new S3FaultProxy(options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }

  /** From now on; later rules stand behind earlier ones. */
  add(rule: S3Rule): void {
    this.#rules.push(rule);
  }

  /** Forgets all rules. */
  heal(): void {
    this.#rules = [];
    this.struck = 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #ruleFor(seen: S3Request): S3Rule | undefined {
    const found = this.#rules.find(
      (rule) =>
        (rule.times ?? 1) > 0 && rule.matches(seen) && (rule.chance === undefined || this.#options.random() < rule.chance),
    );
    if (found === undefined) return undefined;
    if (found.times !== undefined) found.times--;
    this.struck++;
    return found;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = requestOf(request);
    const rule = this.#ruleFor(seen);
    request.on('error', () => {});
    response.on('error', () => {});
    if (rule === undefined) return this.#pass(request, response);
    if (rule.delayMs !== undefined) await delay(rule.delayMs);
    if (rule.refusal !== undefined) return await refuse(request, response, rule.refusal);
    if (rule.instead !== undefined) {
      const { etag } = await rule.instead(seen, await bodyOf(request));
      response.writeHead(200, { etag: `"${etag}"`, 'content-length': '0' }).end();
      return;
    }
    if (rule.before !== undefined && (await rule.before(seen)) === 'drop') {
      request.socket.destroy();
      return;
    }
    if (!isHarmToAnswers(rule)) return this.#pass(request, response);
    await this.#passWithHarm({ request, response, rule, seen });
  }

  /** Carries both bodies as they come. */
  #pass(request: IncomingMessage, response: ServerResponse): void {
    const upstream = this.#forward(request);
    upstream.on('error', () => response.destroy());
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    response.once('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  async #passWithHarm({ request, response, rule, seen }: Harmed): Promise<void> {
    const upstream = this.#forward(request);
    request.pipe(upstream);
    const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
    let body = await bodyOf(answer);
    if (rule.after !== undefined && (await rule.after(seen)) === 'drop') {
      request.socket.destroy();
      return;
    }
    const headers = { ...answer.headers };
    delete headers['transfer-encoding'];
    if (rule.etag !== undefined) headers.etag = `"${rule.etag}"`;
    if (rule.hides !== undefined) body = withoutKeys(body, rule.hides);
    if (rule.isFlipped === true && body.length > 0) body[Math.floor(this.#options.random() * body.length)]! ^= 0x55;
    if (seen.method !== 'HEAD') headers['content-length'] = String(body.length);
    response.writeHead(answer.statusCode ?? 502, headers);
    if (rule.cutAfterBytes === undefined || rule.cutAfterBytes >= body.length) {
      response.end(body);
      return;
    }
    response.write(body.subarray(0, rule.cutAfterBytes), () => request.socket.destroy());
  }

  #forward(request: IncomingMessage): ReturnType<typeof httpRequest> {
    return httpRequest({
      host: '127.0.0.1',
      port: this.#options.targetPort,
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: request.rawHeaders as never,
      setHost: false,
      agent: false,
    });
  }
}

interface Harmed {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly rule: S3Rule;
  readonly seen: S3Request;
}

function isHarmToAnswers(rule: S3Rule): boolean {
  return [rule.after, rule.cutAfterBytes, rule.etag, rule.hides, rule.isFlipped].some((harm) => harm !== undefined);
}

function requestOf({ method = 'GET', url = '/', headers }: IncomingMessage): S3Request {
  const [path = '/', query = ''] = url.split('?', 2);
  const [, , ...rest] = path.split('/');
  const accessKey = /Credential=([^/,]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
  return { method, key: decodeURIComponent(rest.join('/')), query, accessKey };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code }: { readonly status: number; readonly code: string },
): Promise<void> {
  await bodyOf(request);
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>injected</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': String(body.length) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** A listing without some keys; a common prefix goes when the prefix itself is hidden. */
function withoutKeys(body: Buffer, hides: (key: string) => boolean): Buffer {
  const text = body
    .toString()
    .replace(/<Contents>.*?<\/Contents>/gs, (part) => (hides(textOf(part, 'Key')) ? '' : part))
    .replace(/<CommonPrefixes>.*?<\/CommonPrefixes>/gs, (part) => (hides(textOf(part, 'Prefix')) ? '' : part));
  return Buffer.from(text);
}

function textOf(part: string, element: string): string {
  return decodeURIComponent(new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(part)?.[1] ?? '');
}
