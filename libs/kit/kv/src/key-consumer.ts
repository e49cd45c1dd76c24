import type { Msg, Subscription } from 'nats';
import { type BucketMessage, readBucketMessage } from './bucket-message.ts';
import type { JetStreamApi } from './jetstream-api.ts';

/** The server speaks at least this often, so that silence is noticed. */
const HEARTBEAT_MS = 1_000;
const SILENCE_MAX_MS = 3_500;
const NANOS_PER_MS = 1_000_000;

/** What a consumer tells. */
export interface KeyConsumerListener {
  /** The state of a key, in the order of the stream. */
  onMessage(message: BucketMessage): void;
  /** All that was there at the start has been told. Once. */
  onCaughtUp(): void;
  /** Something was missed or the server went silent: nothing is told from now on. Once. */
  onLost(reason: string): void;
}

interface ConsumerInfo {
  readonly name?: string;
  readonly num_pending?: number;
  readonly delivered?: { readonly consumer_seq?: number };
}

/**
 * Follows a bucket: first the last message of each key, then every further one. A gap or silence ends it; whoever started it starts
 * another. The server forgets an abandoned one by itself.
 *
 * Reply subject of a delivered message: `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time ns>.<pending>`, newer
 * servers may put `<domain>.<account>` after ACK and a token at the end.
 */
export class KeyConsumer {
  readonly #api: JetStreamApi;
  readonly #stream: string;
  readonly #prefix: string;
  readonly #listener: KeyConsumerListener;
  #subscription: Subscription | undefined;
  #silence: NodeJS.Timeout | undefined;
  #consumer = '';
  #received = 0;
  #expected = Number.POSITIVE_INFINITY;
  #isCaughtUp = false;
  #isEnded = false;
  #streamSequence = 0;

  private constructor(api: JetStreamApi, stream: string, prefix: string, listener: KeyConsumerListener) {
    this.#api = api;
    this.#stream = stream;
    this.#prefix = prefix;
    this.#listener = listener;
  }

  /** Subscribes below the subjects `<prefix>>`. @throws JetStreamError and what a connection throws */
  static async start(
    api: JetStreamApi,
    bucket: { readonly stream: string; readonly prefix: string },
    listener: KeyConsumerListener,
    timeoutMs: number,
  ): Promise<KeyConsumer> {
    const consumer = new KeyConsumer(api, bucket.stream, bucket.prefix, listener);
    try {
      await consumer.#start(timeoutMs);
    } catch (error) {
      consumer.stop();
      throw error;
    }
    return consumer;
  }

  /** Sequence of the last message of the stream that it knows to have passed. */
  get streamSequence(): number {
    return this.#streamSequence;
  }

  /** Ends it and lets the server forget it. Nothing is told afterwards. */
  stop(): void {
    this.#isEnded = true;
    clearTimeout(this.#silence);
    const subscription = this.#subscription;
    this.#subscription = undefined;
    if (subscription === undefined || this.#api.client.isClosed()) return;
    subscription.unsubscribe();
    if (this.#consumer !== '') {
      // The server also forgets it without this, a little later.
      this.#api.client.publish(`$JS.API.CONSUMER.DELETE.${this.#stream}.${this.#consumer}`);
    }
  }

  async #start(timeoutMs: number): Promise<void> {
    const inbox = this.#api.library.createInbox();
    this.#subscription = this.#api.client.subscribe(inbox, {
      callback: (error, message) => {
        if (this.#isEnded) return;
        if (error !== null) this.#lose(error.message);
        else this.#receive(message);
      },
    });
    const config = {
      deliver_subject: inbox,
      deliver_policy: 'last_per_subject',
      filter_subject: `${this.#prefix}>`,
      ack_policy: 'none',
      max_deliver: 1,
      replay_policy: 'instant',
      flow_control: true,
      idle_heartbeat: HEARTBEAT_MS * NANOS_PER_MS,
      mem_storage: true,
      num_replicas: 1,
    };
    const body = { stream_name: this.#stream, config };
    const info = await this.#api.request<ConsumerInfo>(`CONSUMER.CREATE.${this.#stream}`, body, timeoutMs);
    this.#consumer = info.name ?? '';
    // The last of them may have come before this answer.
    this.#expected = Math.min(this.#expected, (info.num_pending ?? 0) + (info.delivered?.consumer_seq ?? 0));
    this.#watchSilence();
    this.#checkCaughtUp();
  }

  #receive(message: Msg): void {
    this.#watchSilence();
    if (message.headers !== undefined && message.headers.code === 100) this.#control(message);
    else if (message.reply !== undefined) this.#deliver(message, message.reply);
  }

  #deliver(message: Msg, reply: string): void {
    const tokens = reply.split('.');
    const first = tokens.length === 9 ? 4 : 6;
    const [, streamSequence, consumerSequence, , pending] = tokens.slice(first, first + 5).map(Number);
    if (tokens.length < 9 || consumerSequence !== this.#received + 1) {
      this.#lose(`message ${consumerSequence} after ${this.#received}`);
      return;
    }
    this.#received = consumerSequence;
    this.#streamSequence = streamSequence!;
    const { subject, headers } = message;
    // A copy: what arrives is a piece of a larger buffer that a small value would keep alive.
    const data = message.data.slice();
    this.#listener.onMessage(
      readBucketMessage({ subject, sequence: streamSequence!, data }, this.#prefix, (name) => headers?.get(name)),
    );
    if (pending === 0) this.#expected = Math.min(this.#expected, this.#received);
    this.#checkCaughtUp();
  }

  /** Flow control wants an answer; a heartbeat tells how far the server thinks that we are. */
  #control(message: Msg): void {
    if (message.reply) {
      message.respond();
      return;
    }
    const stalled = message.headers?.get('Nats-Consumer-Stalled') ?? '';
    if (stalled !== '') this.#api.client.publish(stalled);
    const last = Number(message.headers?.get('Nats-Last-Consumer') ?? '');
    if (last > this.#received) this.#lose(`server sent ${last} messages, ${this.#received} came`);
  }

  #checkCaughtUp(): void {
    if (this.#isCaughtUp || this.#isEnded || this.#received < this.#expected) return;
    this.#isCaughtUp = true;
    this.#listener.onCaughtUp();
  }

  #watchSilence(): void {
    clearTimeout(this.#silence);
    if (!this.#isEnded) this.#silence = setTimeout(() => this.#lose('the server went silent'), SILENCE_MAX_MS);
  }

  #lose(reason: string): void {
    if (this.#isEnded) return;
    this.stop();
    this.#listener.onLost(reason);
  }
}
