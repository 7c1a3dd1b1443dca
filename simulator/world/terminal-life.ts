import { startTerminal, type Terminal } from '../../actors/terminal.ts';
import type { Log } from '../../actors/log.ts';
import type { Devices, TerminalParts } from '../../actors/terminal-parts.ts';
import { createCloudPay } from '../../cloudpay/cloud-pay.ts';
import { openSettings } from '../../config/settings-store.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import type { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import type { Disk } from '../../hal/disk/contract.ts';
import type { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';
import { openFileKeyStore } from '../../hal/key-store/file-key-store.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { openDevices, type Peripherals, type WorldDevices } from './devices.ts';
import type { FaultRates } from './fault-rates.ts';
import type { Network } from './network.ts';
import { clockUnderPower, diskUnderPower, Power } from './power.ts';
import type { Sometimes } from './sometimes.ts';
import type { Truth } from './truth.ts';

const VERSION = '0.0.0-sim';

/** What outlives a process: the box and everything around it. */
export interface Surroundings {
  readonly config: TerminalConfig;
  readonly clock: VirtualClock;
  readonly disk: SimulatedDisk;
  readonly random: SeededRandom;
  readonly network: Network;
  readonly peripherals: Peripherals;
  readonly truth: Truth;
  readonly sometimes: Sometimes;
  readonly log: Log;
  readonly rates: () => FaultRates;
  /** What stands between the terminal and its devices; absent: nothing. */
  readonly dress?: (devices: Devices) => Devices;
  /** What a terminal may have beside its counter, made anew for every process life on its own disk. */
  readonly links?: (disk: Disk) => Promise<Pick<TerminalParts, 'fleet' | 'upgrade'>>;
}

/** One process life of the real terminal, from boot to power cut, crash or orderly stop. */
export class TerminalLife {
  readonly power: Power;
  /** Why the process ended without the power's doing; null while it runs. */
  failure: unknown = null;
  terminal: Terminal | null = null;
  readonly #devices: WorldDevices;
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
    const { clock, random, rates, sometimes, peripherals, truth } = around;
    this.power = new Power({ random, rates, sometimes });
    this.#devices = openDevices({ clock: clockUnderPower(clock, this.power), power: this.power, peripherals, truth });
  }

  /** Boots; whatever goes wrong ends this life. */
  async start(): Promise<void> {
    const { config, clock, disk, random, network, sometimes, rates, log } = this.#around;
    const { power } = this;
    const seeded = new SeededRandom(Buffer.from(random.bytes(8)).toString('hex'));
    const lifeClock = clockUnderPower(clock, power);
    const lifeDisk = diskUnderPower(disk, power, { random, rates, sometimes });
    try {
      lifeDisk.makeFolder(config.dataDir);
      const keyStore = openFileKeyStore({ disk: lifeDisk, path: `${config.dataDir}/key`, random: seeded });
      const folder = `${config.dataDir}/settings`;
      const settings = await openSettings({ disk: lifeDisk, folder, keyStore, random: seeded });
      const { sn, subTerminalType } = config;
      const localAddress = (): string => '10.0.0.7';
      const identity = { sn, subTerminalType, sdkVersion: VERSION, terminalType: 4 as const, localAddress };
      const transport = network.transport(power);
      this.terminal = startTerminal({
        ...(await this.#around.links?.(lifeDisk)),
        config,
        version: VERSION,
        disk: lifeDisk,
        clock: lifeClock,
        random: seeded,
        keyStore,
        settings,
        gateway: createCloudPay({ transport, clock: lifeClock, random: seeded, identity }),
        devices: this.#around.dress?.(this.#devices.devices) ?? this.#devices.devices,
        log,
        utcOffsetMinutes: 480,
        onReady: () => undefined,
        onCrash: (error) => this.#end(error),
      });
    } catch (error) {
      this.#end(error);
    }
  }

  get isRunning(): boolean {
    return this.power.isOn && this.failure === null;
  }

  get screen(): ReturnType<WorldDevices['screen']> {
    return this.isRunning ? this.#devices.screen() : null;
  }

  get hands(): { press: WorldDevices['keypad']['press']; scan: (text: string) => void } {
    const { keypad, scanner } = this.#devices;
    const whenRunning = (act: () => void): void => (this.isRunning ? act() : undefined);
    return {
      press: (...keys) => {
        for (const key of keys) whenRunning(() => keypad.press(key));
      },
      scan: (text) => whenRunning(() => scanner.read(text)),
    };
  }

  printerChanged(): void {
    if (this.isRunning) this.#devices.printerChanged();
  }

  /** The service manager's orderly stop. */
  stop(): void {
    this.terminal?.stop();
    this.power.ended = 'killed';
  }

  #end(error: unknown): void {
    if (!this.power.isOn) return;
    this.failure = error;
    this.power.ended = 'killed';
  }
}
