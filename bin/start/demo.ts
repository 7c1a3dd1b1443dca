import { writeFileSync } from 'node:fs';
import { destination, multistream, pino } from 'pino';
import type { Log } from '../../actors/log.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { isFailure } from '../../domain/failure.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import type { ClipPack } from '../../hal/speaker/clip-pack.ts';
import { createWebProfile, type WebProfile } from '../../hal/profiles/web/web-profile.ts';
import { pageBundle } from '../../hal/profiles/web/page-bundle.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { type SandboxServer, startSandboxServer } from '../../simulator/gateway/server.ts';
import { AttendedProfile } from './attended-profile.ts';
import { DEMO_NETWORK, DemoDrawer } from './demo-drawer.ts';
import { type DemoFleet, startDemoFleet } from './demo-fleet.ts';
import type { Enrolled } from './demo-fleet-message.ts';
import type { DemoFolder } from './demo-folder.ts';
import { startTerminalProcess, type TerminalProcess } from './terminal-process.ts';
import { paperSetting } from './paper-setting.ts';
import { versionOfTill } from './version.ts';
import { openVoiceClips } from './voice-clips.ts';

/** A port, and whether it must be this one because somebody asked for it. */
export interface WantedPort {
  readonly number: number;
  readonly isAsked: boolean;
}

/** Where the demo keeps its things, where it listens, and how quick it is. */
export interface DemoOptions {
  readonly folder: DemoFolder;
  readonly host: string;
  readonly port: WantedPort;
  readonly gatewayPort: WantedPort;
  readonly controlPort: WantedPort;
  /** Null: no fleet beside it. */
  readonly fleetPort: WantedPort | null;
  readonly locale: 'zh-CN' | 'en';
  /** A payment window of 20 s instead of 120 s, and quicker background queries. */
  readonly fast: boolean;
  readonly environment: NodeJS.ProcessEnv;
  /** `TILL_` variables that are no configuration keys. */
  readonly otherVariables: readonly string[];
}

/** A demo that runs in this process. */
export interface Demo {
  /** The terminal's page. */
  readonly page: string;
  /** The sandbox's page and control API. */
  readonly sandbox: string;
  readonly domains: readonly string[];
  readonly windowMs: number;
  readonly warnings: readonly string[];
  /** The fleet's console and the link that signs in there; null without one. */
  readonly console: { readonly url: string; readonly signIn: string } | null;
  /** Resolves when the fleet is open: null, or why it never will be. At once without one. */
  readonly fleetOpened: Promise<string | null>;
  /** Resolves when the terminal stopped: null in order, else the crash that ended it. */
  readonly ended: Promise<unknown>;
  /** Stops everything in order. Idempotent. */
  stop(): Promise<void>;
}

const SERIAL_NUMBER = 'TILL_DEMO_0001';
/** Any number will do for the sandbox; the real one is allotted by Cloud Pay. */
const SUB_TERMINAL_TYPE = 1;
const FAST = { windowMs: 20_000, reconcileMs: 5_000 };
const CONFIGURING_LIMIT_MS = 30_000;
const SIMULATED_TERMINALS = 50;
const TELEMETRY_MS = 15_000;

/**
 * The sandbox gateway and one configured terminal with its page, in this process; beside it the fleet that the terminal belongs to.
 * @throws TerminalFailure, or the error of a port that cannot be opened
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { folder } = options;
  // Made while the sandbox opens: the two longest steps of the start.
  const bundle = pageBundle();
  bundle.catch(() => undefined);
  const fleet = openDemoFleet(options);
  const opened: { close(): Promise<void> }[] = fleet === null ? [] : [fleet];
  try {
    const server = await openSandbox(options);
    opened.push(server);
    const enrolled = (await fleet?.enrolled) ?? null;
    const { config, warnings: configWarnings } = configure(options, server, enrolled);
    const warnings = [...configWarnings];
    const drawer = new DemoDrawer({ sandbox: server.sandbox, domains: server.domains, random: new SystemRandom() });
    await bundle;
    const clips = openVoiceClips(config, (message) => void warnings.push(message));
    const sandboxUrl = `${server.controlUrl}/`;
    const page = await openPage(options, config, { clips, drawer, sandboxUrl, fleetUrl: enrolled?.signIn ?? null });
    opened.unshift(page.devices);
    const profile = new AttendedProfile(page, drawer);
    const log = openLogFile(folder.logFile, config.log.level);
    const running = await startTerminalProcess({ config, profile, version: versionOfTill(), log });
    opened.unshift({ close: () => running.stop() });
    await configured(profile, running, drawer);
    let stopping: Promise<void> | null = null;
    return {
      page: page.url,
      sandbox: `${server.controlUrl}/`,
      domains: server.domains,
      windowMs: config.payment.windowMs,
      warnings,
      console: enrolled === null ? null : { url: enrolled.url, signIn: enrolled.signIn },
      fleetOpened: fleet?.opened ?? Promise.resolve(null),
      ended: running.ended,
      stop: () => (stopping ??= closeAll(opened)),
    };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

/** Null when nobody wants one, or when the terminal belongs to another fleet by its environment. */
function openDemoFleet({ folder, fleetPort, environment }: DemoOptions): DemoFleet | null {
  if (fleetPort === null || environment['TILL_FLEET_URL'] !== undefined) return null;
  return startDemoFleet({
    ...{ folder: folder.fleet, host: '127.0.0.1', tid: SERIAL_NUMBER, terminals: SIMULATED_TERMINALS },
    ...{ httpPort: fleetPort.number, httpPortIsAsked: fleetPort.isAsked },
  });
}

