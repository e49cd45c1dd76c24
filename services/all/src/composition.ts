import { COMPACTOR_ROLE } from '@telamon/compactor';
import { DISTRIBUTOR_ROLE } from '@telamon/distributor';
import type { Composition } from '@telamon/host';
import { INGESTER_ROLE } from '@telamon/ingester';
import { METRICS } from '@telamon/metrics';
import { QUERIER_ROLE } from '@telamon/querier';
import { QUERY_FRONTEND_ROLE } from '@telamon/query-frontend';
import { STORE_GATEWAY_ROLE } from '@telamon/store-gateway';

/** Every role and every signal: what `--target=all` runs. */
export const ALL: Composition = {
  roles: [DISTRIBUTOR_ROLE, INGESTER_ROLE, QUERIER_ROLE, QUERY_FRONTEND_ROLE, STORE_GATEWAY_ROLE, COMPACTOR_ROLE],
  signals: [METRICS],
};
