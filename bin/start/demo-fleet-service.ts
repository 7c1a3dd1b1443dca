import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { consolePages } from '../../fleet/console/console-pages.ts';
import { CertificateAuthority } from '../../fleet/service/authority/certificate-authority.ts';
import { replaceFile } from '../../fleet/service/authority/durable-file.ts';
import { SimulatedFleet, simulatedId } from '../../fleet/service/simulate/simulated-fleet.ts';
import { THE_SERVICE } from '../../fleet/service/state/audit-log.ts';
import { addToken, newTokenText, operatorOfToken } from '../../fleet/service/state/operators.ts';
import { DataLocked } from '../../fleet/service/store/data-lock.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import type { DemoFleetMessage, DemoFleetOrder } from './demo-fleet-message.ts';
import { demoLabel } from './demo-shops.ts';
import { startFleetProcess, type FleetProcess } from './fleet-process.ts';
import { versionOfTill } from './version.ts';

const LOOPBACK = '127.0.0.1';
const IDENTITY_DAYS = 825;
const RETENTION_DAYS = 7;
/** A visitor sees the charts grow. */
const HISTORY_STEP_MS = 15_000;
/** The last demo on this folder may still be going. */
const LOCKED_AGAIN_MS = 250;
const LOCKED_TRIES = 120;
const LABELS_AGAIN_MS = 500;
const SIMULATED = { prefix: 'sim', telemetryMs: 15_000, pauseMs: 45_000, perSecond: 10, downlinkQos: 1 } as const;

const clock = new SystemClock();
const random = new SystemRandom();

/** Service, console and simulated terminals until `signal`; tells each step. @throws when a part cannot be opened */
export async function runDemoFleet(
  order: DemoFleetOrder,
  say: (message: DemoFleetMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const { folder, host } = order;
  const mqttPort = await freePort(LOOPBACK, 0);
  const httpPort = order.httpPortIsAsked ? order.httpPort : await freePort(host, order.httpPort);
  const authority = await authorityIn(folder);
  const files = await enrolDemoTerminal(folder, authority, order.tid);
  const token = tokenIn(folder);
  const url = `http://${host}:${httpPort}/`;
  const signIn = `${url}#token=${token}`;
  say({ is: 'enrolled', broker: `mqtts://${LOOPBACK}:${mqttPort}`, ...files, url, signIn, token });
  const place = { folder, host, httpPort, mqttPort, token };
  const fleet = await Promise.race([openFleet(place, signal), aborted(signal)]);
  if (fleet === null) return;
  try {
    await allowToken(fleet, token);
    say({ is: 'open' });
    const simulated = new SimulatedFleet({
      ...{ clock, random, ...SIMULATED, terminals: order.terminals, software: versionOfTill() },
      servers: [{ host: LOOPBACK, port: mqttPort }],
      identityOf: async (tid) => {
        const { cert, key } = await authority.enrol(tid, IDENTITY_DAYS);
        return { cert, key: key ?? '', ca: authority.caPem };
      },
    });
    const broken = simulated
      .start()
      .then(() => labelTerminals(fleet, order.terminals, signal))
      .then(() => aborted(signal));
    await Promise.race([broken, aborted(signal)]);
    await simulated.stop();
  } finally {
    await fleet.stop();
  }
}

/** Null when it was told to stop before it could begin. */
async function openFleet(
  place: {
    readonly folder: string;
    readonly host: string;
    readonly httpPort: number;
    readonly mqttPort: number;
    readonly token: string;
  },
  signal: AbortSignal,
): Promise<FleetProcess | null> {
  const { folder, host, httpPort, mqttPort, token } = place;
  const complete = join(folder, 'complete');
  const log = pino({ level: 'info', base: null }, destination({ fd: 2, sync: true }));
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      // One that was stopped while it made its database has left half of one.
      if (!existsSync(complete)) rmSync(join(folder, 'pglite'), { recursive: true, force: true });
      const fleet = await startFleetProcess({
        ...{ clock, random, log, database: null, dataDir: folder, retentionDays: RETENTION_DAYS, firstToken: token },
        historyStepMs: HISTORY_STEP_MS,
        pages: consolePages(),
        http: { host, port: httpPort },
        broker: { kind: 'embedded', host: LOOPBACK, port: mqttPort, hostNames: [LOOPBACK, 'localhost'], tls: true },
      });
      replaceFile(complete, '');
      return fleet;
    } catch (error) {
      if (!(error instanceof DataLocked) || attempt >= LOCKED_TRIES) throw error;
      await new Promise<void>((resolve) => clock.setTimeout(() => resolve(), LOCKED_AGAIN_MS));
    }
  }
  return null;
}

