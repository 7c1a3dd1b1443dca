import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { isFailure, TerminalFailure } from '../../domain/failure.ts';
import { rehearsalMark } from '../../domain/rehearsal-mark.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { lockFolder, type FolderLock } from '../../hal/disk/folder-lock.ts';
import type { Profile } from '../../hal/profiles/profile.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { type SandboxServer, startSandboxServer } from '../../simulator/gateway/server.ts';
import type { StateProfile } from '../../simulator/gateway/settings.ts';
import { ACCEPTANCE_SCRIPT } from '../../simulator/rehearsal/acceptance-script.ts';
import { DeviceCounter } from '../../simulator/rehearsal/device-counter.ts';
import { Onlooker } from '../../simulator/rehearsal/onlooker.ts';
import { type PlayedRow, playScript } from '../../simulator/rehearsal/play-script.ts';
import { printReport } from '../../simulator/rehearsal/print-report.ts';
import { RehearsalDevices } from '../../simulator/rehearsal/rehearsal-devices.ts';
import { reportSlip } from '../../simulator/rehearsal/report-slip.ts';
import { Sighting } from '../../simulator/rehearsal/sighting.ts';
import { openLog, startTerminalProcess, type TerminalProcess } from './terminal-process.ts';
import { versionOfTill } from './version.ts';

/** Which terminal is rehearsed, on which devices, and who watches. */
export interface RehearsalOptions {
  /** The terminal's own configuration, with a `sub_terminal_type`. */
  readonly config: TerminalConfig & { readonly subTerminalType: number };
  readonly openProfile: (config: TerminalConfig) => Promise<Profile>;
  /** Which numbering of the Alipay states the sandbox follows. */
  readonly states: StateProfile;
  /** Nobody presses a key between the rows, and nothing waits for eyes. */
  readonly isAuto: boolean;
  readonly signal: AbortSignal;
  readonly onPlayed: (played: PlayedRow) => void;
}

/** How a rehearsal ended. */
export interface RehearsalOutcome {
  readonly played: readonly PlayedRow[];
  readonly reportPrinted: boolean;
  /** The crash that ended the terminal; null when there was none. */
  readonly crash: Error | null;
}

/** The customer who is too slow (C3) must not keep the shop waiting for two minutes. */
const WINDOW_MS = 8_000;
const POLL_MS = 500;
const RECONCILE_MS = 1_000;
/** Every amount of the script may be charged. */
const MAX_AMOUNT_FEN_LEAST = 10_000;
/** How long anything may take: the window, a domain that is slow, a voice that is still speaking. */
const PATIENCE_MS = 60_000;
const PACE_MS = 1_500;

/**
 * Plays C1 to C8 on a terminal with this configuration and these devices, against a sandbox and on a data folder of its own, both below
 * the terminal's and gone afterwards. The terminal's own folder is locked meanwhile: a terminal in business is not rehearsed with.
 * @throws TerminalFailure `storage.*` when the terminal is running or its folder cannot be used
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalOutcome> {
  const { config } = options;
  const folder = join(config.dataDir, 'rehearsal');
  const lock = lockData(config.dataDir);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  let server: SandboxServer | null = null;
  try {
    remove();
    server = await startSandboxServer({
      dataDir: join(folder, 'gateway'),
      clock: new SystemClock(),
      random: new SystemRandom(),
      settings: { profile: options.states, singleUseCodes: true },
    });
    return await onDevices(options, server, rehearsalConfig(config, folder, server));
  } finally {
    await server?.close();
    remove();
    lock.release();
  }
}

function lockData(dataDir: string): FolderLock {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return lockFolder(dataDir);
  } catch (cause) {
    if (isFailure(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TerminalFailure('storage.failed', `the data folder ${dataDir} cannot be used: ${why}`, { cause });
  }
}

function rehearsalConfig(config: TerminalConfig, folder: string, server: SandboxServer): TerminalConfig {
  return {
    ...config,
    dataDir: join(folder, 'terminal'),
    gateway: { ...config.gateway, domains: server.domains, caFile: server.caFile },
    payment: {
      pollIntervalMs: Math.min(config.payment.pollIntervalMs, POLL_MS),
      windowMs: Math.min(config.payment.windowMs, WINDOW_MS),
      maxAmountFen: Math.max(config.payment.maxAmountFen, MAX_AMOUNT_FEN_LEAST),
    },
    reconcile: { ...config.reconcile, intervalMs: Math.min(config.reconcile.intervalMs, RECONCILE_MS) },
    // Payments that never were have no place in the fleet's figures.
    fleet: { ...config.fleet, url: null },
  };
}

/** The devices stay open until the report is out, however the terminal ends. */
async function onDevices(
  options: RehearsalOptions,
  server: SandboxServer,
  config: TerminalConfig,
): Promise<RehearsalOutcome> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new Error('the rehearsal was stopped'));
  options.signal.addEventListener('abort', stop, { once: true });
  if (options.signal.aborted) stop();
  const sighting = new Sighting(new SystemClock(), PATIENCE_MS, stopping.signal);
  const profile = await options.openProfile(config);
  const devices = new RehearsalDevices(profile.devices, rehearsalMark(config.locale), () => sighting.notice());
  profile.onStop(stop);
  try {
    return await onTerminal(options, { server, config, profile, devices, sighting, stopping });
  } finally {
    options.signal.removeEventListener('abort', stop);
    await devices.close();
  }
}

