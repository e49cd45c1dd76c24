import type { ServiceState } from './service.ts';
import type { ServiceGraph, ServiceStatus } from './service-graph.ts';

/** Answer of `/ready`. */
export interface Readiness {
  readonly status: 200 | 503;
  /** Plain text; refusals end with a line feed. */
  readonly body: string;
}

const TITLES: Readonly<Record<ServiceState, string>> = {
  new: 'New',
  starting: 'Starting',
  running: 'Running',
  stopping: 'Stopping',
  terminated: 'Terminated',
  failed: 'Failed',
};

/** Name of a state as the peers print it, e.g. `Running`. */
export function titleOfState(state: ServiceState): string {
  return TITLES[state];
}

/**
 * `/ready` in the peers' words: `ready`, or one `name: State` line for every service that isn't Running:
 * `Some services are not Running:\ningester: Starting`.
 */
export function readinessOf(graph: ServiceGraph): Readiness {
  if (graph.isStopping) return { status: 503, body: 'Application is stopping\n' };
  const notRunning = graph.services().filter((service) => service.state !== 'running');
  if (notRunning.length === 0) return { status: 200, body: 'ready' };
  const lines = notRunning.map(({ name, state }) => `${name}: ${TITLES[state]}\n`);
  return { status: 503, body: `Some services are not Running:\n${lines.join('')}` };
}

/** `/services` as text: one `name => State` line per service, sorted by name, a failure's message behind it. */
export function renderServices(services: readonly ServiceStatus[]): string {
  const sorted = [...services].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted
    .map(({ name, state, failure }) => `${name} => ${TITLES[state]}${failure === '' ? '' : ` (${failure})`}\n`)
    .join('');
}
