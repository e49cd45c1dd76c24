import type { Labels } from '@telamon/model';
import type { BinaryExpr } from '../../parser/ast.ts';
import type { Evaluation } from '../evaluation.ts';
import { isMetadataLabel } from '../metric-labels.ts';
import { changesMetric } from './operators.ts';

/** Labels of the result of joining a series of the "many" side with one of the "one" side. */
export function resultLabels(evaluation: Evaluation, expr: BinaryExpr, many: Labels, one: Labels): Labels {
  const { op, returnBool } = expr;
  const { card, isOn, matchingLabels, include } = expr.matching!;
  const dropsName = changesMetric(op) || (returnBool && !evaluation.options.isNameRemovalDelayed);
  const isKept = (name: string): boolean => {
    if (dropsName && isMetadataLabel(name)) return false;
    return card !== 'one-to-one' || matchingLabels.includes(name) === isOn;
  };
  let labels = many.filter(isKept);
  for (const name of include) labels = labels.with(name, one.get(name));
  return labels;
}
