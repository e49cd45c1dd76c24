import { balanceFindings, overlapFindings } from './balance.ts';
import { detectionFindings } from './detection.ts';
import { type Finding, renderSection } from './finding.ts';
import { lossFindings } from './loss.ts';
import { makeModel, type SimOptions, viewOf } from './model.ts';
import { placeAll } from './placement.ts';
import { ringChangeFindings } from './ring-change.ts';

/** What a run found. */
export interface SimResult {
  readonly findings: readonly Finding[];
  readonly isMet: boolean;
}

/** Runs all experiments; `print` gets the text of each section when it is ready. The same options find the same, but for CPU times. */
export async function simulate(options: SimOptions, print: (text: string) => void): Promise<SimResult> {
  const model = makeModel(options);
  const placement = await placeAll(model, viewOf(model.instances));
  const sections: readonly (readonly [string, () => Finding[] | Promise<Finding[]>])[] = [
    ['Balance', () => balanceFindings(model, placement)],
    ['Overlap of shuffle shards', () => overlapFindings(model)],
    ['Failures', () => lossFindings(model, placement)],
    ['Change of the ring', () => ringChangeFindings(model)],
    ['Detection of a dead ingester', () => detectionFindings(model)],
  ];
  const findings: Finding[] = [];
  for (const [title, find] of sections) {
    const found = await find();
    findings.push(...found);
    print(renderSection(title, found));
  }
  return { findings, isMet: findings.every(({ isMet }) => isMet) };
}
