import { DecodeError, decodeUtf8Strict, encodeUtf8 } from '@telamon/bytes';
import type { Instance, InstanceState } from './instance.ts';

/** Most bytes of an entry that are looked at. */
export const ENTRY_BYTES_MAX: number = 256 * 1024;
/** Most tokens of an instance. */
export const TOKENS_MAX = 16_384;
const FEATURES_MAX = 64;
const TIME_MS_MAX = 8.64e15;
const ID = /^[a-zA-Z0-9_-]{1,128}$/;
const ZONE = /^[a-zA-Z0-9_./-]{0,128}$/;
const ADDRESS = /^[\x21-\x7e]{0,255}$/;
const FEATURE = /^[a-zA-Z0-9_.-]{1,64}$/;
const INCARNATION = /^[a-zA-Z0-9_-]{0,64}$/;
const STATES: ReadonlySet<string> = new Set<InstanceState>(['pending', 'joining', 'active', 'readonly', 'leaving']);

/** An instance with which process speaks for it. */
export interface InstanceEntry extends Instance {
  /** Drawn at random by each process that takes the id; '' when unknown. */
  readonly incarnation: string;
  /** When that process took the id, ms; 0 when unknown. */
  readonly startedMs: number;
}

/** Whether a text can be the id of an instance: letters, digits, `_` and `-`, at most 128; an id is one segment of a key. */
export function isInstanceId(text: string): boolean {
  return ID.test(text);
}

/** Whether a text can be a zone: letters, digits and `_./-`, at most 128. */
export function isZone(text: string): boolean {
  return ZONE.test(text);
}

/**
 * The value of the key `ring.<ring name>.<instance id>`: one JSON object that a person can read.
 *
 * ```
 *  {                                          required   absent means
 *    "id": "ingester-zone-a-0",                  yes
 *    "address": "10.1.2.3:9095",                 yes
 *    "zone": "zone-a",                           no      ""
 *    "state": "active",                          yes
 *    "heartbeatMs": 1700000000000,               yes
 *    "registeredMs": 1690000000000,              no      0
 *    "readOnlyChangedMs": 0,                     no      0
 *    "features": ["hedged-reads"],               no      []
 *    "incarnation": "x2k...",                    no      ""
 *    "startedMs": 1690000000000,                 no      0
 *    "tokens": "AQAAAP8AAAA=",                   no      ""
 *    ... fields of other versions, ignored
 *  }
 *              base64 of   ┌─────────┬─────────┬─────┐
 *              "tokens":   │ u32 LE  │ u32 LE  │ ... │  strictly ascending
 *                          └─────────┴─────────┴─────┘
 * ```
 */
export function encodeInstance(entry: InstanceEntry): Uint8Array {
  return encodeUtf8(JSON.stringify(toFields(entry)));
}

/**
 * Reads an entry. DecodeError when anything of it is not as {@link encodeInstance} draws it, or when it is another instance's.
 * Fields that are not known are ignored. Cost: O(bytes), at most {@link ENTRY_BYTES_MAX}.
 */
export function decodeInstance(id: string, value: Uint8Array): InstanceEntry {
  const fields = parseFields(value);
  const entry: InstanceEntry = {
    id: text(fields, 'id', ID),
    address: text(fields, 'address', ADDRESS),
    zone: text(fields, 'zone', ZONE, ''),
    state: stateOf(fields),
    tokens: tokensOf(fields),
    heartbeatMs: timeMs(fields, 'heartbeatMs'),
    registeredMs: timeMs(fields, 'registeredMs', 0),
    readOnlyChangedMs: timeMs(fields, 'readOnlyChangedMs', 0),
    features: featuresOf(fields),
    incarnation: text(fields, 'incarnation', INCARNATION, ''),
    startedMs: timeMs(fields, 'startedMs', 0),
  };
  if (entry.id !== id) throw new DecodeError(`ring entry of ${id} says that it is ${entry.id}`);
  return entry;
}

