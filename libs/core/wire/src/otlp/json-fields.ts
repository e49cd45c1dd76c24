import { DecodeError } from '@telamon/bytes';
import { parseGoFloat } from '@telamon/model';
import type { ExactJson, ExactJsonObject } from './exact-json.ts';
import type { ItemBudget } from './item-budget.ts';
import { EMPTY_VALUE, MAX_VALUE_DEPTH, type OtlpAttribute, type OtlpValue } from './otlp-value.ts';

/** What the messages of one request share. */
export class JsonContext {
  readonly budget: ItemBudget;
  readonly #maxTextChars: number;
  readonly #snakeNames = new Map<string, string>();

  constructor(budget: ItemBudget, maxTextChars: number = Number.POSITIVE_INFINITY) {
    this.budget = budget;
    this.#maxTextChars = maxTextChars;
  }

  /** The text, cut when it is too long. */
  cut(text: string): string {
    return text.length > this.#maxTextChars ? text.slice(0, this.#maxTextChars) : text;
  }

  /** A field's name in snake case, remembered: names are those of the format, a few dozen. */
  snakeName(name: string): string {
    let snake = this.#snakeNames.get(name);
    if (snake === undefined) {
      snake = name.replace(/[A-Z]/g, (char) => `_${char.toLowerCase()}`);
      this.#snakeNames.set(name, snake);
    }
    return snake;
  }
}

/** A JSON object with typed access to its fields: by lower camel case or snake case; null counts as absent. */
export class JsonMessage {
  readonly #context: JsonContext;
  readonly #object: ExactJsonObject;

  /** Counts against the budget. `DecodeError` when `value` is no object. */
  constructor(value: ExactJson, context: JsonContext) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new DecodeError('json: expected an object');
    context.budget.take();
    this.#context = context;
    this.#object = value;
  }

  /** The raw value of a field; undefined when absent or null. */
  get(name: string): ExactJson | undefined {
    return this.#object[name] ?? this.#object[this.#context.snakeName(name)] ?? undefined;
  }

  /** A nested message, empty when absent. */
  message(name: string): JsonMessage {
    return new JsonMessage(this.get(name) ?? {}, this.#context);
  }

  /** Messages of an array. */
  list<T>(name: string, read: (item: JsonMessage) => T): T[] {
    return this.#array(name).map((item) => read(new JsonMessage(item ?? {}, this.#context)));
  }

  /** As {@link list}, but each message is opened when it is asked for. */
  *each(name: string): Generator<JsonMessage> {
    for (const item of this.#array(name)) yield new JsonMessage(item ?? {}, this.#context);
  }

  /** A string, '' when absent, cut when it is too long. */
  string(name: string): string {
    const value = this.get(name) ?? '';
    if (typeof value !== 'string') throw new DecodeError(`json: ${name} is not a string`);
    return this.#context.cut(value);
  }

  /** A boolean, false when absent. */
  bool(name: string): boolean {
    const value = this.get(name) ?? false;
    if (typeof value !== 'boolean') throw new DecodeError(`json: ${name} is not a boolean`);
    return value;
  }

  /** A 64-bit integer, number or text; undefined when absent. */
  int(name: string): bigint | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : toInteger(value, name);
  }

  /** A uint64, 0 when absent. */
  uint(name: string): bigint {
    const value = this.int(name) ?? 0n;
    if (value < 0n || value >= 1n << 64n) throw new DecodeError(`json: ${name} is out of range`);
    return value;
  }

  /** An int32, 0 when absent. */
  int32(name: string): number {
    const value = Number(this.int(name) ?? 0n);
    if (value !== (value | 0)) throw new DecodeError(`json: ${name} is out of range`);
    return value;
  }

  /** A double, number or text; undefined when absent. */
  double(name: string): number | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : toDouble(value, name);
  }

  /** Numbers of an array of doubles, or of uint64 rounded to doubles. */
  numbers(name: string, kind: 'double' | 'uint'): number[] {
    const list = this.#array(name);
    this.#context.budget.takeNumbers(list.length);
    return list.map((item) => {
      if (kind === 'double') return toDouble(item, name);
      if (typeof item === 'string' && /^[0-9]{1,15}$/.test(item)) return Number(item);
      const value = toInteger(item, name);
      if (value < 0n || value >= 1n << 64n) throw new DecodeError(`json: ${name} is out of range`);
      return Number(value);
    });
  }

  /** An enum by number or name; 0 when absent. */
  enumeration(name: string, names: Readonly<Record<string, number>>): number {
    const value = this.get(name);
    if (typeof value === 'string' && Object.hasOwn(names, value)) return names[value]!;
    return value === undefined ? 0 : Number(toInteger(value, name));
  }

  /** Lower-case hex of an id, '' when absent. `DecodeError` when it is not hex of `lengthBytes`. */
  id(name: string, lengthBytes: number): string {
    const text = this.string(name);
    if (text === '') return '';
    if (text.length !== lengthBytes * 2 || !/^[0-9a-fA-F]*$/.test(text)) throw new DecodeError(`json: ${name} is not a hex id`);
    return text.toLowerCase();
  }

  /** A list of attributes. */
  attributes(name: string, depth = 0): OtlpAttribute[] {
    return this.list(name, (item) => ({ key: item.string('key'), value: readValue(item, depth) }));
  }

  #array(name: string): ExactJson[] {
    const value = this.get(name) ?? [];
    if (!Array.isArray(value)) throw new DecodeError(`json: ${name} is not an array`);
    return value;
  }
}

