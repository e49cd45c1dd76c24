export { federatedNames, federatedValues } from './federated-labels.ts';
export { federatedRecent } from './federated-recent.ts';
export { federatedSettings } from './federated-settings.ts';
export { federatedStream } from './federated-stream.ts';
