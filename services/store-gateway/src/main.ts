import { runProcess } from '@telamon/host';
import { METRICS } from '@telamon/metrics';
import { STORE_GATEWAY_ROLE } from './role.ts';

await runProcess({ roles: [STORE_GATEWAY_ROLE], signals: [METRICS], isPartial: true });
