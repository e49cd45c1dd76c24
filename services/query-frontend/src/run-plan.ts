import { setMaxListeners } from 'node:events';
import type { FrontendPart, FrontendPlan, StepRange } from '@telamon/contract';
import type { PeerHttpResponse } from '@telamon/rpc';
import type { QueryAsker } from './ask-querier.ts';
import type { CachedParts, PartAnswer } from './cached-part.ts';
import type { FrontendMetrics } from './frontend-metrics.ts';

/** What a plan is run with. */
export interface RunPlanOptions {
  readonly tenant: string;
  readonly asker: QueryAsker;
  /** undefined: nothing is looked up or kept. */
  readonly cached: CachedParts | undefined;
  readonly metrics: FrontendMetrics;
  /** Gives everything up. */
  readonly signal: AbortSignal;
}

/** Runs a plan to its response. Rejects with what asking queriers rejects with. */
export async function runPlan(plan: FrontendPlan, options: RunPlanOptions): Promise<PeerHttpResponse> {
  if (plan.kind === 'reply') return plan.response;
  if (plan.kind === 'forward') return await options.asker.ask(plan.request, options.signal);
  if (plan.parts.length > 1) options.metrics.split(plan.parts.length);
  const answers = await runParts(plan.parts, options);
  const bodies: Uint8Array[] = [];
  for (const answer of answers) {
    // What a query as a whole would have met first is what its earliest part met.
    if (answer.kind === 'failed') return answer.response;
    bodies.push(...answer.bodies);
  }
  const united = await plan.unite(bodies);
  if (united !== undefined) return united;
  options.metrics.askedWhole();
  return await options.asker.ask(plan.whole, options.signal);
}

/** Answers of the parts in their order, up to and including the earliest that failed; later ones are then given up. */
async function runParts(parts: readonly FrontendPart[], options: RunPlanOptions): Promise<PartAnswer[]> {
  const aborts = parts.map(() => new AbortController());
  const giveUpFrom = (index: number, reason: Error): void => {
    for (const abort of aborts.slice(index)) abort.abort(reason);
  };
  let failedAt = parts.length;
  const running = parts.map(async (part, index): Promise<PartAnswer | undefined> => {
    try {
      const signal = AbortSignal.any([options.signal, aborts[index]!.signal]);
      setMaxListeners(0, signal);
      const answer = await runPart(part, options, signal);
      if (answer.kind === 'failed' && index < failedAt) {
        failedAt = index;
        giveUpFrom(index + 1, new Error('an earlier part failed'));
      }
      return answer;
    } catch (error) {
      if (index > failedAt) return undefined;
      giveUpFrom(0, error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  });
  const answers = await Promise.all(running);
  return answers.slice(0, failedAt + 1).filter((answer) => answer !== undefined);
}

async function runPart(part: FrontendPart, options: RunPlanOptions, signal: AbortSignal): Promise<PartAnswer> {
  const ask = (asked: FrontendPart, range: StepRange): Promise<PeerHttpResponse> => askRange(asked, range, options, signal);
  if (options.cached !== undefined) return await options.cached.answer(options.tenant, part, ask);
  const response = await ask(part, part.range);
  return response.status === 200 ? { kind: 'bodies', bodies: [response.body] } : { kind: 'failed', response };
}

async function askRange(
  part: FrontendPart,
  range: StepRange,
  { asker }: RunPlanOptions,
  signal: AbortSignal,
): Promise<PeerHttpResponse> {
  const shards = part.shards(range);
  // A querier of an older version would answer without an error, and wrongly.
  if (shards === undefined || !asker.allHave(shards.feature)) return await asker.ask(part.request(range), signal);
  const responses = await Promise.all(shards.requests.map((request) => asker.ask(request, signal, shards.feature)));
  if (responses.every(({ status }) => status === 200)) {
    const body = await shards.unite(
      responses.map((response) => response.body),
      signal,
    );
    if (body !== undefined) return { ...responses[0]!, body };
  }
  // Shards meet errors in an order of their own; the unsharded request words them as everyone does.
  return await asker.ask(part.request(range), signal);
}
