import { defineConfig } from 'vitest/config';

/** Black-box tests that wait most of their time for what they watch; `npm test` runs them beside the unit tests. */
const WAITING = ['integration-tests/src/scenarios/real-prometheus.test.ts'];

const BLACK_BOX = {
  // Node 20 may never end a worker thread that a cluster's sockets and children belonged to; a process ends.
  pool: 'forks',
  maxWorkers: 1,
  fileParallelism: false,
  testTimeout: 300_000,
  hookTimeout: 120_000,
} as const;

/** Unit tests stand beside their files; black-box tests are projects of their own, run one file at a time. */
export default defineConfig({
  resolve: { conditions: ['telamon-source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['telamon-source', 'node', 'import', 'default'] } },
  test: {
    reporters: ['default', './tools/run/closing-line-reporter.mjs'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['libs/**/src/**/*.test.ts', 'services/**/src/**/*.test.ts', 'tools/**/*.test.ts'],
          pool: 'threads',
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['integration-tests/src/**/*.test.ts'],
          exclude: WAITING,
          ...BLACK_BOX,
        },
      },
      {
        extends: true,
        test: {
          name: 'waiting',
          include: WAITING,
          ...BLACK_BOX,
        },
      },
    ],
  },
});
