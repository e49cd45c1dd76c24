import { runProcess } from '@telamon/host';
import { METRICS } from '@telamon/metrics';
import { INGESTER_ROLE } from './role.ts';

await runProcess({ roles: [INGESTER_ROLE], signals: [METRICS], isPartial: true });
