import { MinHeap } from '@telamon/algo';

const SPACE = 2 ** 32;

/** The keys after `from` up to and with `from + size`, round the ring: `from + size` is the token that owns them. */
interface Range {
  from: number;
  size: number;
}

interface Owner {
  owned: number;
  /** Largest first. */
  readonly ranges: MinHeap<Range>;
}

/**
 * The tokens of one zone (or of all instances, without zones), to which instances are added so that all own nearly the same. Each
 * token of a newcomer cuts off a piece of the largest range of whoever owns most at that moment, so that the pieces sum to its fair
 * share. The outcome depends on the tokens and the order of joining alone.
 */
export class ZoneTokens {
  readonly #owners: MinHeap<Owner>;

  /** `existing`: tokens of those who are there, each list sorted. Cost: O(tokens x log tokens). */
  constructor(existing: readonly Uint32Array[]) {
    const taken = existing.flatMap((tokens, owner) => [...tokens].map((token) => ({ token, owner })));
    taken.sort((a, b) => a.token - b.token || a.owner - b.owner);
    const ranges = existing.map((): Range[] => []);
    taken.forEach(({ token, owner }, i) => {
      const before = i === 0 ? taken.at(-1)!.token - SPACE : taken[i - 1]!.token;
      ranges[owner]!.push({ from: (before + SPACE) % SPACE, size: token - before });
    });
    const owners = ranges.filter((own) => own.length > 0).map(ownerOf);
    this.#owners = new MinHeap<Owner>((a, b) => b.owned - a.owned, owners);
  }

  /** Adds an instance with `count` tokens; returns them, sorted. Cost: O(count x log tokens). */
  add(count: number): Uint32Array {
    const ranges = this.#owners.size === 0 ? evenly(count) : this.#cutOff(count);
    this.#owners.push(ownerOf(ranges));
    return Uint32Array.from(ranges, ({ from, size }) => (from + size) % SPACE).sort();
  }

  #cutOff(count: number): Range[] {
    const fairShare = SPACE / (this.#owners.size + 1);
    const mine: Range[] = [];
    let owned = 0;
    while (mine.length < count) {
      const richest = this.#owners.peek()!;
      const range = richest.ranges.peek()!;
      if (range.size < 2) throw new Error('no room for another token');
      const wanted = Math.floor((fairShare - owned) / (count - mine.length));
      const size = Math.max(1, Math.min(wanted, range.size - 1));
      mine.push({ from: range.from, size });
      owned += size;
      richest.ranges.replaceTop({ from: (range.from + size) % SPACE, size: range.size - size });
      richest.owned -= size;
      this.#owners.replaceTop(richest);
    }
    return mine;
  }
}

function ownerOf(ranges: readonly Range[]): Owner {
  return {
    owned: ranges.reduce((sum, { size }) => sum + size, 0),
    ranges: new MinHeap<Range>((a, b) => b.size - a.size || a.from - b.from, ranges),
  };
}

function evenly(count: number): Range[] {
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * SPACE) / count);
    return { from, size: Math.floor(((i + 1) * SPACE) / count) - from };
  });
}
