import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';

/** Bounds of one HTTP/2 connection. */
export interface Http2GuardOptions {
  /** Streams that the client may reset within a second. Default 200: twice the concurrent streams. */
  readonly maxResetsPerSecond?: number;
  /** PING and SETTINGS frames within a second. Default 100. */
  readonly maxControlFramesPerSecond?: number;
  readonly nowMs?: () => number;
}

/**
 * Closes a connection with ENHANCE_YOUR_CALM when the client opens and resets streams (CVE-2023-44487) or sends PING or SETTINGS frames
 * faster than any honest one does. CONTINUATION floods and oversized header blocks are refused below us, by nghttp2.
 */
export class Http2Guard {
  readonly #session: ServerHttp2Session;
  readonly #resets: SecondCounter;
  readonly #controls: SecondCounter;
  readonly #onViolation: (what: string) => void;
  #isClosed = false;

  constructor(session: ServerHttp2Session, options: Http2GuardOptions, onViolation: (what: string) => void) {
    const now = options.nowMs ?? Date.now;
    this.#session = session;
    this.#onViolation = onViolation;
    this.#resets = new SecondCounter(options.maxResetsPerSecond ?? 200, now);
    this.#controls = new SecondCounter(options.maxControlFramesPerSecond ?? 100, now);
    session.on('ping', () => this.#count(this.#controls, 'ping flood'));
    session.on('remoteSettings', () => this.#count(this.#controls, 'settings flood'));
  }

  /** Watches a stream for a reset by the client. */
  watch(stream: ServerHttp2Stream): void {
    stream.once('aborted', () => this.#count(this.#resets, 'rapid reset'));
  }

  #count(counter: SecondCounter, what: string): void {
    if (counter.add() || this.#isClosed) return;
    this.#isClosed = true;
    this.#onViolation(what);
    this.#session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    // Not within the frame that told us: Node 22 aborts the process when the frames after it find their streams gone.
    setImmediate(() => this.#session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM));
  }
}

/** Counts events in windows of one second. */
class SecondCounter {
  readonly #limit: number;
  readonly #nowMs: () => number;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(limit: number, nowMs: () => number) {
    this.#limit = limit;
    this.#nowMs = nowMs;
  }

  /** Returns false when the event is over the limit of its window. */
  add(): boolean {
    const now = this.#nowMs();
    if (now - this.#windowStartMs >= 1000) {
      this.#windowStartMs = now;
      this.#count = 0;
    }
    this.#count++;
    return this.#count <= this.#limit;
  }
}
