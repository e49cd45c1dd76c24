import { RegexpCache } from '@telamon/algo';
import { type BlockedRequest, requestBlocked } from '@telamon/limits';
import type { FormValues } from './api-request.ts';

/** What of a request decides whether it is blocked. */
export interface BlockableHttpRequest {
  readonly method: string;
  /** As it came, without the query. */
  readonly path: string;
  readonly form: FormValues;
}

/** Refuses the HTTP requests that an operator blocked. Lives as long as the API, because patterns are compiled once. */
export class RequestBlocker {
  readonly #regexps = new RegexpCache();

  /** @throws CatalogueError 400 when a rule holds for the request. Cost: linear in rules. */
  check(request: BlockableHttpRequest, rules: readonly BlockedRequest[]): void {
    if (rules.some((rule) => this.#holds(rule, request))) throw requestBlocked();
  }

  #holds(rule: BlockedRequest, { method, path, form }: BlockableHttpRequest): boolean {
    if (rule.method !== '' && rule.method.toUpperCase() !== method) return false;
    if (rule.path !== '' && withoutPrefix(rule.path) !== withoutPrefix(path)) return false;
    return rule.queryParams.every(({ name, value, isRegex }) => {
      const matches = isRegex ? (text: string) => this.#regexps.compile(value).test(text) : (text: string) => text === value;
      return form.getAll(name).some(matches);
    });
  }
}

/** Every route stands under the prefix and at the root; a rule for one holds for the other. */
function withoutPrefix(path: string): string {
  return path.startsWith('/prometheus/') ? path.slice('/prometheus'.length) : path;
}
