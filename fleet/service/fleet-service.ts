import { serve, type ServerType } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Random } from '../../hal/random/contract.ts';
import { fleetApi } from './api/fleet-api.ts';
import { IdentityProvider, type ProviderSettings } from './api/identity-provider.ts';
import { Housekeeping } from './housekeeping.ts';
import { TerminalAnswers } from './ingest/answer-terminals.ts';
import { IngestPipeline } from './ingest/ingest-pipeline.ts';
import type { UplinkSource } from './ingest/uplink-source.ts';
import type { FleetLog } from './log.ts';
import { FleetMetrics } from './metrics.ts';
import { LiveHub } from './state/live-hub.ts';
import { LIVE_CHANNEL, readLiveNotice } from './state/live-notice.ts';
import { ensurePartitions } from './store/event-partitions.ts';
import type { FleetStore } from './store/fleet-store.ts';

/** Two and a half of the longest usual silence, five minutes between telemetries. */
export const LEASE_MS = 750_000;
const RETENTION_DAYS = 90;
const HISTORY_STEP_MS = 300_000;
const ROUND_MS = 2_000;

/** What a fleet service is made of; what is absent has the usual value. */
export interface FleetServiceOptions {
  readonly store: FleetStore;
  readonly source: UplinkSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: FleetLog;
  readonly metrics?: FleetMetrics;
  /** Null: a worker without the HTTP side. */
  readonly http: { readonly host: string; readonly port: number } | null;
  /** Adds pages (the console) beside the API. */
  readonly pages?: (app: Hono) => void;
  /** A terminal that is not heard for this long is presumed offline. */
  readonly leaseMs?: number;
  /** Days that events are kept. */
  readonly retentionDays?: number;
  /** Vouches for operators beside the service's own tokens. */
  readonly provider?: ProviderSettings;
  /** Between two points of a terminal's charts; five minutes unless it is given. */
  readonly historyStepMs?: number;
  /** Between two rounds of housekeeping. */
  readonly roundMs?: number;
}

/** A fleet service that runs in this process. */
export interface FleetService {
  /** Where the API listens; null for a worker. */
  readonly url: string | null;
  readonly metrics: FleetMetrics;
  readonly hub: LiveHub;
  /** Commits and acknowledges what was taken, then stops. Idempotent. Closes the source and the store too. */
  close(): Promise<void>;
}

/**
 * Ingest, housekeeping and API on an open store and one source of terminals.
 * @throws the error of a broker that cannot be reached or a port that cannot be opened; everything is closed then
 */
export async function startFleetService(options: FleetServiceOptions): Promise<FleetService> {
  const { store, source, clock, random, log } = options;
  const metrics = options.metrics ?? new FleetMetrics();
  const hub = new LiveHub();
  const worker = Buffer.from(random.bytes(6)).toString('hex');
  const answers = new TerminalAnswers({ db: store.db, clock, log, metrics, downlink: source });
  const pipeline = new IngestPipeline({
    ...{ store, clock, log, metrics, worker, leaseMs: options.leaseMs ?? LEASE_MS },
    onCommitted: (committed, uplinks) => {
      answers.afterCommit(committed, uplinks);
      const { tids, steps, snapshots } = committed;
      if (hub.listeners > 0) hub.tell({ worker, tids, steps, snapshots });
    },
  });
  const housekeeping = new Housekeeping({
    ...{ store, clock, log, metrics, downlink: source, hub, worker },
    ...{ roundMs: options.roundMs ?? ROUND_MS, retentionDays: options.retentionDays ?? RETENTION_DAYS },
    historyStepMs: options.historyStepMs ?? HISTORY_STEP_MS,
  });
  const closing: (() => Promise<void>)[] = [() => store.close()];
  try {
    await ensurePartitions(store.db, clock.wallMs());
    const stopListening = await store.listen(LIVE_CHANNEL, (payload) => {
      const change = readLiveNotice(payload);
      if (change !== null && change.worker !== worker) hub.tell(change);
    });
    closing.unshift(stopListening);
    closing.unshift(() => source.close());
    await source.open(pipeline);
    closing.unshift(async () => {
      await source.stopReading();
      await pipeline.close();
      answers.close();
    });
    housekeeping.start();
    closing.unshift(() => housekeeping.close());
    let url: string | null = null;
    if (options.http !== null) {
      const provider = options.provider === undefined ? null : new IdentityProvider(options.provider, clock);
      const app = fleetApi({ store, clock, random, log, metrics, downlink: source, hub, provider });
      options.pages?.(app);
      const server = await listen(app, options.http);
      url = server.url;
      closing.unshift(server.close);
    }
    let closed: Promise<void> | null = null;
    return { url, metrics, hub, close: () => (closed ??= closeAll(closing)) };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

async function closeAll(closing: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of closing) await close();
}

function listen(
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ url: string; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: app.fetch, hostname: host, port }, (address) => {
      server.off('error', reject);
      const name = host.includes(':') ? `[${host}]` : host;
      resolve({
        url: `http://${name}:${address.port}`,
        close: () =>
          new Promise<void>((done) => {
            server.close(() => done());
            // Streams of live changes never end by themselves.
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
    server.once('error', reject);
  });
}
