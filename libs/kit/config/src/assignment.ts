import type { NamedOption } from './option-group.ts';

/** Where a value came from; later ones win. */
export type ValueSource = 'default' | 'yaml' | 'environment' | 'flag';

/** A parsed value for an option and who said so. */
export interface Assignment {
  readonly named: NamedOption;
  readonly value: unknown;
  readonly source: ValueSource;
}

/** What reading one source gave. Errors are whole sentences fit for the terminal. */
export interface SourceOutcome {
  readonly assignments: Assignment[];
  readonly errors: string[];
  readonly warnings: string[];
}

/** An empty outcome. */
export function emptyOutcome(): SourceOutcome {
  return { assignments: [], errors: [], warnings: [] };
}
