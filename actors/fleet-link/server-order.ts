import { createHash } from 'node:crypto';

/**
 * The servers in this terminal's own order (rendezvous hashing): a fleet spreads evenly, and when one server is gone only its own
 * terminals move.
 */
export function serversFor(tid: string, servers: readonly string[]): readonly string[] {
  const rank = (server: string): string => createHash('sha256').update(`${tid}\n${server}`).digest('hex');
  return servers.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1));
}