/**
 * An entry with some fields changed, for those who change what another process wrote: every other field stays, those of other
 * versions included. DecodeError when the entry, before or after, is not one.
 */
export function rewriteInstance(id: string, value: Uint8Array, changes: Partial<Omit<InstanceEntry, 'id'>>): Uint8Array {
  const changed: InstanceEntry = { ...decodeInstance(id, value), ...changes };
  const bytes = encodeUtf8(JSON.stringify({ ...Object.fromEntries(parseFields(value)), ...toFields(changed) }));
  decodeInstance(id, bytes);
  return bytes;
}

/** The prefix of the keys of all rings. */
export const RINGS_PREFIX = 'ring';

/** The key of an instance, or with no instance the prefix of all in the ring. */
export function ringKey(ring: string, id?: string): string {
  return id === undefined ? `${RINGS_PREFIX}.${ring}` : `${RINGS_PREFIX}.${ring}.${id}`;
}

function toFields(entry: InstanceEntry): Record<string, unknown> {
  const { tokens, ...rest } = entry;
  return { ...rest, tokens: encodeTokens(tokens) };
}

function encodeTokens(tokens: Uint32Array): string {
  const bytes = Buffer.allocUnsafe(tokens.length * 4);
  tokens.forEach((token, i) => {
    bytes.writeUInt32LE(token, i * 4);
  });
  return bytes.toString('base64');
}

type Fields = ReadonlyMap<string, unknown>;

/** A map, so that a field called `__proto__` is a field. */
function parseFields(value: Uint8Array): Fields {
  if (value.length > ENTRY_BYTES_MAX) throw new DecodeError(`ring entry of ${value.length} bytes, at most ${ENTRY_BYTES_MAX}`);
  let json: unknown;
  try {
    json = JSON.parse(decodeUtf8Strict(value, 0, value.length) ?? '');
  } catch (error) {
    throw new DecodeError('ring entry is not JSON', { cause: error });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new DecodeError('ring entry is not an object');
  return new Map(Object.entries(json));
}

function text(fields: Fields, name: string, pattern: RegExp, absent?: string): string {
  const value = fields.has(name) ? fields.get(name) : absent;
  if (typeof value !== 'string' || !pattern.test(value)) throw new DecodeError(`ring entry: bad ${name}`);
  return value;
}

function timeMs(fields: Fields, name: string, absent?: number): number {
  const value = fields.has(name) ? fields.get(name) : absent;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > TIME_MS_MAX) {
    throw new DecodeError(`ring entry: bad ${name}`);
  }
  return value;
}

function stateOf(fields: Fields): InstanceState {
  const value = fields.get('state');
  if (typeof value !== 'string' || !STATES.has(value)) throw new DecodeError('ring entry: bad state');
  return value as InstanceState;
}

function featuresOf(fields: Fields): readonly string[] {
  const value = fields.get('features') ?? [];
  if (!Array.isArray(value) || value.length > FEATURES_MAX) throw new DecodeError('ring entry: bad features');
  for (const feature of value) {
    if (typeof feature !== 'string' || !FEATURE.test(feature)) throw new DecodeError('ring entry: bad features');
  }
  return value as string[];
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function tokensOf(fields: Fields): Uint32Array {
  const value = fields.get('tokens') ?? '';
  if (typeof value !== 'string' || value.length > TOKENS_MAX * 6 || value.length % 4 !== 0 || !BASE64.test(value)) {
    throw new DecodeError('ring entry: bad tokens');
  }
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length % 4 !== 0 || bytes.length > TOKENS_MAX * 4) throw new DecodeError('ring entry: bad count of tokens');
  const tokens = new Uint32Array(bytes.length / 4);
  for (let i = 0; i < tokens.length; i++) {
    tokens[i] = bytes.readUInt32LE(i * 4);
    if (i > 0 && tokens[i]! <= tokens[i - 1]!) throw new DecodeError('ring entry: tokens are not ascending');
  }
  return tokens;
}
