import { KvRequestError } from './kv-errors.ts';

/** Longest key, bytes (keys are ASCII). */
export const MAX_KV_KEY_BYTES = 256;

/** Largest value, bytes. */
export const MAX_KV_VALUE_BYTES: number = 512 * 1024;

const KEY = /^[a-zA-Z0-9_-]+(?:\.[a-zA-Z0-9_-]+)*$/;

/** Whether it is segments of `[a-zA-Z0-9_-]+` joined by dots, at most {@link MAX_KV_KEY_BYTES} long. */
export function isValidKvKey(key: string): boolean {
  return key.length <= MAX_KV_KEY_BYTES && KEY.test(key);
}

/** @throws KvRequestError for a malformed key. */
export function checkKvKey(key: string): void {
  if (!isValidKvKey(key)) throw new KvRequestError(`malformed key ${JSON.stringify(key.slice(0, 80))}`);
}

/** Whole segments; the empty prefix is above every key. @throws KvRequestError for a malformed one. */
export function checkKvPrefix(prefix: string): void {
  if (prefix !== '' && !isValidKvKey(prefix)) {
    throw new KvRequestError(`malformed prefix ${JSON.stringify(prefix.slice(0, 80))}`);
  }
}

/** @throws KvRequestError for a value above {@link MAX_KV_VALUE_BYTES}. */
export function checkKvValue(value: Uint8Array): void {
  if (value.length > MAX_KV_VALUE_BYTES) {
    throw new KvRequestError(`value of ${value.length} bytes is larger than ${MAX_KV_VALUE_BYTES}`);
  }
}

/** Whether a key is below a prefix; a key is not below itself. */
export function isBelow(key: string, prefix: string): boolean {
  return prefix === '' || (key.length > prefix.length && key[prefix.length] === '.' && key.startsWith(prefix));
}
