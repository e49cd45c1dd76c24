import { runProcess } from '@telamon/host';
import { METRICS } from '@telamon/metrics';
import { QUERIER_ROLE } from './role.ts';

await runProcess({ roles: [QUERIER_ROLE], signals: [METRICS], isPartial: true });
