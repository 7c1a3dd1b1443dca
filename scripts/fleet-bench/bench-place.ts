import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openPostgresql } from '../../fleet/service/store/open-postgresql.ts';
import type { FleetStore } from '../../fleet/service/store/fleet-store.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { startThrowawayPostgresql, type ThrowawayPostgresql } from '../../test/support/throwaway-postgresql.ts';
import { startOpenMosquitto } from '../../test/support/test-brokers.ts';
import { treeOf } from './processes.ts';

/** How much of everything a run takes. */
export interface BenchSizes {
  /** Terminals that have much to say. */
  readonly terminals: number;
  /** Events of each of them. */
  readonly events: number;
  /** Connections without TLS, held at a time. */
  readonly connections: number;
  /** Connections with a certificate of their own, held at a time. */
  readonly tlsConnections: number;
  /** Terminals in the list that is paged through. */
  readonly listed: number;
  /** Payments on a real terminal, watched in a browser. */
  readonly payments: number;
}

type OpenMosquitto = Awaited<ReturnType<typeof startOpenMosquitto>>;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The engines that all sections of a run share: one PostgreSQL server, one mosquitto, a folder. Each section has a database of its own. */
export class BenchPlace {
  readonly sizes: BenchSizes;
  readonly clock = new SystemClock();
  /** Told what is being done now. */
  readonly step: (what: string) => void;
  readonly #server: ThrowawayPostgresql;
  readonly #mosquitto: OpenMosquitto;
  readonly #folder = mkdtempSync(join(tmpdir(), 'till-fleet-bench-'));

  private constructor(
    sizes: BenchSizes,
    step: (what: string) => void,
    engines: readonly [ThrowawayPostgresql, OpenMosquitto],
  ) {
    this.sizes = sizes;
    this.step = step;
    [this.#server, this.#mosquitto] = engines;
  }

  static async open(sizes: BenchSizes, step: (what: string) => void): Promise<BenchPlace> {
    return new BenchPlace(sizes, step, [await startThrowawayPostgresql(), await startOpenMosquitto()]);
  }

  get mosquittoPort(): number {
    return this.#mosquitto.ports[0] ?? 0;
  }

  get mosquittoPid(): number {
    return this.#mosquitto.pid;
  }

  /** The server's processes. */
  postgresqlPids(): number[] {
    return treeOf(this.#server.pid);
  }

  /** A folder of a section's own. */
  folder(name: string): string {
    return join(this.#folder, name);
  }

  /** A new, empty database; its URL. */
  async database(name: string): Promise<string> {
    const client = new pg.Client({ connectionString: this.#server.url });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    const url = new URL(this.#server.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  store(url: string): Promise<FleetStore> {
    return openPostgresql(url, silent, this.clock);
  }

  async close(): Promise<void> {
    await this.#mosquitto.remove();
    await this.#server.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
