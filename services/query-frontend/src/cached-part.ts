import { createHash } from 'node:crypto';
import type { FrontendPart, RangeCaching, StepRange } from '@telamon/contract';
import type { PeerHttpResponse } from '@telamon/rpc';
import { coverRange, type Piece } from './cache/cover-range.ts';
import { decodeExtents, type Extent, encodeExtents } from './cache/extents.ts';
import type { ResultsCache } from './cache/results-cache.ts';
import type { FrontendMetrics } from './frontend-metrics.ts';

/** Bodies of a part in the order of time, or the response that it failed with. */
export type PartAnswer =
  | { readonly kind: 'bodies'; readonly bodies: readonly Uint8Array[] }
  | { readonly kind: 'failed'; readonly response: PeerHttpResponse };

/** Asks queriers for the steps of a part. */
export type AskRange = (part: FrontendPart, range: StepRange) => Promise<PeerHttpResponse>;

/** What the cached parts of queries stand on. */
export interface CachedPartsOptions {
  readonly cache: ResultsCache;
  readonly metrics: FrontendMetrics;
  /** Wall clock, ms. */
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

/** Bytes of the extents of one key, before compression; more are not kept. */
const MAX_VALUE_BYTES = 64 << 20;
/** Extents that a key keeps; with more, the shortest go. */
const EXTENTS_MAX = 32;

/** Answers parts from the cache as far as it knows them, asks for the rest, and keeps that. */
export class CachedParts {
  readonly #options: CachedPartsOptions;
  readonly #keeping = new Set<Promise<void>>();

  constructor(options: CachedPartsOptions) {
    this.#options = options;
  }

  /** Resolves when everything is kept that was to be kept. */
  async settled(): Promise<void> {
    await Promise.all(this.#keeping);
  }

  /** The part's answer. Rejects with what asking rejects with; the cache makes nothing fail. */
  async answer(tenant: string, part: FrontendPart, ask: AskRange): Promise<PartAnswer> {
    const { caching, range } = part;
    if (caching === undefined) return await this.#uncached(part, ask);
    const key = keyOf(tenant, caching);
    const known = await this.#load(key, caching, range);
    const pieces = coverRange(range, known);
    const missing = pieces.filter(({ kind }) => kind === 'missing');
    this.#options.metrics.looked(pieces.length - missing.length, missing.length);
    const answers = await Promise.all(pieces.map((piece) => this.#pieceOf(part, caching, piece, ask)));
    const failed = answers.find((answer) => answer.status !== 200);
    if (failed !== undefined) return { kind: 'failed', response: failed };
    if (missing.length > 0) this.#keepLater(key, caching, { known, pieces, answers, range });
    return { kind: 'bodies', bodies: answers.map(({ body }) => body) };
  }

  async #uncached(part: FrontendPart, ask: AskRange): Promise<PartAnswer> {
    const response = await ask(part, part.range);
    return response.status === 200 ? { kind: 'bodies', bodies: [response.body] } : { kind: 'failed', response };
  }

  async #pieceOf(part: FrontendPart, caching: RangeCaching, piece: Piece, ask: AskRange): Promise<PeerHttpResponse> {
    if (piece.kind === 'missing') return await ask(part, piece.range);
    const body = await cutExtent(caching, piece.extent, piece.range);
    return { status: 200, headers: {}, body };
  }

  async #load(key: string, caching: RangeCaching, { fromMs, stepMs }: StepRange): Promise<readonly Extent[]> {
    const value = await this.#options.cache.get(key);
    if (value === undefined) return [];
    const extents = await decodeExtents(caching.key, value, MAX_VALUE_BYTES);
    const nowMs = this.#options.nowMs();
    return extents.filter((extent) => extent.expiresAtMs > nowMs && (extent.fromMs - fromMs) % stepMs === 0);
  }

  /** The client does not wait for it. */
  #keepLater(key: string, caching: RangeCaching, result: Result): void {
    const done = this.#keep(key, caching, result)
      .catch(this.#options.onError)
      .finally(() => this.#keeping.delete(done));
    this.#keeping.add(done);
  }

  async #keep(key: string, caching: RangeCaching, { known, pieces, answers, range }: Result): Promise<void> {
    const nowMs = this.#options.nowMs();
    const fresh: Extent[] = [];
    for (const [i, piece] of pieces.entries()) {
      const extent = piece.kind === 'missing' ? await extentOf(caching, piece.range, answers[i]!.body, nowMs) : undefined;
      if (extent !== undefined) fresh.push(extent);
    }
    if (fresh.length === 0) return;
    const merged = await mergeExtents(caching, [...known, ...fresh], range.stepMs);
    const kept = merged.sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)).slice(0, EXTENTS_MAX);
    if (kept.reduce((sum, { body }) => sum + body.length, 0) > MAX_VALUE_BYTES) return;
    const ttlMs = Math.max(...kept.map(({ expiresAtMs }) => expiresAtMs)) - nowMs;
    await this.#options.cache.set(key, await encodeExtents(caching.key, kept), ttlMs);
  }
}

interface Result {
  readonly known: readonly Extent[];
  readonly pieces: readonly Piece[];
  readonly answers: readonly PeerHttpResponse[];
  readonly range: StepRange;
}

/** The part of an answer that may be kept; undefined when nothing may. */
async function extentOf(caching: RangeCaching, range: StepRange, body: Uint8Array, nowMs: number): Promise<Extent | undefined> {
  const { fromMs, stepMs } = range;
  const steps = Math.floor((Math.min(range.toMs, caching.untilMs) - fromMs) / stepMs);
  if (steps < 0 || !caching.mayKeep(body)) return undefined;
  const kept = { fromMs, toMs: fromMs + steps * stepMs, stepMs };
  const ttlMs = caching.ttlMs(kept);
  if (ttlMs <= 0) return undefined;
  return { ...kept, expiresAtMs: nowMs + ttlMs, body: kept.toMs === range.toMs ? body : await caching.cut(body, kept) };
}

/** Joins extents that touch or overlap; the joined one expires with the first of them. */
async function mergeExtents(caching: RangeCaching, extents: readonly Extent[], stepMs: number): Promise<Extent[]> {
  const sorted = [...extents].sort((a, b) => a.fromMs - b.fromMs || b.toMs - a.toMs);
  const merged: Extent[] = [];
  for (const next of sorted) {
    const last = merged.at(-1);
    if (last === undefined || next.fromMs > last.toMs + stepMs) merged.push(next);
    else if (next.toMs > last.toMs) merged[merged.length - 1] = await joinExtents(caching, last, next, stepMs);
  }
  return merged;
}

async function joinExtents(caching: RangeCaching, last: Extent, next: Extent, stepMs: number): Promise<Extent> {
  const rest = await cutExtent(caching, next, { fromMs: last.toMs + stepMs, toMs: next.toMs, stepMs });
  return {
    fromMs: last.fromMs,
    toMs: next.toMs,
    expiresAtMs: Math.min(last.expiresAtMs, next.expiresAtMs),
    body: await caching.join([last.body, rest]),
  };
}

async function cutExtent(caching: RangeCaching, extent: Extent, range: StepRange): Promise<Uint8Array> {
  const isWhole = extent.fromMs === range.fromMs && extent.toMs === range.toMs;
  return isWhole ? extent.body : await caching.cut(extent.body, range);
}

/** Fixed in length, and safe in any cache; the key itself stands in the value. */
function keyOf(tenant: string, { key }: RangeCaching): string {
  return `telamon:results:1:${createHash('sha256').update(`${tenant}\0${key}`).digest('hex')}`;
}
