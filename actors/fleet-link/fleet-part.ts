import type { FleetMemoryStore } from '../../config/fleet-memory.ts';
import type { Job, JobProgress } from '../../fleet/contract/jobs.ts';
import type { Telemetry } from '../../fleet/contract/telemetry.ts';
import type { BrokerConnector } from './broker-connection.ts';

/** What the machine itself says of its health. */
export type Vitals = Pick<Telemetry, 'mem' | 'lag' | 'temp' | 'sig'>;

/** Names of the log's levels, the chattiest first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One of them. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Who takes upgrade jobs. */
export interface JobDesk {
  /** Upgrade job in progress; null: none. */
  readonly current: string | null;
  /** A job as it came; reports its progress through `report` until its end. Must not throw. */
  take(job: Job, report: (progress: JobProgress) => void): void;
  /** The link is down: until the next job, or the word that there is none, nobody knows what the operator wants. */
  lost(): void;
}

/** What a terminal needs to be part of a fleet. */
export interface FleetPart {
  readonly tid: string;
  /** Broker URLs; each terminal tries them in an order of its own. */
  readonly servers: readonly string[];
  readonly telemetryMs: number;
  /** Loaded at the first connection only: a terminal without a fleet never pays for it. */
  readonly connector: () => Promise<BrokerConnector>;
  readonly memory: FleetMemoryStore;
  /** Only commands that the owner of this public key (PEM, Ed25519) signed are taken; absent: the service's word is enough. */
  readonly commandKeyPem?: string;
  readonly vitals: () => Vitals;
  readonly setLogLevel: (level: LogLevel) => void;
  /** Ends the process in order, so that the service manager starts it again. */
  readonly restart: () => void;
  /** Boots the box; null: this terminal cannot. */
  readonly reboot: (() => void) | null;
  /** Null: this installation cannot be upgraded from afar. */
  readonly jobs: JobDesk | null;
}
