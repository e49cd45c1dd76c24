import { compareUtf8, Labels, type MatcherSpec } from '@telamon/model';
import { TimeSlice } from '@telamon/telemetry';
import type { LabelsRequest, MetricsSource, SelectRequest } from '../metrics-source.ts';
import { MatcherCompiler } from './compile-matchers.ts';
import { indexOf, overlaps, selectFrames } from './head-select.ts';
import type { HeadState } from './head-state.ts';
import { resolveMatchers } from './resolve-matchers.ts';
import { sortInSlices } from './sort-in-slices.ts';
import type { TenantHead } from './tenant-head.ts';

const SLICE_MS = 10;

/** Where a source finds heads; undefined for a tenant that has none. */
export type FindHead = (tenant: string) => TenantHead | undefined;

/** An exemplar as the query API shows it. */
export interface FoundExemplar {
  readonly timeMs: number;
  readonly value: number;
  readonly labels: Labels;
}

/** The exemplars of one series, in the order of their time. */
export interface ExemplarSeries {
  readonly series: Labels;
  readonly exemplars: readonly FoundExemplar[];
}

/** The heads of this process as a source of series. */
export class HeadSource implements MetricsSource {
  readonly name = 'head';
  readonly #findHead: FindHead;
  readonly #compiler = new MatcherCompiler();

  constructor(findHead: FindHead) {
    this.#findHead = findHead;
  }

  async *select(request: SelectRequest, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const head = this.#findHead(request.tenant);
    if (head === undefined) return;
    const select = {
      matchers: this.#compiler.compile(request.matchers),
      fromMs: request.fromMs,
      toMs: request.toMs,
      isLabelsOnly: request.isLabelsOnly ?? false,
      limit: request.limit ?? 0,
    };
    yield* head.reading(() => selectFrames(head.state, select, new TimeSlice(SLICE_MS, signal)));
  }

  async labelNames(request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#collect(request, signal, async (state, slice, refs) => {
      if (refs === undefined) return [...state.postings.names()];
      const names = new Set<string>();
      for (const ref of refs) {
        if (!state.rows.isLive(ref)) continue;
        const flat = Labels.fromBytes(state.labelBytes(ref)).flat();
        for (let i = 0; i < flat.length; i += 2) names.add(flat[i]!);
        const pause = slice.pause();
        if (pause !== undefined) await pause;
      }
      return [...names];
    });
  }

  async labelValues(name: string, request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#collect(request, signal, async (state, slice, refs) => {
      const found: string[] = [];
      if (refs === undefined) {
        for (const value of state.postings.values(name)) {
          found.push(value);
          const pause = (found.length & 255) === 0 ? slice.pause() : undefined;
          if (pause !== undefined) await pause;
        }
        return found;
      }
      const seen = new Set<string>();
      for (const ref of refs) {
        const value = state.labelValue(ref, name);
        if (value !== '' && !seen.has(value)) {
          seen.add(value);
          found.push(value);
        }
        const pause = slice.pause();
        if (pause !== undefined) await pause;
      }
      return found;
    });
  }

  /** Exemplars of the series that match any of the sets, fromMs <= t <= toMs, sorted by series. */
  async exemplars(request: LabelsRequest, signal: AbortSignal): Promise<ExemplarSeries[]> {
    const head = this.#findHead(request.tenant);
    if (head === undefined) return [];
    return head.read(async () => {
      const slice = new TimeSlice(SLICE_MS, signal);
      const { state } = head;
      const sets = request.matcherSets.map((specs) => this.#compiler.compile(specs));
      const found: ExemplarSeries[] = [];
      const value = new Float64Array(1);
      const words = new Uint32Array(value.buffer);
      for (const list of state.exemplars.lists()) {
        const pause = slice.pause();
        if (pause !== undefined) await pause;
        if (list.ref === 0 && list.labels === undefined) continue;
        const labels = list.labels === undefined ? state.labels(list.ref) : Labels.fromBytes(list.labels);
        const isWanted =
          sets.length === 0 || sets.some((set) => set.every((matcher) => matcher.matches(labels.get(matcher.name))));
        if (!isWanted) continue;
        const exemplars = [...state.exemplars.of(list, request.fromMs, request.toMs)].map((exemplar) => {
          words[0] = exemplar.low;
          words[1] = exemplar.high;
          return { timeMs: exemplar.timeMs, value: value[0]!, labels: Labels.fromBytes(exemplar.labels.slice()) };
        });
        if (exemplars.length > 0) found.push({ series: labels, exemplars });
      }
      return sortInSlices(found, (a, b) => a.series.compare(b.series), slice);
    });
  }

  /** Runs `collect` with the series that match, or without any where all do; sorts and cuts what it found. */
  async #collect(
    request: LabelsRequest,
    signal: AbortSignal,
    collect: (state: HeadState, slice: TimeSlice, refs: Uint32Array | undefined) => Promise<string[]>,
  ): Promise<string[]> {
    const head = this.#findHead(request.tenant);
    if (head === undefined || !overlaps(head.state, request.fromMs, request.toMs)) return [];
    return head.read(async () => {
      const slice = new TimeSlice(SLICE_MS, signal);
      const texts: string[] = [];
      const sets: readonly (readonly MatcherSpec[] | undefined)[] =
        request.matcherSets.length === 0 ? [undefined] : request.matcherSets;
      for (const specs of sets) {
        const matchers = specs === undefined ? [] : this.#compiler.compile(specs);
        const refs = matchers.length === 0 ? undefined : await resolveMatchers(indexOf(head.state), matchers, slice);
        for (const text of await collect(head.state, slice, refs)) texts.push(text);
      }
      const sorted = await sortInSlices(texts, compareUtf8, slice);
      // What several sets found stands side by side now.
      const distinct = sets.length === 1 ? sorted : sorted.filter((text, i) => text !== sorted[i - 1]);
      return request.limit !== undefined && request.limit > 0 ? distinct.slice(0, request.limit) : distinct;
    });
  }
}
