/** Costs per series of a write: the look-up of its replicas, and the book-keeping of its quorum. `npm run bench -- ring/ring`. */
import { createRingView } from './create-ring-view.ts';
import { gridOf, NOW_MS, pseudoTokens, TIMEOUT_MS } from './ring.fixture.ts';
import { writeToReplicas } from './write-to-replicas.ts';

const ITEMS = 2000;
const ROUNDS = 200;

/** CPU ns of each item in the best of several passes. */
async function nsPerItem(pass: () => void | Promise<void>): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const startedMs = performance.now();
    await pass();
    const { user, system } = process.cpuUsage(before);
    // The CPU clock is coarse; a pass that was not interrupted takes no longer than its CPU time.
    best = Math.min(best, Math.max((user + system) * 1000, (performance.now() - startedMs) * 1e6) / ITEMS);
  }
  return best;
}

for (const perZone of [2, 33, 333]) {
  const options = { replicationFactor: 3, isZoneAware: true, heartbeatTimeoutMs: TIMEOUT_MS, nowMs: NOW_MS };
  const view = createRingView(gridOf(3, perZone, 512), options);
  const tokens = Uint32Array.from(pseudoTokens(perZone, ITEMS));
  let sum = 0;
  const lookUp = await nsPerItem(() => {
    for (let i = 0; i < ITEMS; i++) sum += view.replicasOf(tokens[i]!, 'write').maxErrors;
  });
  const write = await nsPerItem(async () => {
    await writeToReplicas({ view, tokens, call: async () => [], timeoutMs: 1000 });
  });
  const text = `${perZone * 3} instances: ${lookUp.toFixed(0)} ns for a look-up, ${write.toFixed(0)} ns for a write's books (per series, ${sum > 0})`;
  process.stdout.write(`${text}\n`);
}
