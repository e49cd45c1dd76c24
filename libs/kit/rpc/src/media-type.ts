/** A parsed `Content-Type`. */
export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly essence: string;
  /** Names in lower case, values as sent, unquoted. A repeated name keeps its first value. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const ESSENCE = new RegExp(`^\\s*(${TOKEN}/${TOKEN})\\s*`);
const PARAMETER = new RegExp(`^;\\s*(?:(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?\\s*`);

/** Parses a `Content-Type` (RFC 9110 8.3); undefined when it is absent, malformed or longer than 1 KiB. */
export function parseMediaType(header: string | undefined): MediaType | undefined {
  if (header === undefined || header.length > 1024) return undefined;
  const start = ESSENCE.exec(header);
  if (!start) return undefined;
  const parameters = new Map<string, string>();
  let rest = header.slice(start[0].length);
  while (rest !== '') {
    const found = PARAMETER.exec(rest);
    if (!found) return undefined;
    const name = found[1]?.toLowerCase();
    const value = found[2] ?? found[3]?.replace(/\\(.)/gs, '$1') ?? '';
    if (name !== undefined && !parameters.has(name)) parameters.set(name, value);
    rest = rest.slice(found[0].length);
  }
  return { essence: start[1]!.toLowerCase(), parameters };
}
