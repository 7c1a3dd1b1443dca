import type { Domain } from '../domain/payment-gateway.ts';
import type { Clock } from '../hal/clock/contract.ts';
import type { OpenConnection } from './tls-connection.ts';

/** Servers and mobile networks drop a silent connection after a while; an older one is not worth the risk of a lost request. */
const WARM_LIFE_MS = 15_000;

interface WarmConnection {
  readonly connection: OpenConnection;
  readonly discard: () => void;
  readonly expiry: unknown;
}

/** Connections that were opened ahead of need and have carried nothing yet: at most one a domain, each for a short life. */
export interface WarmConnections {
  /** Hands out a living connection, whose listeners and timer are off; null when there is none. */
  take(domain: Domain): OpenConnection | null;
  /** Keeps a connection in place of an older one. */
  keep(domain: Domain, connection: OpenConnection): void;
  /** Whether a connection stands that has at least half its life before it. */
  isYoung(domain: Domain): boolean;
  closeAll(): void;
}

/** Keeps none at first. The clock ends the life of those that nobody takes. */
export function createWarmConnections(clock: Clock): WarmConnections {
  const warm = new Map<Domain, WarmConnection>();
  const ageMs = ({ openedAtMs }: OpenConnection) => clock.monotonicMs() - openedAtMs;

  const forget = (domain: Domain, connection: OpenConnection) => {
    const kept = warm.get(domain);
    if (kept?.connection !== connection) return;
    clock.clearTimeout(kept.expiry);
    warm.delete(domain);
  };

  return {
    take(domain) {
      const kept = warm.get(domain);
      if (kept === undefined) return null;
      const { connection, discard } = kept;
      const { socket } = connection;
      const isAlive = !socket.destroyed && socket.writable && !socket.readableEnded && socket.readableLength === 0;
      if (!isAlive || ageMs(connection) >= WARM_LIFE_MS) {
        discard();
        return null;
      }
      forget(domain, connection);
      socket.off('error', discard).off('end', discard).off('close', discard);
      return { ...connection, connectMs: 0 };
    },
    keep(domain, connection) {
      warm.get(domain)?.discard();
      const { socket } = connection;
      const discard = () => {
        forget(domain, connection);
        socket.destroy();
      };
      warm.set(domain, { connection, discard, expiry: clock.setTimeout(discard, WARM_LIFE_MS) });
      socket.on('error', discard).on('end', discard).on('close', discard);
    },
    isYoung(domain) {
      const kept = warm.get(domain);
      return kept !== undefined && ageMs(kept.connection) < WARM_LIFE_MS / 2;
    },
    closeAll() {
      for (const { discard } of [...warm.values()]) discard();
    },
  };
}
