import { runProcess } from '@telamon/host';
import { METRICS } from '@telamon/metrics';
import { COMPACTOR_ROLE } from './role.ts';

await runProcess({ roles: [COMPACTOR_ROLE], signals: [METRICS], isPartial: true });
