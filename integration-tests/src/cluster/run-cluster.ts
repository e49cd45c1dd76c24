import { findTool } from '../harness/test-tool.ts';
import { Cluster } from './cluster.ts';
import { LogStream } from './log-stream.ts';

/** Entry ports, which stay from run to run. */
const WRITE_PORT = 8009;
const QUERY_PORT = 8010;

const [nats, seaweed] = [findTool('nats-server'), findTool('seaweedfs')];
if (nats.path === undefined || seaweed.path === undefined) {
  process.stderr.write(`A cluster needs nats-server (${nats.reason ?? 'found'}) and SeaweedFS (${seaweed.reason ?? 'found'}).\n`);
  process.exit(1);
}
const print = (line: string): void => void process.stdout.write(`${line}\n`);
print('starting 3 nats-servers, SeaweedFS and 16 roles; it takes some 15 s');
const cluster = await Cluster.start({
  name: 'cluster',
  natsProgram: nats.path,
  seaweedProgram: seaweed.path,
  writePort: WRITE_PORT,
  queryPort: QUERY_PORT,
  flags: process.argv.slice(2),
}).catch((error: unknown) => {
  print(`The cluster did not start: ${error instanceof Error ? error.message : String(error)}`);
  return process.exit(1);
});
const logs = new LogStream(print);
for (const member of cluster.members.values()) logs.add(member.name, member.logPath);
logs.poll();
print(`
The cluster is ready. ^C drains it.

  writes   ${cluster.writeBase}/api/v1/push
  queries  ${cluster.queryBase}/prometheus
  data     ${cluster.folder}
  ${cluster.gatewayNote}

${[...cluster.members.values()].map((member) => `  ${member.name.padEnd(18)} ${member.url('metrics')}`).join('\n')}
`);

let isEnding = false;
const end = async (): Promise<void> => {
  if (isEnding) process.exit(1);
  isEnding = true;
  print('draining');
  const failed = await cluster.drain();
  logs.close();
  await cluster.dispose();
  if (failed.length > 0) print(`did not drain in time: ${failed.join(', ')}`);
  process.exit(failed.length === 0 ? 0 : 1);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end());
