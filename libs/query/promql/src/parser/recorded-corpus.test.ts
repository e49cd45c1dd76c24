import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parser as lezer } from '@prometheus-io/lezer-promql';
import { jsonStringHtml } from '@telamon/model';
import { describe, expect, it } from 'vitest';
import { exprToJson } from './expr-json.ts';
import { formatExpr } from './format-expr.ts';
import { parseExpr, parseMetricSelector } from './parse-expr.ts';
import { BINOP_FILL_MODIFIERS, EXPERIMENTAL_FUNCTIONS, EXTENDED_RANGE_SELECTORS, type ParserOptions } from './parser-options.ts';
import { prettify } from './prettify.ts';

const SHARED = fileURLToPath(new URL('../../../../../../shared/', import.meta.url));
const API_CASES = `${SHARED}conformance/prometheus/api/cases.jsonl`;
const SCRIPTS = `${SHARED}conformance/promql`;
const KUBERNETES = `${SHARED}acceptance/kube-prometheus`;

const EXPERIMENTAL: ParserOptions = {
  features: new Set([EXPERIMENTAL_FUNCTIONS, EXTENDED_RANGE_SELECTORS, BINOP_FILL_MODIFIERS]),
};

interface ApiCase {
  readonly id: string;
  readonly group: string;
  readonly profile: string;
  readonly path: string;
  readonly params: readonly (readonly [string, string])[];
  readonly status: number;
  readonly body: string;
}