function readValue(item: JsonMessage, depth: number): OtlpValue {
  if (depth > MAX_VALUE_DEPTH) throw new DecodeError(`attribute value is nested deeper than ${MAX_VALUE_DEPTH}`);
  const value = item.get('value');
  return value === undefined ? EMPTY_VALUE : readVariant(item.message('value'), depth);
}

function readVariant(message: JsonMessage, depth: number): OtlpValue {
  if (depth > MAX_VALUE_DEPTH) throw new DecodeError(`attribute value is nested deeper than ${MAX_VALUE_DEPTH}`);
  if (message.get('stringValue') !== undefined) return { kind: 'string', value: message.string('stringValue') };
  if (message.get('boolValue') !== undefined) return { kind: 'bool', value: message.bool('boolValue') };
  const int = message.int('intValue');
  if (int !== undefined) return { kind: 'int', value: checkInt64(int, 'intValue') };
  const double = message.double('doubleValue');
  if (double !== undefined) return { kind: 'double', value: double };
  if (message.get('arrayValue') !== undefined) {
    return { kind: 'array', values: message.message('arrayValue').list('values', (item) => readVariant(item, depth + 1)) };
  }
  if (message.get('kvlistValue') !== undefined) {
    return { kind: 'map', entries: message.message('kvlistValue').attributes('values', depth + 1) };
  }
  if (message.get('bytesValue') === undefined) return EMPTY_VALUE;
  return { kind: 'bytes', value: fromBase64(message.string('bytesValue')) };
}

/** `DecodeError` for integers that are no int64. */
export function checkInt64(value: bigint, name: string): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new DecodeError(`json: ${name} is out of range`);
  return value;
}

function toInteger(value: ExactJson, name: string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^[+-]?[0-9]{1,30}$/.test(value)) return BigInt(value.replace('+', ''));
  throw new DecodeError(`json: ${name} is not an integer`);
}

/** Texts as Go reads them, which is what the collector and its users' peers take: `NaN`, `inf`, hexadecimal numbers. */
function toDouble(value: ExactJson, name: string): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  const parsed = typeof value === 'string' ? parseGoFloat(value) : undefined;
  if (parsed === undefined) throw new DecodeError(`json: ${name} is not a number`);
  return parsed;
}

function fromBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw new DecodeError('json: bytesValue is not base64');
  return Uint8Array.from(Buffer.from(text, 'base64'));
}
