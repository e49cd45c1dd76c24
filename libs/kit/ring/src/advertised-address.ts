import { isIP, isIPv6 } from 'node:net';

const HOST_AND_PORT = /^(?:\[(?<bracketed>[^\]]*)\]|(?<host>[^:[\]\s]+)):(?<port>\d{1,5})$/;

/**
 * `host:port` under which others call a process: what is configured as it is, or with `port` where it names a host alone (an IPv6
 * address goes without brackets then). Undefined when it is neither.
 */
export function advertisedAddress(configured: string, port: number): string | undefined {
  if (isIPv6(configured)) return `[${configured}]:${port}`;
  if (/^[^:[\]\s]+$/.test(configured)) return `${configured}:${port}`;
  const parts = HOST_AND_PORT.exec(configured)?.groups;
  if (parts === undefined || Number(parts['port']) > 65535) return undefined;
  // Clients take brackets around nothing but an IPv6 address.
  if (parts['bracketed'] !== undefined && isIP(parts['bracketed']) !== 6) return undefined;
  return configured;
}
