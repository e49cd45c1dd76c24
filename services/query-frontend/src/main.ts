import { runProcess } from '@telamon/host';
import { METRICS } from '@telamon/metrics';
import { QUERY_FRONTEND_ROLE } from './role.ts';

await runProcess({ roles: [QUERY_FRONTEND_ROLE], signals: [METRICS], isPartial: true });