function authorityIn(dataDir: string): Promise<CertificateAuthority> {
  const parts = { folder: join(dataDir, 'ca'), random, nowMs: clock.wallMs() };
  const exists = existsSync(join(parts.folder, 'ca.pem')) && existsSync(join(parts.folder, 'crl.pem'));
  return exists ? CertificateAuthority.open(parts) : CertificateAuthority.init(parts, 'Till demo');
}

/** Enrolled as a real terminal is: a certificate of its own, which it keeps. */
async function enrolDemoTerminal(
  dataDir: string,
  authority: CertificateAuthority,
  tid: string,
): Promise<{ caFile: string; certFile: string; keyFile: string }> {
  const [certFile, keyFile] = [join(dataDir, 'terminal.pem'), join(dataDir, 'terminal-key.pem')];
  if (!existsSync(certFile) || !existsSync(keyFile)) {
    const { cert, key } = await authority.enrol(tid, IDENTITY_DAYS);
    replaceFile(keyFile, key ?? '');
    replaceFile(certFile, cert);
  }
  return { caFile: authority.files.cert, certFile, keyFile };
}

/** The visitor's token: the same one at every start, so that a browser stays signed in. */
function tokenIn(dataDir: string): string {
  const file = join(dataDir, 'token');
  if (!existsSync(file)) replaceFile(file, newTokenText(random));
  return readFileSync(file, 'utf8').trim();
}

async function allowToken({ store: { db } }: FleetProcess, token: string): Promise<void> {
  const nowMs = clock.wallMs();
  if ((await operatorOfToken(db, token, nowMs)) !== null) return;
  const wanted = { name: 'demo', role: 'admin' as const, expiresMs: null, text: token };
  await addToken({ db, random, nowMs }, THE_SERVICE, wanted);
}

/** Gives the simulated terminals the names of their shops as soon as the service knows them, where nobody gave one yet. */
async function labelTerminals({ store: { db } }: FleetProcess, count: number, signal: AbortSignal): Promise<void> {
  const labels = new Map<string, string>();
  for (let n = 0; n < count; n++) labels.set(simulatedId(SIMULATED.prefix, n), demoLabel(n));
  while (labels.size > 0 && !signal.aborted) {
    const known = await db
      .selectFrom('terminals')
      .select(['tid', 'label'])
      .where('tid', 'in', [...labels.keys()])
      .execute();
    for (const { tid, label } of known) {
      const wanted = labels.get(tid) ?? '';
      labels.delete(tid);
      if (label === '') await db.updateTable('terminals').set({ label: wanted }).where('tid', '=', tid).execute();
    }
    if (labels.size > 0) await new Promise<void>((resolve) => clock.setTimeout(() => resolve(), LABELS_AGAIN_MS));
  }
}

/** The wanted port, or any free one. Somebody may take it until it is used; that start then says so. */
async function freePort(host: string, wanted: number): Promise<number> {
  const taken = await new Promise<number | null>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(wanted, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : null;
      server.close(() => resolve(port));
    });
  });
  if (taken !== null) return taken;
  if (wanted === 0) throw new Error(`no port can be opened on ${host}`);
  return freePort(host, 0);
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
