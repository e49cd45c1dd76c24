export { BUILD, type Build } from './build.ts';
export type { Cluster } from './cluster.ts';
export { joinCalls } from './join-calls.ts';
export { type Listeners, mountRoutes, mountWrites } from './listeners.ts';
export { type Composition, type OpenedProcess, openProcess } from './open-process.ts';
export { facetsOf, type Role, type RoleHost } from './role.ts';
export { optionsOf, runProcess } from './run-process.ts';
