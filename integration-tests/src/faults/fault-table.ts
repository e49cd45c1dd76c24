import { BUCKET_FAULTS } from './bucket-faults.ts';
import { CERTIFICATE_FAULTS } from './certificate-faults.ts';
import { COMPACTOR_FAULTS } from './compactor-faults.ts';
import { CONFIG_FAULTS } from './config-faults.ts';
import { DISK_FAULTS } from './disk-faults.ts';
import type { FaultRow } from './fault-row.ts';
import { INGESTER_FAULTS } from './ingester-faults.ts';
import { OVERLOAD_FAULTS } from './overload-faults.ts';
import { PROCESS_FAULTS } from './process-faults.ts';
import { RING_FAULTS } from './ring-faults.ts';
import { SAMPLE_FAULTS } from './sample-faults.ts';
import { SCALE_FAULTS } from './scale-faults.ts';

/** Every row of the fault matrix that is built, by id. */
export const FAULT_TABLE: readonly FaultRow[] = [
  ...INGESTER_FAULTS,
  ...RING_FAULTS,
  ...BUCKET_FAULTS,
  ...COMPACTOR_FAULTS,
  ...DISK_FAULTS,
  ...SAMPLE_FAULTS,
  ...SCALE_FAULTS,
  ...OVERLOAD_FAULTS,
  ...PROCESS_FAULTS,
  ...CONFIG_FAULTS,
  ...CERTIFICATE_FAULTS,
].sort((a, b) => (a.id < b.id ? -1 : 1));
