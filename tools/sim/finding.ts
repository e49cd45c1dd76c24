/** One line of the simulation's result. */
export interface Finding {
  readonly what: string;
  readonly value: string;
  /** What it must be, where that is asked for. */
  readonly target?: string;
  /** Whether it is that; true where nothing is asked for. */
  readonly isMet: boolean;
}

/** A line without a target. */
export function measured(what: string, value: string): Finding {
  return { what, value, isMet: true };
}

/** A line with a target. */
export function checked(what: string, value: string, target: string, isMet: boolean): Finding {
  return { what, value, target, isMet };
}

/** A section of the result as text. */
export function renderSection(title: string, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  const lines = findings.map(({ what, value, target, isMet }) => {
    const verdict = target === undefined ? '' : `   (${isMet ? 'ok' : 'MISSED'}: ${target})`;
    return `  ${what.padEnd(width)}  ${value}${verdict}`;
  });
  return `${title}\n${lines.join('\n')}\n`;
}

/** A share as a percentage with three digits that count. */
export function percent(share: number): string {
  return share === 0 ? '0 %' : `${Number((share * 100).toPrecision(3))} %`;
}
