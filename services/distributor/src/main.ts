import { runProcess } from '@telamon/host';
import { METRICS } from '@telamon/metrics';
import { DISTRIBUTOR_ROLE } from './role.ts';

await runProcess({ roles: [DISTRIBUTOR_ROLE], signals: [METRICS], isPartial: true });
