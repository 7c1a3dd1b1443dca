import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Random } from '../../hal/random/contract.ts';
import { CertificateAuthority } from '../../fleet/service/authority/certificate-authority.ts';
import { replaceFile } from '../../fleet/service/authority/durable-file.ts';
import { RevocationList } from '../../fleet/service/authority/revocation-list.ts';
import type { ProviderSettings } from '../../fleet/service/api/identity-provider.ts';
import { startFleetService, type FleetService } from '../../fleet/service/fleet-service.ts';
import { EmbeddedBroker } from '../../fleet/service/ingest/embedded-broker.ts';
import { JetStreamSource } from '../../fleet/service/ingest/jetstream-source.ts';
import { MqttShareSource } from '../../fleet/service/ingest/mqtt-share-source.ts';
import type { UplinkSource } from '../../fleet/service/ingest/uplink-source.ts';
import type { FleetLog } from '../../fleet/service/log.ts';
import { FleetMetrics } from '../../fleet/service/metrics.ts';
import { THE_SERVICE } from '../../fleet/service/state/audit-log.ts';
import { addToken } from '../../fleet/service/state/operators.ts';
import type { FleetStore } from '../../fleet/service/store/fleet-store.ts';
import { openPglite, PGLITE_WARNING } from '../../fleet/service/store/open-pglite.ts';
import { openPostgresql } from '../../fleet/service/store/open-postgresql.ts';

const SERVER_DAYS = 825;

/** Where a fleet service keeps its data. */
export interface StorePlace {
  /** Null: the embedded database in `dataDir`. */
  readonly database: string | null;
  /** Holds the embedded database, and in any case what the service itself keeps as files. */
  readonly dataDir: string;
}

/** A fleet service as a command line or the demo wants it. */
export interface FleetProcessOptions extends StorePlace {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: FleetLog;
  readonly http: { readonly host: string; readonly port: number } | null;
  readonly broker: BrokerPlace;
  /** Days that events are kept. */
  readonly retentionDays: number;
  /** Vouches for operators beside the service's own tokens. */
  readonly provider?: ProviderSettings;
  /** Between two points of a terminal's charts; absent: five minutes. */
  readonly historyStepMs?: number;
  /** Pages beside the API. */
  readonly pages?: (app: Hono) => void;
  /** A `newTokenText` for the first admin, when there is none yet; absent: made here. */
  readonly firstToken?: string;
}

/** Where terminals are met. */
export type BrokerPlace =
  | {
      readonly kind: 'embedded';
      readonly host: string;
      readonly port: number;
      readonly hostNames: readonly string[];
      readonly tls: boolean;
    }
  | { readonly kind: 'mqtt'; readonly servers: readonly string[]; readonly identity: IdentityFiles | null }
  | {
      readonly kind: 'nats';
      readonly servers: readonly string[];
      readonly replicas: number;
      readonly identity: IdentityFiles | null;
    };

/** What the service shows itself to a broker by: paths of PEM files, or their texts once they are read. */
export interface IdentityFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A fleet service that runs in this process. */
export interface FleetProcess {
  readonly service: FleetService;
  readonly store: FleetStore;
  /** Port of the embedded broker; null with an outside one. */
  readonly brokerPort: number | null;
  /** Made because nobody had one; shown once. */
  readonly adminToken: string | null;
  readonly warnings: readonly string[];
  stop(): Promise<void>;
}

/** The store of a place. @throws DataLocked, or the database's own error */
export function openStore({ database, dataDir }: StorePlace, log: FleetLog, clock: Clock): Promise<FleetStore> {
  return database === null ? openPglite(dataDir) : openPostgresql(database, log, clock);
}

