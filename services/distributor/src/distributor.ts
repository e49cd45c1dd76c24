import { createService, type Service } from '@telamon/lifecycle';
import type { Lifecycler } from '@telamon/ring';

/** The distributor's place among the others, by whose number limits of the whole cluster are divided. */
export function createDistributor(lifecycler: Lifecycler): Service {
  return createService({
    name: 'distributor',
    start: async (signal) => {
      lifecycler.service.start();
      await lifecycler.service.untilRunning(signal);
      await lifecycler.activate();
    },
    stop: async () => {
      lifecycler.service.stop();
      await lifecycler.service.untilTerminated();
    },
  });
}
