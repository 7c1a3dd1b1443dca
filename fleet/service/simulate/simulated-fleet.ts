import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../../hal/clock/contract.ts';
import type { Random } from '../../../hal/random/contract.ts';
import { SimulatedTerminal } from './simulated-terminal.ts';

/** How many terminals of make-believe there are, where they connect, and how busy they are. */
export interface SimulatedFleetOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly terminals: number;
  /** Ids are `<prefix>-00001` and so on. */
  readonly prefix: string;
  readonly servers: readonly { readonly host: string; readonly port: number }[];
  /** Identity of each terminal; null: no TLS. */
  readonly identityOf: ((tid: string) => Promise<{ cert: string; key: string; ca: string }>) | null;
  /** Between two telemetries of a terminal. */
  readonly telemetryMs: number;
  /** Between two customers of a terminal, on average; null: nobody ever pays. */
  readonly pauseMs: number | null;
  /** 0 where the broker makes the other expensive (NATS). */
  readonly downlinkQos: 0 | 1;
  /** New terminals a second, so that a service is not met by all of them at once. */
  readonly perSecond: number;
  /** The version that they say they run. */
  readonly software: string;
  /** Called with the sequence up to which a terminal's events are committed. */
  readonly onAcknowledged?: (tid: string, s: number) => void;
}

/** The id of the n-th simulated terminal, from 0. */
export function simulatedId(prefix: string, index: number): string {
  return `${prefix}-${String(index + 1).padStart(5, '0')}`;
}

/** Many terminals of make-believe in one process. */
export class SimulatedFleet {
  readonly terminals: SimulatedTerminal[] = [];
  readonly #options: SimulatedFleetOptions;
  #stopped = false;

  constructor(options: SimulatedFleetOptions) {
    this.#options = options;
  }

  get connected(): number {
    return this.terminals.filter(({ connected }) => connected).length;
  }

  /** Events that the service has acknowledged, and that still wait. */
  get events(): { readonly acknowledged: number; readonly waiting: number } {
    const sum = (count: (terminal: SimulatedTerminal) => number): number =>
      this.terminals.reduce((total, terminal) => total + count(terminal), 0);
    return { acknowledged: sum(({ outbox }) => outbox.acked), waiting: sum(({ outbox }) => outbox.length) };
  }

  /** Resolves when every terminal has been started. */
  async start(): Promise<void> {
    const { clock, terminals, prefix, perSecond } = this.#options;
    const startedMs = clock.monotonicMs();
    for (let index = 0; index < terminals && !this.#stopped; index++) {
      const dueMs = startedMs + (index * 1000) / perSecond;
      const waitMs = dueMs - clock.monotonicMs();
      if (waitMs > 0) await new Promise<void>((resolve) => clock.setTimeout(() => resolve(), waitMs));
      if (!this.#stopped) await this.#add(simulatedId(prefix, index), index);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.terminals.map((terminal) => terminal.stop()));
  }

  async #add(tid: string, index: number): Promise<void> {
    const { clock, random, telemetryMs, pauseMs, downlinkQos, software, onAcknowledged } = this.#options;
    const terminal = new SimulatedTerminal({
      ...{ tid, clock, random, telemetryMs, pauseMs, downlinkQos, software, dial: await this.#dialer(tid, index) },
      epoch: Buffer.from(random.bytes(8)).toString('hex'),
      ...(onAcknowledged !== undefined && { onAcknowledged }),
    });
    this.terminals.push(terminal);
    terminal.start();
  }

  async #dialer(tid: string, index: number): Promise<() => Duplex> {
    const { servers, identityOf } = this.#options;
    const identity = identityOf === null ? null : await identityOf(tid);
    // Spread over the servers, and on to the next one after a failure.
    let attempt = index;
    return () => {
      const { host, port } = servers[attempt++ % servers.length] ?? { host: '127.0.0.1', port: 0 };
      return identity === null ? connectTcp(port, host) : connectTls({ host, port, ...identity });
    };
  }
}