function readLines<T>(path: string): readonly T[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

function optionsOf(testCase: ApiCase): ParserOptions {
  return testCase.profile === 'experimental' ? EXPERIMENTAL : {};
}

function queryOf(testCase: ApiCase): string {
  return testCase.params.find(([name]) => name === 'query')?.[1] ?? '';
}

/** The error of a body, undefined if it is a success. */
function parseErrorOf(body: string): string | undefined {
  if (!body.startsWith('{"status":"error"')) return undefined;
  const { error } = JSON.parse(body) as { error: string };
  return error.includes('parse error') ? error : undefined;
}

function messageOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('recorded answers of the query API', () => {
  it.skipIf(!existsSync(API_CASES))('has the same text for every query that does not parse, and parses the others', () => {
    const paths = [
      '/api/v1/query',
      '/api/v1/query_range',
      '/api/v1/query_exemplars',
      '/api/v1/format_query',
      '/api/v1/parse_query',
    ];
    const cases = readLines<ApiCase>(API_CASES).filter((one) => paths.includes(one.path) && queryOf(one) !== '');
    const refused = cases.filter((one) => parseErrorOf(one.body) !== undefined);
    expect(refused.length).toBeGreaterThan(150);
    for (const one of refused) {
      const message = messageOf(() => parseExpr(queryOf(one), optionsOf(one)));
      expect(`invalid parameter "query": ${message}`, one.id).toBe(parseErrorOf(one.body));
    }
    for (const one of cases.filter((other) => other.status === 200)) {
      expect(
        messageOf(() => parseExpr(queryOf(one), optionsOf(one))),
        one.id,
      ).toBeUndefined();
    }
  });

  it.skipIf(!existsSync(API_CASES))('has the same text for every match[] that does not parse', () => {
    let count = 0;
    for (const one of readLines<ApiCase>(API_CASES)) {
      const expected = parseErrorOf(one.body);
      const selectors = one.params.filter(([name]) => name === 'match[]').map(([, value]) => value);
      if (expected === undefined || selectors.length === 0) continue;
      const messages = selectors.map((selector) => messageOf(() => parseMetricSelector(selector)));
      expect(messages, one.id).toContain(expected.replace('invalid parameter "match[]": ', ''));
      count++;
    }
    expect(count).toBeGreaterThan(2);
  });

  it.skipIf(!existsSync(API_CASES))('formats and describes byte for byte', () => {
    let count = 0;
    for (const one of readLines<ApiCase>(API_CASES)) {
      if (one.status !== 200 || !/(format|parse)_query$/.test(one.path)) continue;
      const expr = parseExpr(queryOf(one), optionsOf(one));
      const isFormat = one.path.endsWith('format_query');
      const data = isFormat ? jsonStringHtml(prettify(expr)) : escapeHtml(JSON.stringify(exprToJson(expr)));
      expect(`{"status":"success","data":${data}}`, one.id).toBe(one.body);
      count++;
    }
    expect(count).toBeGreaterThan(60);
  });
});

/** As Go's encoder does; none of these characters stands outside of strings. */
function escapeHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Queries of test scripts that must evaluate: `eval instant at 5m QUERY` and the like. */
function scriptQueries(): readonly string[] {
  const queries: string[] = [];
  for (const file of readdirSync(SCRIPTS).filter((name) => name.endsWith('.test'))) {
    const text = readFileSync(`${SCRIPTS}/${file}`, 'utf8');
    for (const line of text.split('\n')) {
      const instant = /^\s*eval(?:_warn|_info|_ordered)* instant(?: at \S+)?\s+(.+)$/.exec(line);
      const range = /^\s*eval(?:_warn|_info)* range from \S+ to \S+ step \S+\s+(.+)$/.exec(line);
      const query = instant?.[1] ?? range?.[1];
      if (query !== undefined) queries.push(query);
    }
  }
  return queries;
}

/** Queries of alerts, rules and dashboards; variables of dashboards are filled in. */
function kubernetesQueries(): readonly string[] {
  const queries = readLines<ApiCase>(`${KUBERNETES}/cases.jsonl`).map(queryOf);
  for (const { expr } of readLines<{ readonly expr: string }>(`${KUBERNETES}/dashboard-expressions.jsonl`)) {
    queries.push(
      expr
        .replace(/\[\$\{?\w+\}?(:?)/g, '[5m$1')
        .replace(/:\$\{?\w+\}?\]/g, ':1m]')
        .replace(/\$\{?\w+\}?/g, 'x'),
    );
  }
  return queries.filter((query) => query !== '');
}

function expectFixpoint(query: string): void {
  const expr = parseExpr(query, EXPERIMENTAL);
  const text = formatExpr(expr);
  expect(formatExpr(parseExpr(text, EXPERIMENTAL)), query).toBe(text);
  const pretty = prettify(expr);
  expect(prettify(parseExpr(pretty, EXPERIMENTAL)), query).toBe(pretty);
  expect(formatExpr(parseExpr(pretty, EXPERIMENTAL)), query).toBe(text);
}

/** Whether the editor's grammar takes a query; it knows no types. */
function isAcceptedByLezer(query: string): boolean {
  let isClean = true;
  lezer.parse(query).iterate({
    enter: (node) => {
      if (node.type.isError) isClean = false;
    },
  });
  return isClean;
}

describe('queries of others', () => {
  it.skipIf(!existsSync(SCRIPTS))('parses the test scripts, prints and prettifies them to fixpoints', () => {
    const queries = scriptQueries();
    expect(queries.length).toBeGreaterThan(1_500);
    for (const query of queries) {
      if (messageOf(() => parseExpr(query, EXPERIMENTAL)) === undefined) expectFixpoint(query);
    }
    const refused = queries.filter((query) => messageOf(() => parseExpr(query, EXPERIMENTAL)) !== undefined);
    expect(refused).toEqual([]);
  });

  it.skipIf(!existsSync(KUBERNETES))('parses the rules and dashboards of Kubernetes clusters', () => {
    const queries = kubernetesQueries();
    expect(queries.length).toBeGreaterThan(200);
    for (const query of queries) expectFixpoint(query);
  });

  it.skipIf(!existsSync(SCRIPTS))('refuses for its types alone what the grammar of the editor accepts', () => {
    const typeErrors = /expected|must|only allowed|not allowed|must not|no grouping|unknown function/;
    for (const query of scriptQueries().filter(isAcceptedByLezer)) {
      expect(messageOf(() => parseExpr(query, EXPERIMENTAL)) ?? 'must', query).toMatch(typeErrors);
    }
  });
});
