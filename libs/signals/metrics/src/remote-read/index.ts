export { type RemoteReadJobReply, type RemoteReadJobRequest, remoteReadJobs } from './remote-read-job.ts';
export { type RemoteReadDeps, remoteReadRoutes } from './remote-read-routes.ts';