interface Stage {
  readonly server: SandboxServer;
  readonly config: TerminalConfig;
  readonly profile: Profile;
  readonly devices: RehearsalDevices;
  readonly sighting: Sighting;
  readonly stopping: AbortController;
}

async function onTerminal(options: RehearsalOptions, stage: Stage): Promise<RehearsalOutcome> {
  const { server, config, devices, sighting, stopping } = stage;
  const clock = new SystemClock();
  const startedMs = clock.wallMs();
  const onlooker = new Onlooker({ devices, locale: config.locale, isAuto: options.isAuto, signal: stopping.signal });
  const counter = new DeviceCounter({
    locale: config.locale,
    sandbox: server.sandbox,
    subTerminalType: options.config.subTerminalType,
    devices,
    sighting,
    random: new SystemRandom(),
    paceMs: options.isAuto ? 0 : PACE_MS,
  });
  const running = await startOn(stage);
  let crash: Error | null = null;
  void running.ended.then((reason) => {
    crash = reason;
    if (reason !== null) stopping.abort(reason);
  });
  let played: readonly PlayedRow[];
  try {
    // Stopped or crashed by now: every row is reported as not played.
    await configure(counter, server).catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error;
    });
    played = await playScript({
      counter,
      script: ACCEPTANCE_SCRIPT,
      clock,
      signal: stopping.signal,
      ask: (row, platform) => onlooker.asks(row, platform),
      onPlayed: options.onPlayed,
    });
  } finally {
    await running.stop();
  }
  const report = reportSlip({
    locale: config.locale,
    utcOffsetMinutes: -new Date().getTimezoneOffset() || 480,
    sn: config.sn,
    version: versionOfTill(),
    subTerminalType: options.config.subTerminalType,
    atMs: startedMs,
    tookMs: clock.wallMs() - startedMs,
    played,
  });
  const reportPrinted = await print(report, stage, onlooker);
  if (reportPrinted) await onlooker.sees(played);
  return { played, reportPrinted, crash };
}

function startOn({ config, profile, devices }: Stage): Promise<TerminalProcess> {
  const { level } = config.log;
  return startTerminalProcess({
    config,
    version: versionOfTill(),
    // What is wrong shows in the rows; who wants to see more sets the level.
    log: openLog(level === 'trace' || level === 'debug' ? level : 'error'),
    profile: {
      devices: devices.devices,
      announceReady: (facts) => profile.announceReady(facts),
      onDump: (answer) => profile.onDump(answer),
      onStop: () => undefined,
    },
  });
}

/** As in a shop: by scanning the merchant's QR. */
async function configure(counter: DeviceCounter, server: SandboxServer): Promise<void> {
  await counter.screen('unconfigured');
  counter.scan(`${server.domains[0] ?? ''}${server.sandbox.issueTicket().pathAndQuery}`);
  const end = await counter.screen('configured', 'config-failed');
  if (end.name === 'config-failed') throw new Error(`the terminal could not be configured: ${end.lines.join(' ')}`);
  counter.press('enter');
  await counter.screen('idle');
}

async function print(slip: ReturnType<typeof reportSlip>, stage: Stage, onlooker: Onlooker): Promise<boolean> {
  const { devices, stopping } = stage;
  if (stopping.signal.aborted) return false;
  const job = { id: 'rehearsal-report', slip, order: null, refund: null };
  const { printer } = devices.devices;
  try {
    await printReport(job, {
      printer,
      clock: new SystemClock(),
      signal: stopping.signal,
      onHeld: (status) => onlooker.isTold(status),
    });
    return true;
  } catch (error) {
    if (stopping.signal.aborted) return false;
    throw error;
  }
}
