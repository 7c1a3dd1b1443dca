import { join } from 'node:path';
import { pino } from 'pino';
import type { Log } from '../../actors/log.ts';
import { startTerminal, type Terminal } from '../../actors/terminal.ts';
import { openSettings } from '../../config/settings-store.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { isFailure, TerminalFailure } from '../../domain/failure.ts';
import { RaisedClock } from '../../hal/clock/raised-clock.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { lockFolder, type FolderLock } from '../../hal/disk/folder-lock.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import { openFileKeyStore } from '../../hal/key-store/file-key-store.ts';
import type { Profile } from '../../hal/profiles/profile.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { openFleet } from './open-fleet.ts';
import { openGateway } from './open-gateway.ts';
import { SupportDoor } from './support-door.ts';
import { openUpgrade } from './open-upgrade.ts';

/** What is to be started again. */
export type Restart = 'process' | 'machine';

/** A terminal in this process: its data folder locked, its connections open. */
export interface TerminalProcess {
  readonly terminal: Terminal;
  /** Resolves when the terminal stopped: null in order, else the crash that ended it. */
  readonly ended: Promise<Error | null>;
  /** The terminal stopped so that the process or the whole machine is started again; null: not for that. */
  readonly restartWanted: () => Restart | null;
  /** An orderly stop. Idempotent. */
  stop(): Promise<void>;
}

/** A log whose least important level can change while it runs. */
export type AdjustableLog = Log & { level?: string };

/** A terminal as a command line wants it, on devices that stand ready. */
export interface TerminalProcessOptions {
  readonly config: TerminalConfig;
  readonly profile: Profile;
  readonly version: string;
  readonly log: AdjustableLog;
  /** The slot that the launcher started; absent without one. */
  readonly slot?: string | undefined;
}

/** No terminal runs this release before it was made: an earlier wall clock is one that lost its time. */
export const RELEASED_MS = Date.UTC(2026, 0, 1);

/** China has one time zone; a box elsewhere shows its own. */
const utcOffsetMinutes = (): number => -new Date().getTimezoneOffset() || 480;

/**
 * Opens the durable data and the gateway, and starts a terminal on the profile's devices.
 * @throws TerminalFailure when the data folder is in use, damaged or not writable, or the configuration cannot work
 */
export async function startTerminalProcess(options: TerminalProcessOptions): Promise<TerminalProcess> {
  const { config, profile, version, log } = options;
  const disk = new NodeDisk();
  const clock = new RaisedClock(new SystemClock(), RELEASED_MS);
  const random = new SystemRandom();
  const lock = openDataFolder(disk, config.dataDir);
  try {
    const keyStore = openFileKeyStore({ disk, path: join(config.dataDir, 'key'), random });
    const settings = await openSettings({ disk, folder: join(config.dataDir, 'settings'), keyStore, random });
    for (const warning of settings.warnings) log.warn({}, warning);
    const gateway = openGateway({ config, clock, random, version });
    const crash = Promise.withResolvers<Error | null>();
    let restartWanted: Restart | null = null;
    const restartAll = (what: Restart): void => {
      restartWanted = what;
      void stopOnce();
    };
    const restart = (): void => restartAll('process');
    const fleet = await openFleet({
      config,
      disk,
      clock,
      log,
      setLogLevel: (level) => void (log.level = level),
      restart,
    });
    const upgrade = await openUpgrade({
      ...{ config, disk, log, slot: options.slot, restart: restartAll, isInFleet: fleet !== undefined },
    });
    const terminal = startTerminal({
      ...(fleet !== undefined && { fleet }),
      ...(upgrade !== undefined && { upgrade }),
      config,
      version,
      disk,
      clock,
      random,
      keyStore,
      settings,
      gateway,
      devices: profile.devices,
      log,
      utcOffsetMinutes: utcOffsetMinutes(),
      onReady: ({ configured }) =>
        profile.announceReady({ version, configured, uptimeMs: Math.round(process.uptime() * 1000) }),
      onCrash: (error) => crash.resolve(asError(error)),
    });
    profile.devices.wifi.keepJoined?.(settings.wifi().current);
    profile.onDump(() => terminal.dump());
    const door = new SupportDoor({ dataDir: config.dataDir, log, snapshot: () => terminal.snapshot() });
    let stopping: Promise<void> | null = null;
    const stop = async (): Promise<void> => {
      door.close();
      terminal.stop();
      await terminal.left();
      await gateway.close();
      await profile.devices.close();
      lock.release();
      crash.resolve(null);
    };
    const stopOnce = (): Promise<void> => (stopping ??= stop());
    return { terminal, ended: crash.promise, restartWanted: () => restartWanted, stop: stopOnce };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** @throws TerminalFailure `storage.failed`, `storage.locked` */
function openDataFolder(disk: NodeDisk, dataDir: string): FolderLock {
  try {
    disk.makeFolder(dataDir);
    return lockFolder(dataDir);
  } catch (cause) {
    if (isFailure(cause)) throw cause;
    const remedy = 'the terminal needs a writable folder with free space on a sound disk';
    throw new TerminalFailure(
      'storage.failed',
      `the data folder ${dataDir} cannot be used: ${wordsOf(cause)}; ${remedy}`,
      {
        cause,
        retryable: true,
      },
    );
  }
}

const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error('a value that is no Error was thrown');

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** JSON lines on stderr; stdout belongs to the headless interface. */
export function openLog(level: string): AdjustableLog {
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: true }));
}
