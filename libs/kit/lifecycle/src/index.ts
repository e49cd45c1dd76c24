export { createService, type ServicePhases, untilAborted } from './create-service.ts';
export { FailureWatcher, type ServiceFailure } from './failure-watcher.ts';
export { type ModuleSpec, ModuleTable, TARGET_ALL } from './module-table.ts';
export { type Readiness, readinessOf, renderServices, titleOfState } from './readiness.ts';
export { type RunOptions, type RunOutcome, runUntilSignal, type SignalSource } from './run-until-signal.ts';
export { isFinal, type Service, ServiceFailedError, type ServiceState, type TransitionListener } from './service.ts';
export { ServiceGraph, type ServiceStatus, type StopOutcome } from './service-graph.ts';
export { type EveryOptions, ServiceScope, type ServiceScopeOptions, SYSTEM_TIMERS, type Timers } from './service-scope.ts';
