import { mountWrites, type Role, type RoleHost } from '@telamon/host';
import { Admission } from './admission.ts';
import { DISTRIBUTOR } from './options.ts';

/** The distributor: takes data in and writes it to the ingesters that hold it. */
export const DISTRIBUTOR_ROLE: Role = {
  name: 'distributor',
  options: [DISTRIBUTOR],
  needs: ['ingester'],
  takesOtlp: true,
  open: async (host) => {
    await mountPush(host);
    return undefined;
  },
};

/** Puts the signals' write routes behind the admission. They are there before the listeners are bound. */
async function mountPush({ listeners, config, signals }: RoleHost): Promise<void> {
  const admission = new Admission(config.of(DISTRIBUTOR));
  for (const signal of signals) mountWrites(listeners, admission.guard(await signal.push()));
}