/** The fleet service in this process. @throws as the parts that it opens; nothing stays open then */
export async function startFleetProcess(options: FleetProcessOptions): Promise<FleetProcess> {
  const { clock, random, log, database, broker } = options;
  const metrics = new FleetMetrics();
  const store = await openStore(options, log, clock);
  const warnings = [
    ...(database === null ? [PGLITE_WARNING] : []),
    ...(broker.kind === 'embedded' && !broker.tls ? ['the broker believes every name: no TLS'] : []),
  ];
  let opened: OpenedSource | null = null;
  try {
    const adminToken = await firstToken(store, options);
    opened = await openSource(options, metrics);
    const { source, close } = opened;
    const service = await startFleetService({
      ...{ store, source, clock, random, log, metrics, http: options.http, retentionDays: options.retentionDays },
      ...(options.pages !== undefined && { pages: options.pages }),
      ...(options.provider !== undefined && { provider: options.provider }),
      ...(options.historyStepMs !== undefined && { historyStepMs: options.historyStepMs }),
    });
    return {
      ...{ service, store, adminToken, warnings },
      brokerPort: source instanceof EmbeddedBroker ? source.port : null,
      stop: async () => {
        close();
        await service.close();
      },
    };
  } catch (error) {
    opened?.close();
    await store.close().catch(() => undefined);
    throw error;
  }
}

/** A fleet without an operator would have nobody to make the first one. */
async function firstToken(
  store: FleetStore,
  { clock, random, firstToken: text }: FleetProcessOptions,
): Promise<string | null> {
  const any = await store.db.selectFrom('tokens').select('id').limit(1).executeTakeFirst();
  if (any !== undefined) return null;
  const parts = { db: store.db, random, nowMs: clock.wallMs() };
  const wanted = { name: 'first admin', role: 'admin' as const, expiresMs: null, ...(text !== undefined && { text }) };
  const { token } = await addToken(parts, THE_SERVICE, wanted);
  return token;
}

interface OpenedSource {
  readonly source: UplinkSource;
  /** What watches beside it. */
  close(): void;
}

async function openSource(
  { broker, dataDir, clock, random, log }: FleetProcessOptions,
  metrics: FleetMetrics,
): Promise<OpenedSource> {
  const nothing = (): void => undefined;
  if (broker.kind === 'mqtt') {
    // Its own for each worker: a broker puts the older of two clients with one id out.
    const clientId = `fleet-${Buffer.from(random.bytes(6)).toString('hex')}`;
    const parts = { servers: broker.servers, clientId, group: 'till-fleet', tls: readIdentity(broker.identity) };
    return { source: new MqttShareSource({ ...parts, log, metrics }), close: nothing };
  }
  if (broker.kind === 'nats') {
    const { servers, replicas, identity } = broker;
    return {
      source: new JetStreamSource({ servers, replicas, tls: readIdentity(identity), log, metrics }),
      close: nothing,
    };
  }
  const { host, port, hostNames } = broker;
  if (!broker.tls) {
    const parts = { clock, log, metrics, host, port, tls: null, isRevoked: () => false };
    return { source: new EmbeddedBroker(parts), close: nothing };
  }
  const { tls, authority } = await serverIdentity(dataDir, hostNames, { clock, random });
  const revoked = new RevocationList({
    ...{ crlFile: authority.files.crl, caPem: authority.caPem, clock, log },
    onChange: () => source.dropRevoked(),
  });
  await revoked.open();
  const isRevoked = (serial: string): boolean => revoked.isRevoked(serial);
  const source = new EmbeddedBroker({ clock, log, metrics, host, port, tls, isRevoked });
  return { source, close: () => revoked.close() };
}

function readIdentity(files: IdentityFiles | null): IdentityFiles | null {
  if (files === null) return null;
  const [ca, cert, key] = [files.ca, files.cert, files.key].map((file) => readFileSync(file, 'utf8'));
  return { ca: ca ?? '', cert: cert ?? '', key: key ?? '' };
}

/** The CA and the broker's own certificate in the data folder, made at the first start. */
async function serverIdentity(
  dataDir: string,
  hostNames: readonly string[],
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<{ tls: { cert: string; key: string; ca: string }; authority: CertificateAuthority }> {
  const parts = { folder: join(dataDir, 'ca'), random, nowMs: clock.wallMs() };
  const has = existsSync(join(parts.folder, 'ca.pem'));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const authority = has ? await CertificateAuthority.open(parts) : await CertificateAuthority.init(parts, 'Till fleet');
  const [certFile, keyFile] = [join(dataDir, 'broker.pem'), join(dataDir, 'broker-key.pem')];
  if (!existsSync(certFile) || !existsSync(keyFile)) {
    const { cert, key } = await authority.issueServer(hostNames, SERVER_DAYS);
    replaceFile(keyFile, key ?? '');
    replaceFile(certFile, cert);
  }
  const [cert, key] = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')];
  return { tls: { cert, key, ca: authority.caPem }, authority };
}
