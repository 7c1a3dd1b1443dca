import { closeSync, openSync, writeSync } from 'node:fs';
import { absent, type Presence, PRESENT } from '../device-node/presence.ts';
import type { Watchdog } from './contract.ts';

/** Which watchdog is petted, and who hears that it is missing. */
export interface DeviceWatchdogOptions {
  /** `/dev/watchdog`. */
  readonly path: string;
  readonly onPresence?: (presence: Presence) => void;
}

/** Hardware watchdogs bark after 15 to 60 s. */
const PET_MS = 5_000;
/** The kernel's word for "stop watching". Without it, closing is a crash. */
const MAGIC_CLOSE = 'V';

/** A hardware watchdog. It starts to watch when it is first petted, so that a box that cannot start keeps the chance to be repaired. */
export class DeviceWatchdog implements Watchdog {
  readonly petMs = PET_MS;
  readonly #options: DeviceWatchdogOptions;
  #descriptor: number | null = null;
  #presence: Presence | null = null;
  #closed = false;

  constructor(options: DeviceWatchdogOptions) {
    this.#options = options;
  }

  pet(): void {
    if (this.#closed) return;
    try {
      this.#descriptor ??= openSync(this.#options.path, 'w');
      writeSync(this.#descriptor, '.');
      this.#tell(PRESENT);
    } catch (error) {
      const { path } = this.#options;
      this.#tell(absent({ what: 'the watchdog', path, key: 'devices.watchdog' }, error));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    if (descriptor === null) return;
    try {
      writeSync(descriptor, MAGIC_CLOSE);
    } finally {
      closeSync(descriptor);
    }
  }

  #tell(presence: Presence): void {
    if (presence.why === this.#presence?.why) return;
    this.#presence = presence;
    this.#options.onPresence?.(presence);
  }
}
