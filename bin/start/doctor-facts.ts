import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { DeviceFacts, DoctorFacts, FleetFacts, FolderFacts, Looked } from '../../actors/doctor/doctor-facts.ts';
import { readJournalTail } from '../../actors/journal/read-tail.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { folderHolder } from '../../hal/disk/folder-lock.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import { openFileKeyStore } from '../../hal/key-store/file-key-store.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import type { AskedSnapshot } from './ask-terminal.ts';
import { journalFilesOf } from './journal-files.ts';
import { openGateway } from './open-gateway.ts';
import { RELEASED_MS } from './terminal-process.ts';
import { versionOfTill } from './version.ts';

const CONNECT_LIMIT_MS = 5_000;
const ENTRIES_LOOKED_AT = 5_000;
const PROBE = 'till doctor';

/** Which terminal is looked at, and how closely. */
export interface DoctorSubject {
  readonly dataDir: string;
  /** What the terminal's configuration is, or why it is none. */
  readonly loaded: Looked<LoadedConfig>;
  readonly asked: AskedSnapshot;
  /** Whether the parts of a box are looked at. */
  readonly withDevices: boolean;
}

/** Looks at everything that a terminal needs. Changes nothing; the terminal may run meanwhile. */
export async function gatherFacts(subject: DoctorSubject): Promise<DoctorFacts> {
  const { dataDir, loaded, asked, withDevices } = subject;
  const config = loaded.ok ? loaded.value.config : null;
  const [domains, fleet, devices] = await Promise.all([
    config === null ? null : askDomains(config),
    config?.fleet.url == null ? null : lookAtFleet(config.fleet, config.fleet.url),
    config === null || !withDevices ? null : lookAtDevices(config.devices),
  ]);
  return {
    atMs: new SystemClock().wallMs(),
    version: versionOfTill(),
    releasedMs: RELEASED_MS,
    configuration: loaded.ok
      ? {
          ok: true,
          value: { warnings: loaded.value.warnings, takesPayments: loaded.value.config.subTerminalType !== null },
        }
      : loaded,
    folder: look(() => folderFacts(dataDir)),
    running: look(() => runningFacts(dataDir, asked)),
    journal: look(() => readJournalTail(journalFilesOf(dataDir), ENTRIES_LOOKED_AT)),
    key: look(() => keyFacts(dataDir)),
    ...{ domains, fleet, devices, freeMemoryBytes: availableMemory() },
  };
}

function look<Value>(work: () => Value): Looked<Value> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, why: wordsOf(error) };
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function folderFacts(path: string): FolderFacts {
  const { mode } = statSync(path);
  const { bavail, blocks, bsize } = statfsSync(path);
  return { path, mode: mode & 0o777, writable: mayWrite(path), freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function runningFacts(dataDir: string, asked: AskedSnapshot) {
  const pid = folderHolder(dataDir);
  if (pid === null) return { is: 'stopped' } as const;
  const open = asked.ok ? asked.snapshot.openOrders.length + asked.snapshot.openRefunds.length : 0;
  return { is: 'running', pid, why: asked.ok ? null : asked.why, open } as const;
}

/** Opened and tried, never made: what is sealed with a lost key stays lost. */
function keyFacts(dataDir: string): { readonly mode: number } | null {
  const path = join(dataDir, 'key');
  if (!existsSync(path)) return null;
  const keyStore = openFileKeyStore({ disk: new NodeDisk(), path, random: new SystemRandom() });
  const opened = keyStore.unseal(keyStore.seal(Buffer.from(PROBE), PROBE), PROBE);
  if (Buffer.from(opened).toString() !== PROBE) throw new Error('what it sealed does not open');
  return { mode: statSync(path).mode & 0o777 };
}

async function askDomains(config: TerminalConfig): Promise<DoctorFacts['domains']> {
  const clock = new SystemClock();
  const cloudPay = openGateway({ config, version: versionOfTill(), clock, random: new SystemRandom() });
  try {
    const { signal } = new AbortController();
    return await Promise.all(
      config.gateway.domains.map(async (domain) => ({ domain, answer: await cloudPay.ping({ domain, signal }) })),
    );
  } finally {
    await cloudPay.close();
  }
}

async function lookAtFleet(fleet: TerminalConfig['fleet'], url: string): Promise<FleetFacts> {
  const { hostname: host, port, protocol } = new URL(url);
  const read = (file: string | null): string | undefined => (file === null ? undefined : readFileSync(file, 'utf8'));
  const [ca, cert, key] = [read(fleet.caFile), read(fleet.certFile), read(fleet.keyFile)];
  const until = cert === undefined ? Number.NaN : Date.parse(new X509Certificate(cert).validTo);
  const isTls = protocol === 'mqtts:';
  const place = { host, port: port === '' ? (isTls ? 8883 : 1883) : Number(port), timeout: CONNECT_LIMIT_MS };
  const why = await new Promise<string | null>((resolve) => {
    const identity = { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert, key: key ?? '' }) };
    const socket = isTls ? connectTls({ ...place, ...identity }) : connectTcp(place);
    const end = (words: string | null): void => {
      socket.destroy();
      resolve(words);
    };
    socket.once(isTls ? 'secureConnect' : 'connect', () => end(null));
    socket.once('timeout', () => end('it does not answer'));
    socket.once('error', (error) => end(wordsOf(error)));
  });
  return { url, why, certificateUntilMs: Number.isNaN(until) ? null : until };
}

async function lookAtDevices(devices: TerminalConfig['devices']): Promise<DeviceFacts[]> {
  const { screen, keypad, scanner, printer, speaker } = devices;
  const nodes = Object.entries({ screen, keypad, scanner, printer }).flatMap(([part, at]) =>
    at === null || at === '' || at.startsWith('usb:') ? [] : [{ part, at }],
  );
  const looked = await Promise.all(
    nodes.map(async ({ part, at }) => {
      const tcp = /^tcp:\/\/(.+?)(?::(\d+))?$/.exec(at);
      const why = tcp === null ? nodeProblem(at) : await tcpProblem(tcp[1] ?? '', Number(tcp[2] ?? 9100));
      return { part, at, why };
    }),
  );
  const sound = speaker === null || speaker === '' ? [] : [{ part: 'speaker', at: speaker, why: soundProblem() }];
  return [...looked, ...sound];
}

function nodeProblem(path: string): string | null {
  try {
    accessSync(path, constants.R_OK);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code === 'ENOENT' ? 'nothing is there' : `this user may not use it (${code})`;
  }
}

function tcpProblem(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: CONNECT_LIMIT_MS });
    const end = (words: string | null): void => {
      socket.destroy();
      resolve(words);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('it does not answer'));
    socket.once('error', (error) => end(wordsOf(error)));
  });
}

function soundProblem(): string | null {
  try {
    return /^\s*\d+ \[/m.test(readFileSync('/proc/asound/cards', 'utf8')) ? null : 'the kernel knows no sound card';
  } catch {
    return 'the kernel knows no sound';
  }
}

function availableMemory(): number | null {
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
