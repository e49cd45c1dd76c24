import { xxhash64Words } from '@telamon/algo';
import { ByteReader } from '@telamon/bytes';
import { TelamonError } from '@telamon/model';

/** Name of the matcher that asks for one shard of the series: `__query_shard__="2_of_16"`. */
export const QUERY_SHARD_LABEL = '__query_shard__';

/** Feature of queriers that know the matcher; others would find no series. */
export const QUERY_SHARD_FEATURE = 'query-shard';

/** Shards that series may be dealt into. */
const SHARDS_MAX = 4096;
const SEPARATOR = 0xff;
const TWO_32 = 2 ** 32;

/** One of several shards of all series: those whose StableHash has the remainder `index - 1`, as Mimir deals them. */
export class QueryShard {
  /** 1 <= index <= count. */
  readonly index: number;
  readonly count: number;
  readonly #words = new Int32Array(2);
  #scratch = new Uint8Array(512);

  constructor(index: number, count: number) {
    this.index = index;
    this.count = count;
  }

  /** Value of the matcher that asks for the shard. */
  get value(): string {
    return `${this.index}_of_${this.count}`;
  }

  /** Whether a series belongs to the shard, by the canonical bytes of its labels. Cost: linear in bytes, nothing is decoded. */
  owns(labels: Uint8Array): boolean {
    if (this.count === 1) return true;
    const size = this.#spell(labels);
    xxhash64Words(this.#scratch, 0, size, this.#words);
    const low = (this.#words[0]! >>> 0) % this.count;
    const high = (this.#words[1]! >>> 0) % this.count;
    return (high * (TWO_32 % this.count) + low) % this.count === this.index - 1;
  }

  /** Writes `name 0xff value 0xff ...`, which is no longer than the labels with their lengths. */
  #spell(labels: Uint8Array): number {
    if (this.#scratch.length < labels.length) this.#scratch = new Uint8Array(labels.length * 2);
    const reader = new ByteReader(labels);
    let at = 0;
    while (reader.remaining > 0) {
      const length = reader.uvarint();
      const from = reader.offset;
      reader.skip(length);
      this.#scratch.set(labels.subarray(from, from + length), at);
      at += length;
      this.#scratch[at++] = SEPARATOR;
    }
    return at;
  }
}

/** Matchers without the one for a shard, and the shard that it asks for. */
export interface ShardedMatchers<M> {
  readonly matchers: readonly M[];
  /** undefined: all series are asked for. */
  readonly shard: QueryShard | undefined;
}

/** What a matcher is known by. */
interface AnyMatcher {
  readonly operator: string;
  readonly name: string;
  readonly value: string;
}

/** Takes the matcher for a shard out of a selector's. @throws TelamonError 400 when it asks for no shard that there can be. */
export function takeShard<M extends AnyMatcher>(matchers: readonly M[]): ShardedMatchers<M> {
  const found = matchers.find(({ name }) => name === QUERY_SHARD_LABEL);
  if (found === undefined) return { matchers, shard: undefined };
  return { matchers: matchers.filter(({ name }) => name !== QUERY_SHARD_LABEL), shard: shardOf(found) };
}

function shardOf({ operator, value }: AnyMatcher): QueryShard {
  const parts = /^(\d{1,4})_of_(\d{1,4})$/.exec(value);
  const index = Number(parts?.[1]);
  const count = Number(parts?.[2]);
  if (operator === '=' && index >= 1 && index <= count && count <= SHARDS_MAX) return new QueryShard(index, count);
  throw new TelamonError(`invalid ${QUERY_SHARD_LABEL} matcher: ${operator}"${value}"`, { status: 400 });
}
