/** First server whose replicated streams keep conditional writes apart (nats-server issue 4320). */
const SERIAL_SINCE = [2, 9, 21] as const;

/**
 * Whether conditional writes may be relied on when a bucket has replicas: older servers let several writers with the same expected revision
 * win at once. A bucket without replicas is not concerned. A version that cannot be read counts as new.
 */
export function areReplicasSerial(version: string): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (parts === undefined) return true;
  for (const [i, least] of SERIAL_SINCE.entries()) if (parts[i] !== least) return parts[i]! > least;
  return true;
}
