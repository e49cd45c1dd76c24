import type { FaultRow } from './fault-row.ts';
import { INGESTER_FAULTS } from './ingester-faults.ts';
import { SCALE_FAULTS } from './scale-faults.ts';
import { STORE_FAULTS } from './store-faults.ts';

/** Every row of the fault matrix that is built, by id. */
export const FAULT_TABLE: readonly FaultRow[] = [...INGESTER_FAULTS, ...STORE_FAULTS, ...SCALE_FAULTS].sort((a, b) =>
  a.id < b.id ? -1 : 1,
);
