import type { Msg, NatsConnection as NatsClient } from 'nats';
import { KvUnavailableError } from './kv-errors.ts';

/** The client package, loaded when the first store is opened. */
export type NatsLibrary = typeof import('nats');

/** An error that JetStream answered with. */
export class JetStreamError extends Error {
  /** HTTP-like. */
  readonly status: number;
  /** JetStream's own number, e.g. 10059. */
  readonly errCode: number;

  constructor(status: number, errCode: number, description: string) {
    super(`${description} (${errCode})`);
    this.name = 'JetStreamError';
    this.status = status;
    this.errCode = errCode;
  }
}

/** Numbers of errors that are told apart. */
export const JETSTREAM_ERRORS = {
  noMessage: 10037,
  streamNameInUse: 10058,
  streamNotFound: 10059,
  wrongLastSequence: 10071,
  wrongLastSequenceInFlight: 10164,
} as const;

/** What is used of a stream's description. */
export interface StreamInfo {
  /** Time of creation: a bucket that was removed and made again has another. */
  readonly created: string;
  readonly replicas: number;
  readonly lastSequence: number;
  /** Keys, deleted ones included until their marker is purged. */
  readonly subjects: number;
}

/** A stored message. */
export interface StoredMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly data: Uint8Array;
}

interface ApiReply {
  readonly error?: { readonly code?: number; readonly err_code?: number; readonly description?: string };
}

/** Requests of the JetStream API over one connection, each with its own time-out. Times are ms. */
export class JetStreamApi {
  readonly client: NatsClient;
  readonly library: NatsLibrary;
  readonly #onAnswer: () => void;

  /** `onAnswer` runs whenever JetStream answered usefully: it is there and has a leader. */
  constructor(client: NatsClient, library: NatsLibrary, onAnswer: () => void) {
    this.client = client;
    this.library = library;
    this.#onAnswer = onAnswer;
  }

  /** Stores a message; the stream's sequence. @throws JetStreamError */
  async publish(
    subject: string,
    data: Uint8Array,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<number> {
    const hdrs = this.library.headers();
    for (const [name, value] of Object.entries(headers)) hdrs.set(name, value);
    const reply = this.#decode<{ seq?: number }>(await this.client.request(subject, data, { timeout: timeoutMs, headers: hdrs }));
    if (typeof reply.seq !== 'number' || reply.seq <= 0) throw new KvUnavailableError('NATS acknowledged without a sequence');
    return reply.seq;
  }

  /** The last message of a subject as the stream's leader has it; undefined when there is none or no such stream. */
  async last(stream: string, subject: string, timeoutMs: number): Promise<StoredMessage | undefined> {
    try {
      const reply = await this.request<{ message?: RawMessage }>(
        `STREAM.MSG.GET.${stream}`,
        { last_by_subj: subject },
        timeoutMs,
      );
      return reply.message === undefined ? undefined : storedMessage(reply.message);
    } catch (error) {
      if (isJetStreamError(error, JETSTREAM_ERRORS.noMessage, JETSTREAM_ERRORS.streamNotFound)) return undefined;
      throw error;
    }
  }

  /** A description of a stream; undefined when there is none. */
  async streamInfo(stream: string, timeoutMs: number): Promise<StreamInfo | undefined> {
    try {
      return streamInfo(await this.request<RawStreamInfo>(`STREAM.INFO.${stream}`, {}, timeoutMs));
    } catch (error) {
      if (isJetStreamError(error, JETSTREAM_ERRORS.streamNotFound)) return undefined;
      throw error;
    }
  }

  /** Every subject of a stream below a filter; none when there is no such stream. Cost: one request per 100,000. */
  async subjects(stream: string, filter: string, timeoutMs: number): Promise<string[]> {
    const found: string[] = [];
    try {
      for (;;) {
        const body = { subjects_filter: filter, offset: found.length };
        const reply = await this.request<RawStreamInfo>(`STREAM.INFO.${stream}`, body, timeoutMs);
        const page = Object.keys(reply.state?.subjects ?? {});
        found.push(...page);
        if (page.length === 0 || found.length >= (reply.total ?? found.length)) return found;
      }
    } catch (error) {
      if (isJetStreamError(error, JETSTREAM_ERRORS.streamNotFound)) return [];
      throw error;
    }
  }

  /** Calls `$JS.API.<name>`. @throws JetStreamError for an error answer, NatsError without an answer. */
  async request<T>(name: string, body: object, timeoutMs: number): Promise<T> {
    const payload = new TextEncoder().encode(JSON.stringify(body));
    return this.#decode<T>(await this.client.request(`$JS.API.${name}`, payload, { timeout: timeoutMs }));
  }

  #decode<T>(message: Msg): T {
    const reply = JSON.parse(new TextDecoder().decode(message.data)) as T & ApiReply;
    const { error } = reply;
    if (error === undefined) {
      this.#onAnswer();
      return reply;
    }
    const status = error.code ?? 500;
    // Without a leader or quorum JetStream answers 503: that is no sign of life.
    if (status < 500) this.#onAnswer();
    throw new JetStreamError(status, error.err_code ?? 0, error.description ?? 'JetStream error');
  }
}

/** Whether it is one of these errors of JetStream. */
export function isJetStreamError(error: unknown, ...errCodes: readonly number[]): boolean {
  return error instanceof JetStreamError && errCodes.includes(error.errCode);
}

interface RawMessage {
  readonly subject?: string;
  readonly seq?: number;
  readonly hdrs?: string;
  readonly data?: string;
}

interface RawStreamInfo {
  readonly created?: string;
  readonly total?: number;
  readonly config?: { readonly num_replicas?: number };
  readonly state?: {
    readonly last_seq?: number;
    readonly messages?: number;
    readonly num_subjects?: number;
    readonly subjects?: Readonly<Record<string, number>>;
  };
}

function streamInfo(raw: RawStreamInfo): StreamInfo {
  return {
    created: raw.created ?? '',
    replicas: raw.config?.num_replicas ?? 1,
    lastSequence: raw.state?.last_seq ?? 0,
    subjects: raw.state?.num_subjects ?? raw.state?.messages ?? 0,
  };
}

function storedMessage(raw: RawMessage): StoredMessage {
  const headers = new Map<string, string>();
  // `NATS/1.0[ status]\r\n` and then `name: value\r\n`.
  for (const line of Buffer.from(raw.hdrs ?? '', 'base64')
    .toString('utf8')
    .split('\r\n')
    .slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return { subject: raw.subject ?? '', sequence: raw.seq ?? 0, headers, data: Buffer.from(raw.data ?? '', 'base64') };
}
