const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 26;
const RANDOM_BYTES = 10;
const MAX_TIME_MS = 2 ** 48 - 1;

/** The parts of a ULID. */
export interface UlidParts {
  readonly timeMs: number;
  /** 10 bytes. */
  readonly randomness: Uint8Array;
}

/**
 * Makes a ULID: 48 bits of time, 80 bits of randomness, in 26 characters of Crockford's base 32, upper case. They sort by time.
 * `randomBytes` are 10 bytes, drawn from the system's source when absent. Times are bounded to [0, 2^48).
 */
export function newUlid(timeMs: number, randomBytes?: Uint8Array): string {
  if (!(Number.isInteger(timeMs) && timeMs >= 0 && timeMs <= MAX_TIME_MS)) throw new Error(`ULID time ${timeMs}`);
  const random = randomBytes ?? crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  if (random.length !== RANDOM_BYTES) throw new Error(`ULID randomness of ${random.length} bytes`);
  let text = '';
  for (let i = 0, rest = timeMs; i < 10; i++, rest = Math.floor(rest / 32)) text = ALPHABET[rest % 32]! + text;
  return text + encodeRandomness(random);
}

/** Whether a text is a ULID as {@link newUlid} writes them (upper case, first character at most 7). */
export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
}

/** Splits a ULID; lower case is accepted as other readers do. Undefined when it is none. */
export function parseUlid(text: string): UlidParts | undefined {
  const upper = text.toUpperCase();
  if (text.length !== LENGTH || !isUlid(upper)) return undefined;
  let timeMs = 0;
  for (let i = 0; i < 10; i++) timeMs = timeMs * 32 + ALPHABET.indexOf(upper[i]!);
  const randomness = new Uint8Array(RANDOM_BYTES);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 10; i < LENGTH; i++) {
    bits = (bits << 5) | ALPHABET.indexOf(upper[i]!);
    held += 5;
    if (held >= 8) {
      held -= 8;
      randomness[at++] = bits >> held;
      bits &= (1 << held) - 1;
    }
  }
  return { timeMs, randomness };
}

/** Time of a ULID; undefined when the text is none. */
export function ulidTimeMs(text: string): number | undefined {
  return parseUlid(text)?.timeMs;
}

function encodeRandomness(random: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of random) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += ALPHABET[(bits >> held) & 31]!;
    }
    bits &= (1 << held) - 1;
  }
  return text;
}
