import type { FleetDb } from './database.ts';

/** An open store. The SQL is the same on both engines; what differs is here. */
export interface FleetStore {
  readonly engine: 'pglite' | 'postgresql';
  readonly db: FleetDb;
  /** Commits in parallel that pay off: one in the embedded engine. */
  readonly connections: number;
  /**
   * Hears `pg_notify` of every process on this store. Only a wake-up: a lost one costs a delay, never a fact.
   * @returns stops listening
   */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
