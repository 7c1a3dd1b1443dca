import { execFile } from 'node:child_process';
import type { Presence } from '../device-node/presence.ts';
import { PRESENT } from '../device-node/presence.ts';
import type { Watchdog } from './contract.ts';

/** What systemd told the process that it started, and who hears that it cannot be reached. */
export interface SystemdNotifyOptions {
  /** systemd's `NOTIFY_SOCKET`. */
  readonly socket: string;
  /** systemd's `WATCHDOG_USEC`; null: it watches not, and is told of the start only. */
  readonly watchdogUs: number | null;
  readonly program?: string;
  readonly onPresence?: (presence: Presence) => void;
}

const LIMIT_MS = 5_000;
/** Petted three times in its time, one message may get lost. */
const PETS_PER_BARK = 3;
const PET_MS_MIN = 500;

/**
 * systemd as the watchdog of the process. Node has no datagrams on Unix sockets, so `systemd-notify` carries the messages; the unit must
 * say `NotifyAccess=all`, as they come from another process.
 */
export class SystemdNotify implements Watchdog {
  readonly petMs: number;
  readonly #options: SystemdNotifyOptions;
  #running: Promise<void> = Promise.resolve();
  #presence: Presence | null = null;

  constructor(options: SystemdNotifyOptions) {
    this.#options = options;
    const us = options.watchdogUs ?? 30_000_000;
    this.petMs = Math.max(PET_MS_MIN, Math.floor(us / 1_000 / PETS_PER_BARK));
  }

  /** The terminal can take its first key. */
  ready(): void {
    this.#tell(['--ready', `--status=ready`]);
  }

  pet(): void {
    if (this.#options.watchdogUs !== null) this.#tell(['WATCHDOG=1']);
  }

  /** Resolves when everything told so far has been passed on. */
  idle(): Promise<void> {
    return this.#running;
  }

  async close(): Promise<void> {
    this.#tell(['STOPPING=1']);
    await this.#running;
  }

  #tell(message: readonly string[]): void {
    const { program = 'systemd-notify', socket } = this.#options;
    const env = { PATH: '/usr/bin:/bin', NOTIFY_SOCKET: socket };
    const told = new Promise<void>((resolve) => {
      execFile(program, ['--no-block', ...message], { env, timeout: LIMIT_MS }, (error) => {
        const why = `systemd cannot be told (${error?.message.split('\n')[0] ?? ''}): set NotifyAccess=all`;
        this.#tellPresence(error === null ? PRESENT : { present: false, why });
        resolve();
      });
    });
    this.#running = this.#running.then(() => told);
  }

  #tellPresence(presence: Presence): void {
    if (presence.why === this.#presence?.why) return;
    this.#presence = presence;
    this.#options.onPresence?.(presence);
  }
}
