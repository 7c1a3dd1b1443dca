import type { SettingsStore } from '../config/settings-store.ts';
import type { TerminalConfig } from '../config/terminal-config.ts';
import type { PaymentGateway } from '../domain/payment-gateway.ts';
import type { Clock } from '../hal/clock/contract.ts';
import type { Disk } from '../hal/disk/contract.ts';
import type { KeyStore } from '../hal/key-store/contract.ts';
import type { Keypad } from '../hal/keypad/contract.ts';
import type { Printer } from '../hal/printer/contract.ts';
import type { Random } from '../hal/random/contract.ts';
import type { Scanner } from '../hal/scanner/contract.ts';
import type { ScreenDevice } from '../hal/screen/contract.ts';
import type { Speaker } from '../hal/speaker/contract.ts';
import type { Watchdog } from '../hal/watchdog/contract.ts';
import type { Wifi } from '../hal/wifi/contract.ts';
import type { FleetPart } from './fleet-link/fleet-part.ts';
import type { Log } from './log.ts';
import type { UpgradePart } from './upgrade/upgrade-part.ts';

/** The devices of one terminal, real or simulated. */
export interface Devices {
  readonly screen: ScreenDevice;
  readonly keypad: Keypad;
  readonly scanner: Scanner;
  readonly speaker: Speaker;
  readonly printer: Printer;
  readonly wifi: Wifi;
  /** Where the box has one. */
  readonly watchdog?: Watchdog;
}

/** Everything a terminal is made of. The simulated world gives other clocks, disks, networks and randomness, and nothing else. */
export interface TerminalParts {
  readonly config: TerminalConfig;
  readonly version: string;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly keyStore: KeyStore;
  readonly settings: SettingsStore;
  readonly gateway: PaymentGateway;
  readonly devices: Devices;
  readonly log: Log;
  /** Absent: no fleet link; everything else works. */
  readonly fleet?: FleetPart;
  /** Absent: this installation cannot upgrade itself. */
  readonly upgrade?: UpgradePart;
  /** Minutes east of UTC on the shop's wall, for times on screens and slips. */
  readonly utcOffsetMinutes: number;
  /** Called once, when a key may be pressed. */
  readonly onReady: (facts: { readonly configured: boolean }) => void;
  /** Called once, when the root supervisor gives up: the process must end, and the service manager starts it again. */
  readonly onCrash: (error: unknown) => void;
}
