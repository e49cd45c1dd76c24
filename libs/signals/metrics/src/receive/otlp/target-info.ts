import { ByteWriter } from '@telamon/bytes';
import type { MetricMetadata, OtlpAttribute } from '@telamon/wire';
import { attributeLabels } from './attribute-labels.ts';
import type { LabelNames } from './label-names.ts';
import { PointLabels } from './point-labels.ts';
import { addResourceLabels, IDENTIFYING_ATTRIBUTES, type ResourceLabels } from './resource-labels.ts';
import { ROW_MADE, type TranslatedRows } from './translated-rows.ts';

const NAME = 'target_info';
/** Samples of one resource in one request, the newest; times come from senders. */
const MAX_SAMPLES = 4096;
const NO_PROMOTION: ReadonlyMap<string, string> = new Map();

/** Metadata of `target_info`. */
export const TARGET_INFO_METADATA: MetricMetadata = { name: NAME, type: 'gauge', help: 'Target metadata', unit: '' };

/** Rules of `target_info`. */
export interface TargetInfoRules {
  readonly names: LabelNames;
  readonly isEscaping: boolean;
  readonly keepsIdentifying: boolean;
  readonly intervalMs: number;
}

/** A resource that had points, and their oldest and newest time. */
export interface SeenResource {
  readonly attributes: readonly OtlpAttribute[];
  readonly labels: ResourceLabels;
  readonly oldestMs: number;
  readonly newestMs: number;
}

interface Pending {
  readonly labels: Uint8Array;
  readonly timesMs: Set<number>;
}

/**
 * Makes `target_info`, a series of ones whose labels are the attributes of a resource: one sample at the newest time of the
 * resource's points and one every interval from the oldest on. Resources with the same labels share one series.
 */
export class TargetInfo {
  readonly #rules: TargetInfoRules;
  readonly #pending = new Map<string, Pending>();

  constructor(rules: TargetInfoRules) {
    this.#rules = rules;
  }

  /** Takes note of a resource; those without identity or without further attributes are left out. Throws `TranslationError`. */
  add(resource: SeenResource): void {
    const labels = this.#labelsOf(resource);
    if (labels === undefined) return;
    const key = Buffer.from(labels.buffer, labels.byteOffset, labels.length).toString('latin1');
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = { labels, timesMs: new Set() };
      this.#pending.set(key, pending);
    }
    const { intervalMs } = this.#rules;
    const steps = Math.floor((resource.newestMs - resource.oldestMs) / intervalMs);
    for (let step = Math.max(0, steps - MAX_SAMPLES); step <= steps; step++) {
      pending.timesMs.add(resource.oldestMs + step * intervalMs);
    }
    pending.timesMs.add(resource.newestMs);
  }

  /** Writes all rows, each series in the order of time. Returns whether there were any. */
  write(rows: TranslatedRows): boolean {
    for (const { labels, timesMs } of this.#pending.values()) {
      for (const timeMs of [...timesMs].sort((a, b) => a - b)) {
        rows.beginMade({ timeMs, startTimeMs: 0, flags: ROW_MADE });
        rows.labels.bytes(labels);
        rows.float(1);
      }
    }
    return this.#pending.size > 0;
  }

  #labelsOf({ attributes, labels: resource }: SeenResource): Uint8Array | undefined {
    const identifying = [...IDENTIFYING_ATTRIBUTES].filter((name) => attributes.some(({ key }) => key === name));
    if (attributes.length === identifying.length) return undefined;
    const { names, isEscaping, keepsIdentifying } = this.#rules;
    const ignored = keepsIdentifying ? {} : { ignored: IDENTIFYING_ATTRIBUTES };
    const labels = attributeLabels(attributes, { names, isEscaping, ...ignored });
    addResourceLabels(labels, { ...resource, promoted: NO_PROMOTION });
    if ((labels.get('job') ?? '') === '' && (labels.get('instance') ?? '') === '') return undefined;
    const encoder = new PointLabels();
    encoder.set(labels);
    const out = new ByteWriter(256);
    encoder.write(out, NAME);
    return out.finish();
  }
}
