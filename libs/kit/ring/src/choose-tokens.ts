import type { Instance } from './instance.ts';
import { ZoneTokens } from './zone-tokens.ts';

/** Numbers at the end of ids from which on tokens are chosen by the ring instead. */
const ORDINAL_MAX = 2000;
const ORDINAL = /-(\d{1,4})$/;

/** Who needs tokens. */
export interface TokenRequest {
  readonly id: string;
  readonly zone: string;
  readonly isZoneAware: boolean;
  readonly count: number;
  /** Everyone in the ring, possibly with an old entry of the one who asks. */
  readonly instances: readonly Instance[];
}

/**
 * Tokens for an instance that joins, sorted; none of them is anyone's in its zone (in the ring, without zones). An id that ends in
 * a number, as those of a StatefulSet do, gets the tokens that it would get if all lower numbers had joined one after another: then
 * instances that join at once do not disturb each other, and the same numbers of all zones own the same ranges. Where these are
 * taken, and for other ids, tokens are chosen by who owns most now. Cost: O(tokens x log tokens), at most about a second.
 */
export function chooseTokens(request: TokenRequest): Uint32Array {
  const others = rivalsOf(request, request.instances).map(({ tokens }) => tokens);
  const ordinal = Number(ORDINAL.exec(request.id)?.[1] ?? Infinity);
  if (ordinal <= ORDINAL_MAX) {
    const zone = new ZoneTokens([]);
    for (let i = 0; i < ordinal; i++) zone.add(request.count);
    const tokens = zone.add(request.count);
    if (!others.some((taken) => overlaps(tokens, taken))) return tokens;
  }
  return new ZoneTokens(others).add(request.count);
}

/** Whether someone else has one of an instance's tokens, and keeps it: of two, the lower id does. */
export function losesTokens(instance: Instance, isZoneAware: boolean, instances: readonly Instance[]): boolean {
  const { id, zone, tokens } = instance;
  return rivalsOf({ id, zone, isZoneAware }, instances).some((rival) => rival.id < id && overlaps(tokens, rival.tokens));
}

type Place = Pick<TokenRequest, 'id' | 'zone' | 'isZoneAware'>;

function rivalsOf(place: Place, instances: readonly Instance[]): readonly Instance[] {
  return instances.filter((other) => other.id !== place.id && (!place.isZoneAware || other.zone === place.zone));
}

/** Whether two sorted lists have a token in common. */
function overlaps(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) return true;
    if (a[i]! < b[j]!) i++;
    else j++;
  }
  return false;
}