async function closeAll(opened: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const one of opened) await one.close();
}

/** Free ports take the place of busy ones that nobody asked for. */
async function openSandbox(options: DemoOptions): Promise<SandboxServer> {
  const ports = { port: options.gatewayPort, controlPort: options.controlPort };
  for (;;) {
    try {
      return await startSandboxServer({
        dataDir: options.folder.gateway,
        clock: new SystemClock(),
        random: new SystemRandom(),
        port: ports.port.number,
        controlPort: ports.controlPort.number,
        settings: { latency: { kind: 'lognormal', p50Ms: 150, p99Ms: 900 }, singleUseCodes: true },
      });
    } catch (error) {
      const busy = busyPort(error);
      const which = (['port', 'controlPort'] as const).find((name) => ports[name].number === busy);
      if (busy === null || busy === 0 || which === undefined || ports[which].isAsked) throw error;
      ports[which] = { number: 0, isAsked: false };
    }
  }
}

async function openPage(
  options: DemoOptions,
  config: TerminalConfig,
  shown: {
    readonly clips: ClipPack | null;
    readonly drawer: DemoDrawer;
    readonly sandboxUrl: string;
    readonly fleetUrl: string | null;
  },
): Promise<WebProfile> {
  const open = (port: number): Promise<WebProfile> =>
    createWebProfile({
      host: config.web.host,
      port,
      clock: new SystemClock(),
      version: versionOfTill(),
      locale: config.locale,
      windowMs: config.payment.windowMs,
      clips: shown.clips,
      paper: paperSetting(config),
      drawer: shown.drawer.codes,
      networks: [DEMO_NETWORK],
      links: [
        { label: { zh: '沙盒账本', en: 'Sandbox book' }, url: shown.sandboxUrl },
        ...(shown.fleetUrl === null ? [] : [{ label: { zh: '车队控制台', en: 'Fleet console' }, url: shown.fleetUrl }]),
      ],
    });
  try {
    return await open(config.web.port);
  } catch (error) {
    const busy = isFailure(error, 'screen.failed') ? busyPort(error.cause) : null;
    if (busy === null || options.port.isAsked) throw error;
    return open(0);
  }
}

/** The port that an EADDRINUSE names; null for any other error. */
function busyPort(error: unknown): number | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return null;
  return 'port' in error && typeof error.port === 'number' ? error.port : 0;
}

/** Written as a file, so that a visitor can read it and start a terminal of another profile with it. */
function configure(
  options: DemoOptions,
  server: SandboxServer,
  enrolled: Enrolled | null,
): ReturnType<typeof loadConfig> {
  const { folder, locale, fast } = options;
  const tree = {
    sn: SERIAL_NUMBER,
    subTerminalType: SUB_TERMINAL_TYPE,
    locale,
    gateway: { domains: server.domains, caFile: server.caFile },
    web: { host: options.host, port: options.port.number },
    ...(fast && { payment: { windowMs: FAST.windowMs }, reconcile: { intervalMs: FAST.reconcileMs } }),
  };
  writeFileSync(folder.configFile, `${JSON.stringify(tree, null, 2)}\n`);
  const { otherVariables } = options;
  // Not in the file: a second terminal that somebody starts with it must not speak under the first one's name.
  const environment = { ...(enrolled !== null && fleetVariables(enrolled)), ...options.environment };
  return loadConfig({ file: folder.configFile, dataDir: folder.terminal, environment, otherVariables });
}

function fleetVariables({ broker, caFile, certFile, keyFile }: Enrolled): NodeJS.ProcessEnv {
  return {
    TILL_FLEET_URL: broker,
    TILL_FLEET_CA_FILE: caFile,
    TILL_FLEET_CERT_FILE: certFile,
    TILL_FLEET_KEY_FILE: keyFile,
    TILL_FLEET_TELEMETRY_MS: String(TELEMETRY_MS),
  };
}

/** A fresh terminal is configured as in a shop: by scanning the merchant's QR. */
async function configured(profile: AttendedProfile, running: TerminalProcess, drawer: DemoDrawer): Promise<void> {
  const crashed = running.ended.then((crash) => {
    throw crash instanceof Error ? crash : new Error(`the terminal ended: ${String(crash)}`);
  });
  // Nobody waits for it once the terminal is ready.
  crashed.catch(() => undefined);
  const ready = await Promise.race([profile.ready, crashed]);
  if (ready.configured) return;
  const qr = (await drawer.codes()).find(({ kind }) => kind === 'configuration')?.text ?? '';
  profile.scan(qr);
  const isEnd = (name: string): boolean => name === 'configured' || name === 'config-failed';
  const end = await Promise.race([profile.shows(({ name }) => isEnd(name), CONFIGURING_LIMIT_MS), crashed]);
  if (end.name === 'config-failed') throw new Error(`the terminal could not be configured: ${end.lines.join(' ')}`);
  profile.press('enter');
}

/** Everything into the file, errors also to stderr; the screen belongs to the visitor. */
function openLogFile(file: string, level: string): Log {
  return pino(
    { level, base: null },
    multistream([
      { level: 'trace', stream: destination({ dest: file, append: false, sync: true }) },
      { level: 'error', stream: destination({ fd: 2, sync: true }) },
    ]),
  );
}
