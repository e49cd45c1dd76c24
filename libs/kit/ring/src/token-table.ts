/**
 * The tokens of several owners in order. A token owns the range that ends right before it: `find` gives the first token above a key,
 * wrapping round. Owners may have tokens in common; these stand in the order of the owners, and all but the first own nothing.
 *
 * ```
 *  tokens    ┌────┬────┬────┬────┐        buckets   first position whose token has at least these top bits, for a key's top bits:
 *            │ 10 │ 25 │ 25 │ 90 │                  a look-up touches one bucket and a token or two instead of log2(n) tokens
 *  owners    ├────┼────┼────┼────┤
 *            │ 2  │ 0  │ 1  │ 2  │
 *            └────┴────┴────┴────┘
 * ```
 * Immutable.
 */
export class TokenTable {
  readonly tokens: Uint32Array;
  readonly owners: Uint32Array;
  readonly #buckets: Uint32Array;
  readonly #shift: number;

  private constructor(tokens: Uint32Array, owners: Uint32Array) {
    this.tokens = tokens;
    this.owners = owners;
    const bits = Math.max(1, Math.min(24, Math.ceil(Math.log2(Math.max(2, tokens.length)))));
    this.#shift = 32 - bits;
    this.#buckets = fillBuckets(tokens, bits);
  }

  /** Merges sorted lists of tokens; the position in the list is the owner. Cost: O(tokens x log owners), about 5 ns for each. */
  static merge(lists: readonly Uint32Array[]): TokenTable {
    let runs: Run[] = lists.map((tokens, owner) => ({ tokens, owners: new Uint32Array(tokens.length).fill(owner) }));
    if (runs.length === 0) return new TokenTable(new Uint32Array(0), new Uint32Array(0));
    while (runs.length > 1) {
      const merged: Run[] = [];
      for (let i = 0; i < runs.length; i += 2) {
        const right = runs[i + 1];
        merged.push(right === undefined ? runs[i]! : mergeRuns(runs[i]!, right));
      }
      runs = merged;
    }
    return new TokenTable(runs[0]!.tokens, runs[0]!.owners);
  }

  /**
   * The table after some owners came, went, changed their tokens or their number. `numbers`: the new number of each old owner,
   * ascending, -1 for those whose tokens go; `added`: tokens of new numbers. Cost: O(tokens), a tenth of {@link TokenTable.merge}.
   */
  static derive(previous: TokenTable, numbers: Int32Array, added: readonly TokenOwner[]): TokenTable {
    const newcomers = TokenTable.merge(added.map(({ tokens }) => tokens));
    const newOwners = newcomers.owners.map((index) => added[index]!.owner);
    const kept = previous.owners.reduce((count, owner) => count + (numbers[owner]! >= 0 ? 1 : 0), 0);
    const tokens = new Uint32Array(kept + newcomers.length);
    const owners = new Uint32Array(kept + newcomers.length);
    let at = 0;
    let next = 0;
    for (let i = 0; i < previous.length; i++) {
      const owner = numbers[previous.owners[i]!]!;
      if (owner < 0) continue;
      const token = previous.tokens[i]!;
      for (; next < newcomers.length && isBefore(newcomers.tokens[next]!, newOwners[next]!, token, owner); next++, at++) {
        tokens[at] = newcomers.tokens[next]!;
        owners[at] = newOwners[next]!;
      }
      tokens[at] = token;
      owners[at++] = owner;
    }
    tokens.set(newcomers.tokens.subarray(next), at);
    owners.set(newOwners.subarray(next), at);
    return new TokenTable(tokens, owners);
  }

  get length(): number {
    return this.tokens.length;
  }

  /** Position of the first token above a key (u32); 0 after the last one, and in an empty table. */
  find(key: number): number {
    const tokens = this.tokens;
    const bucket = key >>> this.#shift;
    let low = this.#buckets[bucket]!;
    let high = this.#buckets[bucket + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (tokens[middle]! <= key) low = middle + 1;
      else high = middle;
    }
    return low === tokens.length ? 0 : low;
  }
}

/** Sorted tokens of an owner with this number. */
export interface TokenOwner {
  readonly owner: number;
  readonly tokens: Uint32Array;
}

function isBefore(token: number, owner: number, otherToken: number, otherOwner: number): boolean {
  return token < otherToken || (token === otherToken && owner < otherOwner);
}

interface Run {
  readonly tokens: Uint32Array;
  readonly owners: Uint32Array;
}

function mergeRuns(a: Run, b: Run): Run {
  const total = a.tokens.length + b.tokens.length;
  const tokens = new Uint32Array(total);
  const owners = new Uint32Array(total);
  let i = 0;
  let j = 0;
  for (let at = 0; at < total; at++) {
    // Owners of the left run are all lower, so on equal tokens the left one goes first.
    const isLeft = j === b.tokens.length || (i < a.tokens.length && a.tokens[i]! <= b.tokens[j]!);
    tokens[at] = isLeft ? a.tokens[i]! : b.tokens[j]!;
    owners[at] = isLeft ? a.owners[i++]! : b.owners[j++]!;
  }
  return { tokens, owners };
}

function fillBuckets(tokens: Uint32Array, bits: number): Uint32Array {
  const shift = 32 - bits;
  const buckets = new Uint32Array(2 ** bits + 1);
  let at = 0;
  for (let bucket = 0; bucket < 2 ** bits; bucket++) {
    while (at < tokens.length && tokens[at]! >>> shift < bucket) at++;
    buckets[bucket] = at;
  }
  buckets[2 ** bits] = tokens.length;
  return buckets;
}
